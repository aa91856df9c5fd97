"""What the Makefile offers: set up what is needed, then run, check, build or measure."""

import os
import subprocess
import sys
import time
from pathlib import Path

from faults import Fault, say
from system_libraries import provide_libraries
from virtual_environment import (
    ENVIRONMENT,
    IN_ENVIRONMENT,
    IS_WINDOWS,
    PYTHON,
    REPOSITORY,
    REQUIREMENTS,
    provide_environment,
)

PEERS = REPOSITORY / "packaging" / "benchmarks" / "peers.txt"
PEERS_ENVIRONMENT = REPOSITORY / ".venv-peers"
BUNDLE = REPOSITORY / "packaging" / "bundle.txt"
BUNDLE_ENVIRONMENT = REPOSITORY / ".venv-bundle"
DEMO = Path("resources/demo/air_1920.flac")
DEMO_OUT = Path("build/demo")

STARTED_BY_OTHERS = ("length_window.py", "watching.py")
"""Programs among the benchmarks that measure for another one, and are told what by it."""

LINT_CHECKS = (
    ("ruff", "format", "--check", "."),
    ("ruff", "check", "."),
    ("mypy",),
    ("lint-imports",),
)


def set_up(*, window: bool = False, tests: bool = False) -> None:
    """Provide the system's libraries and .venv."""
    provide_libraries(window=window, tests=tests, venv=not PYTHON.exists())
    size = "about two minutes" + (", 6 GB" if sys.platform == "linux" else "")
    provide_environment(ENVIRONMENT, REQUIREMENTS, size)


def call(*arguments: str) -> int:
    """Run a command in the repository and hand on its exit code."""
    return subprocess.call(arguments, cwd=REPOSITORY)


def checks(*commands: tuple[str, ...]) -> int:
    """Run programs of the environment one after the other, all of them, and sum up."""
    suffix = ".exe" if IS_WINDOWS else ""
    # Two threads that wait in a loop for one another slow a busy machine down three times.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    failed = []
    for program, *arguments in commands:
        say(f"\n== {' '.join((program, *arguments))}")
        started = time.monotonic()
        if call(str(PYTHON.parent / (program + suffix)), *arguments):
            failed.append(program)
        say(f"-- {program}: {time.monotonic() - started:.0f} s")
    say(f"\nFailed: {', '.join(failed)}" if failed else "\nAll checks passed")
    return int(bool(failed))


def has_screen() -> bool:
    """Whether a window can be shown."""
    if sys.platform != "linux":
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def run() -> int:
    """Open the window on the demo side; without a screen restore it from the command line."""
    if has_screen():
        set_up(window=True)
        return call(str(PYTHON), "-m", "app", "gui", str(DEMO))
    set_up()
    out = DEMO_OUT / DEMO.name
    say(f"There is no screen (no DISPLAY), so {DEMO} is restored from the command line:")
    command = ["restore", str(DEMO), "-o", str(out), "--preset", "78rpm", "--removed"]
    say(f"{PYTHON.relative_to(REPOSITORY)} -m app {' '.join(command)} --overwrite")
    (REPOSITORY / DEMO_OUT).mkdir(parents=True, exist_ok=True)
    code = call(str(PYTHON), "-m", "app", *command, "--overwrite")
    if code == 0:
        for what, name in (("restored", out.name), ("removed", f"{out.stem}.removed{out.suffix}")):
            say(f"{what + ':':10}{DEMO_OUT / name}")
        say(f"{'report:':10}{DEMO_OUT / out.stem}.runout.json")
    return code


def test() -> int:
    """Run every check."""
    set_up(window=True, tests=True)
    return checks(*LINT_CHECKS, ("pytest", "-n", "auto"))


def lint() -> int:
    """Run the checks that read the source only."""
    set_up()
    return checks(*LINT_CHECKS)


def format_source() -> int:
    """Lay the source out anew."""
    set_up()
    return checks(("ruff", "check", "--fix", "."), ("ruff", "format", "."))


def bundle() -> int:
    """Build the application that needs no Python, tell its size and licences, and try it.

    With GPU=1 in the environment it keeps what a GPU needs.
    """
    set_up(window=True, tests=True)
    if os.environ.get("GPU", "0") not in ("", "0"):
        built = call(str(PYTHON), "packaging/build.py", "--cuda")
    else:
        built = call(str(bundle_python()), "packaging/build.py")
    built = built or call(str(PYTHON), "packaging/bundle_size.py")
    built = built or call(str(PYTHON), "packaging/licences.py", "--bundle")
    return built or call(str(PYTHON), "packaging/smoke_test.py")


def bundle_python() -> Path:
    """The Python whose torch goes into the bundle: without CUDA wherever pip finds such a one."""
    try:
        provide_environment(BUNDLE_ENVIRONMENT, BUNDLE, "the rest is borrowed from .venv, 1 GB")
    except Fault:
        say(
            "pip finds no torch without CUDA here, so the one of .venv is bundled without what "
            "only a GPU would load: the folder is several times larger"
        )
        return PYTHON
    return BUNDLE_ENVIRONMENT / IN_ENVIRONMENT


def deb() -> int:
    """Build the package for Debian and Ubuntu from the bundle, built where it is missing."""
    program = REPOSITORY / "dist" / "runout" / "runout"
    if not program.exists() and (failed := bundle()):
        return failed
    set_up()
    return call(str(PYTHON), "packaging/deb.py", *sys.argv[2:])


def wheel() -> int:
    """Build the wheel, for whoever has a Python of his own."""
    set_up()
    return call(str(PYTHON), "packaging/build_wheel.py", *sys.argv[2:])


def translations() -> int:
    """Bring the translations in step with the source, and tell what is not translated."""
    set_up()
    return call(str(PYTHON), "packaging/translate.py", *sys.argv[2:])


def peers() -> int:
    """Make the environment of the restorers that the benchmarks compare with."""
    set_up()
    provide_environment(PEERS_ENVIRONMENT, PEERS, "the rest is borrowed from .venv")
    return 0


def bench() -> int:
    """Run every benchmark; each is a program that prints its figures."""
    peers()
    found = sorted((REPOSITORY / "packaging" / "benchmarks").glob("*.py"))
    programs = [program for program in found if program.name not in STARTED_BY_OTHERS]
    python = str(PEERS_ENVIRONMENT / IN_ENVIRONMENT)
    return max((call(python, str(program)) for program in programs), default=0)


def hour() -> int:
    """Restore a side through the window by real input: by the mouse, then by keys alone."""
    set_up(window=True, tests=True)
    program = "packaging/scripted_hour.py"
    return max(call(str(PYTHON), program, "--by", by) for by in ("mouse", "keyboard"))


COMMANDS = {
    "run": run,
    "test": test,
    "lint": lint,
    "format": format_source,
    "bundle": bundle,
    "deb": deb,
    "wheel": wheel,
    "translations": translations,
    "bench": bench,
    "peers": peers,
    "hour": hour,
}


def main() -> int:
    """Do what the first argument names.

    Returns:
        The exit code: 0 done, 1 failed, 2 wrong usage, 130 stopped by the user.
    """
    asked = sys.argv[1] if len(sys.argv) > 1 else ""
    if asked not in COMMANDS:
        say(f"usage: bootstrap.py {' | '.join(COMMANDS)}")
        return 2
    try:
        return COMMANDS[asked]()
    except (Fault, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped; the same command goes on from here.", file=sys.stderr)
        return 130
