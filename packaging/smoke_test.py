"""Tries the built application as somebody uses it who has nothing but that and a screen.

    .venv/bin/python packaging/smoke_test.py [--program PROGRAM] [--out FOLDER] [--only WORD]

PROGRAM is dist/runout/runout unless given; "`.venv/bin/python -m app`" in quotes tries the source.
On Linux the built application is put on a bare computer: its own root with the system's libraries
and no Python, its folder read-only, an empty home, and no network. See packaging/smoke. A step
prints one line with its seconds; the first that fails ends it with the application's own words.
Pictures of the window come into the folder build/smoke, or --out.
"""

import argparse
import os
import shlex
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(REPOSITORY), str(REPOSITORY / "packaging")]

from smoke import facts, restoring, training, unseen  # noqa: E402 - the repository is not installed
from smoke.sandbox import Sandbox, SmokeError, listing  # noqa: E402

SUFFIX = ".exe" if os.name == "nt" else ""
PROGRAM = REPOSITORY / "dist" / "runout" / f"runout{SUFFIX}"
OUT = REPOSITORY / "build" / "smoke"
SOUND = ("pulseaudio", "pactl", "parec")
Step = Callable[[Sandbox], str]


def wanted_version(program: list[str]) -> str:
    """The version that the program must say it is."""
    if len(program) > 1:
        from app.version import VERSION

        return VERSION
    from git_version import git_version

    return git_version()


def steps_without_a_screen(version: str) -> dict[str, Step]:
    """All steps that need no screen, in their order."""
    networks = {
        f"network {name}": partial(restoring.try_network, name=name) for name in restoring.TRIES
    }
    return {
        "no Python": facts.see_no_python,
        "--version": partial(facts.tell_version, wanted=version),
        "info": facts.tell_side,
        "devices": facts.tell_devices,
        "models verify": facts.verify_models,
        "presets, tasks": facts.list_tables,
        "restore 78rpm": partial(restoring.restore_side, version=version),
        **networks,
        "batch of three": restoring.restore_batch,
        "train": training.train,
        "use what was trained": training.use,
        "window, unseen": unseen.open_unseen,
    }


def walk(steps: dict[str, Callable[[], str]], only: str) -> None:
    """Do one step after the other, and say how long each took.

    Raises:
        SmokeError: one failed; the sentence names it.
    """
    for name, step in steps.items():
        if only and only not in name:
            continue
        began = time.monotonic()
        try:
            told = step()
        except (SmokeError, AssertionError) as error:
            raise SmokeError(f"{name}: {error}") from error
        print(f"{name:22} {time.monotonic() - began:6.1f} s  {told}", flush=True)


def walk_seen(sandbox: Sandbox, out: Path, only: str) -> None:
    """The steps on a screen, where there are the programs for it."""
    from hour.screen import missing_programs

    missing = [*missing_programs(), *(each for each in SOUND if shutil.which(each) is None)]
    if sys.platform != "linux" or missing:
        print(f"{'window, seen':22}      -    left out: {', '.join(missing) or 'no X server'}")
        return
    from smoke import window

    out.mkdir(parents=True, exist_ok=True)
    with window.desk(sandbox, out) as desk:
        steps = {
            "window, seen": window.work_on_side,
            "window, others": window.look_around,
            "window, German": window.speak_german,
            "window, training": window.train_in_wizard,
        }
        walk({name: partial(step, desk) for name, step in steps.items()}, only)


def check_traces(sandbox: Sandbox, before: dict[str, tuple[int, int]]) -> str:
    """Nothing was written but into the home and the working folder."""
    application = sandbox.application
    if application is not None:
        after = listing(application)
        changed = sorted(name for name in before | after if before.get(name) != after.get(name))
        facts.check(not changed, f"in the application's own folder were changed: {changed[:10]}")
    litter = sandbox.litter()
    facts.check(not litter, f"left in /tmp: {', '.join(litter[:10])}")
    return f"{len(before)} files of the application as they were, /tmp empty"


def try_all(program: list[str], options: argparse.Namespace, folder: Path) -> None:
    """All steps, in a folder that will be deleted.

    Raises:
        SmokeError: one failed.
    """
    sandbox = Sandbox(program, folder)
    shutil.copy(facts.DEMO, sandbox.work / facts.SIDE)
    restoring.write_pieces(facts.DEMO, sandbox.work)
    training.write_material(sandbox.work)
    before = {} if sandbox.application is None else listing(sandbox.application)
    version = options.version or wanted_version(program)
    steps = steps_without_a_screen(version)
    walk({name: partial(step, sandbox) for name, step in steps.items()}, options.only)
    walk_seen(sandbox, options.out, options.only)
    walk({"traces": partial(check_traces, sandbox, before)}, options.only)


def main() -> int:
    """Try everything; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", default=str(PROGRAM), help="program, or command in quotes")
    parser.add_argument("--out", type=Path, default=OUT, help="where pictures go")
    parser.add_argument("--only", default="", help="the steps with this word in their names")
    parser.add_argument("--version", default="", help="what it must be; else by git")
    options = parser.parse_args()
    first, *rest = shlex.split(options.program, posix=os.name != "nt")
    # not resolved: .venv/bin/python is a link, and finds its environment by its own place
    program = [str(Path(first).absolute()), *rest]
    if not Path(program[0]).is_file():
        print(f"{program[0]} is not there; build it with: make bundle", file=sys.stderr)
        return 1
    began = time.monotonic()
    try:
        with tempfile.TemporaryDirectory(prefix="smoke") as name:
            try_all(program, options, Path(name))
    except SmokeError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"The application works ({time.monotonic() - began:.0f} s)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
