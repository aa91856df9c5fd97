"""Installs the wheel into a new environment as its user would, tries it there, and removes it.

    .venv/bin/python packaging/wheel_test.py [WHEEL] [--first torch==2.13.0] [--extra NAME...]

Without WHEEL, the newest one of dist. --first names what is installed before it, such as a build of
torch without CUDA. It runs in an empty folder with an empty home, outside the repository.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from chroot_test import demand
from faults import Fault, say
from linux_data import REPOSITORY
from smoke.training import write_material
from virtual_environment import make_environment

FOLDER = "Scripts" if os.name == "nt" else "bin"
ROOMS = {"app", "engine", "training", "runout_resources"}
UNUSED = ("torchaudio", "librosa", "numba")
"""What restoring must not load: the first is built for one version of torch."""
LIMIT_S = 1800
WATCHED = f"""
import sys
from app.cli import main
code = main(sys.argv[1:])
sys.exit(code or ", ".join(name for name in {UNUSED} if name in sys.modules) or 0)
"""


class Environment:
    """A virtual environment with a user who has nothing."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "environment"
        self.work, self.home = folder / "work", folder / "home"
        for each in (self.work, self.home):
            each.mkdir()
        make_environment(self.folder)

    def run(self, program: str, *words: str) -> str:
        """Run one of its programs in the empty folder; returns what it printed.

        Raises:
            Fault: it failed.
        """
        dropped = ("PYTHON", "XDG_", "VIRTUAL_ENV")
        kept = {name: text for name, text in os.environ.items() if not name.startswith(dropped)}
        home = {} if program == "pip" else {"HOME": str(self.home), "USERPROFILE": str(self.home)}
        started = time.monotonic()
        done = subprocess.run(
            [str(self.folder / FOLDER / program), *words],
            cwd=self.work,
            env=kept | home | {"QT_QPA_PLATFORM": "offscreen"},
            capture_output=True,
            text=True,
            timeout=LIMIT_S,
            check=False,
        )
        shown = " ".join(word for word in words if "\n" not in word)
        say(f"{program} {shown}: {time.monotonic() - started:.1f} s")
        if done.returncode or "Traceback" in done.stderr:
            raise Fault(f"it ended with {done.returncode}:\n{(done.stdout + done.stderr)[-2000:]}")
        return done.stdout

    def files(self) -> set[str]:
        """All files and folders that lie in it."""
        return {path.relative_to(self.folder).as_posix() for path in self.folder.rglob("*")}


def try_commands(environment: Environment, wheel: Path) -> None:
    """Try the command line, the window and a training."""
    version = wheel.name.split("-")[1]
    demo = str(next(environment.folder.rglob("runout_resources/demo/*.flac")))
    told = environment.run("runout", "--version").strip()
    demand(told == f"runout {version}", f"the wheel of {version} calls itself {told}")
    environment.run("runout", "info", demo)
    restore = ("restore", demo, "-o", "out.flac", "--preset", "78rpm", "--removed")
    environment.run("python", "-c", WATCHED, *restore)
    for name in ("out.flac", "out.removed.flac", "out.runout.json"):
        demand((environment.work / name).is_file(), f"restore wrote no {name}")
    environment.run("runout", "models", "verify")
    environment.run("runout", "gui", "--quit-after", "5", demo)
    write_material(environment.work)
    environment.run("runout", "train", "recipe.toml", "-o", "run", "--max-steps", "2")
    demand(any((environment.work / "run").glob("*.safetensors")), "the training wrote no weights")


def try_wheel(wheel: Path, first: list[str], extras: list[str]) -> None:
    """Go through all of it.

    Raises:
        Fault: something does not work.
    """
    with tempfile.TemporaryDirectory() as name:
        environment = Environment(Path(name))
        if first:
            environment.run("pip", "install", *first)
        environment.run("pip", "install", str(wheel))
        environment.run("pip", "check")
        try_commands(environment, wheel)
        if extras:
            wished = f"runout[{','.join(extras)}] @ {wheel.as_uri()}"
            environment.run("pip", "install", "--dry-run", wished)
        listed = environment.run("pip", "show", "--files", "runout").partition("Files:")[2]
        tops = {line.strip().replace("\\", "/").split("/")[0] for line in listed.splitlines()[1:]}
        strange = {top for top in tops if "." not in top} - ROOMS
        demand(not strange, f"the wheel brings {sorted(strange)} as well")
        environment.run("pip", "uninstall", "--yes", "runout")
        packages = next(environment.folder.rglob("site-packages"))
        left = [path.name for path in packages.iterdir() if path.name.split("-")[0] in ROOMS]
        left += [path.name for path in environment.folder.rglob("*runout*")]
        demand(not left, f"uninstalling leaves {left[:5]}")


def main() -> int:
    """Try the wheel; returns the exit code."""
    parser = argparse.ArgumentParser(description="Try the wheel in a new environment.")
    parser.add_argument("wheel", type=Path, nargs="?")
    parser.add_argument("--first", nargs="+", default=[], metavar="REQUIREMENT")
    parser.add_argument("--extra", nargs="+", default=[], metavar="NAME", help="must resolve")
    options = parser.parse_args()
    built = sorted(
        (REPOSITORY / "dist").glob("runout-*.whl"), key=lambda file: file.stat().st_mtime
    )
    try:
        demand(bool(options.wheel or built), "There is no wheel in dist; build it with: make wheel")
        wheel = (options.wheel or built[-1]).resolve()
        try_wheel(wheel, options.first, options.extra)
    except (Fault, OSError, subprocess.SubprocessError) as error:
        print(error, file=sys.stderr)
        return 1
    say("The wheel installs, works and goes without a trace")
    return 0


if __name__ == "__main__":
    sys.exit(main())
