"""Does what it is told on stdin, a JSON object a line, each in a process that is forked off.

The heavy libraries are loaded once, before the first: a command then takes what it works, not what
it loads. {"program": "" or a file, "words": [...], "folder": ..., "output": ..., "seconds": ...}
is answered by [exit code, CPU seconds] on a line; the code is -1 where it took too long.
"""

import gc
import importlib
import json
import os
import runpy
import signal
import sys
import time
import warnings
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[2]
EVERY_S = 0.005
MODULES = (
    "app.cli",
    "auraloss",
    "engine.jobs.restore",
    "engine.models.restorer",
    "matplotlib.figure",
    "matplotlib.font_manager",
    "scipy.signal",
    "torch",
    "training.evaluate",
    "training.trainer",
)


def warm_up() -> None:
    """Load what most commands would load."""
    for module in MODULES:
        importlib.import_module(module)


def run(program: str, words: list[str]) -> int:
    """Run the `runout` command, or a program that lies in the repository."""
    if not program:
        from app.cli import main

        return main(words)
    sys.argv = [program, *words]
    sys.path.insert(0, str(Path(program).parent))
    try:
        runpy.run_path(program, run_name="__main__")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(bool(end.code))
    return 0


def in_a_child(order: dict[str, Any]) -> int:
    """What the forked process does; its exit code."""
    os.setsid()
    os.chdir(order["folder"])
    target = os.open(order["output"], os.O_CREAT | os.O_TRUNC | os.O_WRONLY)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for number, descriptor in ((nothing, 0), (target, 1), (target, 2)):
        os.dup2(number, descriptor)
    warnings.simplefilter("default")
    return run(order["program"], order["words"])


def ended(child: int, seconds: float) -> tuple[int, float]:
    """Wait for a process; its exit code, or -1 when it had to be killed, and its CPU seconds."""
    limit = time.monotonic() + seconds
    while time.monotonic() < limit:
        done, status, usage = os.wait4(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status), usage.ru_utime + usage.ru_stime
        time.sleep(EVERY_S)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return -1, seconds


def main() -> None:
    """Answer orders until stdin ends."""
    sys.path.insert(0, str(REPOSITORY))
    warm_up()
    gc.freeze()  # a child that collects would copy all of it
    for line in sys.stdin:
        order = json.loads(line)
        os.environ.update(order["environment"])
        child = os.fork()
        if not child:
            code = in_a_child(order)
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)  # taking the loaded libraries down would take longer than most commands
        sys.stdout.write(json.dumps(ended(child, order["seconds"])) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
