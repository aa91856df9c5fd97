"""Times the start of the built application and of the source, to the window's first paint.

    .venv/bin/python packaging/benchmarks/start.py [--program PROGRAM] [--rounds N] [--no-source]

From just before the program is executed, by the clock of this one, until a command has ended or the
window is painted, which `gui --print-start` tells: all widgets are painted and on the screen. Cold
is with nothing of it in the system's cache of files, which only root can empty (Linux); warm is
with all of it there. Unseen is Qt's offscreen platform; seen is an X server (Xvfb) with a window
manager, where the first paint is checked once from outside, by looking at the screen until there is
something. CPU is what the process itself has computed until its first paint: other work on the
machine makes the seconds longer, and that less. On a busy Linux, `chrt -r 10` before the command
lets all of it go first, as root.

Exits with 1 if torch was loaded before the first paint.
"""

import argparse
import json
import os
import shlex
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "packaging")]

from hour.screen import SIZE, Screen, missing_programs  # noqa: E402 - not installed

BUILT = ROOT / "dist" / "runout" / "runout"
SOURCE = f"{ROOT / '.venv' / 'bin' / 'python'} -m app"
DEMO = str(ROOT / "resources" / "demo" / "air_1920.flac")
CACHES = Path("/proc/sys/vm/drop_caches")
PATCH = 40
"""Pixels of the middle of the screen that are looked at."""


@dataclass
class Times:
    """What was measured of one way to start, in seconds."""

    seconds: list[float] = field(default_factory=list)
    cpu_s: list[float] = field(default_factory=list)

    def told(self) -> str:
        """Median, least and most."""
        if not self.seconds:
            return f"{'-':>22}"
        least, most = min(self.seconds), max(self.seconds)
        text = f"{statistics.median(self.seconds):6.2f} ({least:.2f} .. {most:.2f})"
        if self.cpu_s:
            text += f", CPU {statistics.median(self.cpu_s):.2f}"
        return f"{text:>34}"


class Starter:
    """Starts one program in a home of its own."""

    def __init__(self, words: Sequence[str], home: Path) -> None:
        self._words = list(words)
        kept = ("PATH", "LANG", "LD_LIBRARY_PATH")
        self._environment = {name: os.environ[name] for name in kept if name in os.environ}
        self._environment |= {"HOME": str(home), "QT_QPA_PLATFORM": "offscreen"}
        self.has_torch = False

    def run(self, times: Times, *arguments: str) -> None:
        """Time a command to its end."""
        began = time.monotonic()
        subprocess.run(
            [*self._words, *arguments], env=self._environment, cwd=ROOT, capture_output=True,
            check=True,
        )  # fmt: skip
        times.seconds.append(time.monotonic() - began)

    def open(self, times: Times, screen: Screen | None, *files: str) -> None:
        """Time the window to its first paint, and end it then."""
        began = time.time()
        process = self.start(screen, *files)
        assert process.stdout is not None
        line = process.stdout.readline()
        process.kill()
        process.communicate()
        facts = json.loads(line)
        self.has_torch = self.has_torch or facts["has_torch"]
        times.seconds.append(facts["painted_s"] - began)
        times.cpu_s.append(facts["cpu_s"])

    def start(self, screen: Screen | None, *files: str) -> "subprocess.Popen[str]":
        """Start the window."""
        seen = {} if screen is None else {"DISPLAY": screen.display, "QT_QPA_PLATFORM": "xcb"}
        return subprocess.Popen(
            [*self._words, "gui", "--print-start", *files], env=self._environment | seen, cwd=ROOT,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip

    def look(self, screen: Screen) -> tuple[float, float]:
        """Seconds to the first paint as the window tells, and as is seen on the screen."""
        left, top = SIZE[0] // 2, SIZE[1] // 2
        grab = ["import", "-window", "root", "-crop", f"{PATCH}x{PATCH}+{left}+{top}", "rgb:-"]
        environment = screen.environment
        began = time.time()
        process = self.start(screen, DEMO)
        while True:
            looked = time.time()
            done = subprocess.run(grab, env=environment, capture_output=True, check=True)
            if any(done.stdout):
                break
        assert process.stdout is not None
        told = json.loads(process.stdout.readline())["painted_s"] - began
        process.kill()
        process.communicate()
        return told, looked - began


def empty_caches() -> bool:
    """Have the system forget the files it has read; whether it did."""
    try:
        os.sync()
        CACHES.write_text("3\n")
    except OSError:
        return False
    return True


def measure(starter: Starter, name: str, rounds: int, can_be_cold: bool) -> None:
    """Measure and print all ways to start one program."""
    ways = {"--version": ("--version",), "info": ("info", DEMO)}
    for title, arguments in ways.items():
        cold, warm = Times(), Times()
        for _ in range(rounds):
            if can_be_cold and empty_caches():
                starter.run(cold, *arguments)
            starter.run(Times(), *arguments)
            starter.run(warm, *arguments)
        print(f"{name:8} {title:26} {cold.told()} {warm.told()}", flush=True)
    measure_windows(starter, name, rounds, can_be_cold)


def measure_windows(starter: Starter, name: str, rounds: int, can_be_cold: bool) -> None:
    """Measure and print the window, unseen and seen, without a file and with the demo side."""
    with tempfile.TemporaryDirectory() as home:
        for is_seen in (False, True):
            if is_seen and missing_programs():
                print(f"{name:8} seen: left out, as {', '.join(missing_programs())} is missing")
                return
            screen = Screen(Path(home)) if is_seen else None
            with screen or tempfile.TemporaryDirectory():
                for title, files in (("no file", ()), ("demo side", (DEMO,))):
                    cold, warm = Times(), Times()
                    for _ in range(rounds):
                        if can_be_cold and empty_caches():
                            starter.open(cold, screen, *files)
                        starter.open(Times(), screen, *files)
                        starter.open(warm, screen, *files)
                    what = f"window {'seen' if is_seen else 'unseen'}, {title}"
                    print(f"{name:8} {what:26} {cold.told()} {warm.told()}", flush=True)
                if screen is not None:
                    told, seen = starter.look(screen)
                    print(f"{name:8} looked at once: painted at {told:.2f} s as the window tells, "
                          f"on the screen at {seen:.2f} s")  # fmt: skip


def main() -> int:
    """Read the options, measure, print; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", default=str(BUILT), help="program, or command in quotes")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--no-source", action="store_true", help="without the source beside it")
    options = parser.parse_args()
    programs = {"built": shlex.split(options.program)}
    if not Path(programs["built"][0]).is_file():
        print(f"{options.program} is not there; build it with: make bundle", file=sys.stderr)
        del programs["built"]
    if not options.no_source:
        programs["source"] = shlex.split(SOURCE)
    can_be_cold = empty_caches()
    if not can_be_cold:
        print("Only root can empty the cache of files (on Linux): nothing is measured cold")
    load = f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"
    print(f"seconds: median (least .. most) of {options.rounds}; load of the machine {load}")
    print(f"{'':35} {'cold':>34} {'warm':>34}")
    has_torch = False
    for name, words in programs.items():
        with tempfile.TemporaryDirectory() as home:
            starter = Starter(words, Path(home))
            measure(starter, name, options.rounds, can_be_cold)
            has_torch = has_torch or starter.has_torch
    if has_torch:
        print("torch was loaded before the first paint", file=sys.stderr)
    return int(has_torch)


if __name__ == "__main__":
    sys.exit(main())
