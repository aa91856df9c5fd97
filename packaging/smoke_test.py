"""Tries the built application: version, info, a restoration with its exact difference, the window.

    .venv/bin/python packaging/smoke_test.py [PROGRAM]

PROGRAM is dist/runout/runout unless given. It runs in an empty folder with an empty home and
without Python's variables, as on a machine that has never seen the repository.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import soundfile

REPOSITORY = Path(__file__).resolve().parent.parent
DEMO = REPOSITORY / "resources" / "demo" / "air_1920.flac"
SUFFIX = ".exe" if os.name == "nt" else ""
PROGRAM = REPOSITORY / "dist" / "runout" / f"runout{SUFFIX}"
LIMIT_S = 300


class SmokeError(Exception):
    """The built application does not do what it must."""


def run(program: Path, folder: Path, *arguments: str) -> str:
    """Run the program in a folder; returns what it printed.

    Raises:
        SmokeError: it failed.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    environment = kept | {"HOME": str(folder), "QT_QPA_PLATFORM": "offscreen"}
    started = time.monotonic()
    done = subprocess.run(
        [str(program), *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )
    print(f"{arguments[0]}: exit {done.returncode}, {time.monotonic() - started:.1f} s", flush=True)
    if done.returncode or "Traceback" in done.stderr:
        raise SmokeError(f"{' '.join(arguments)} failed:\n{done.stdout}\n{done.stderr}")
    return done.stdout


def check_restored(folder: Path) -> None:
    """Restored and removed must add up to the source, and the report must say so.

    Raises:
        SmokeError: they do not.
    """
    read = [
        soundfile.read(file, dtype="int32", always_2d=True)[0].astype(np.int64)
        for file in (DEMO, folder / "out.flac", folder / "out.removed.flac")
    ]
    source, restored, removed = read
    if not np.array_equal(source, restored + removed):
        raise SmokeError("restored + removed is not the source")
    if not np.any(removed):
        raise SmokeError("nothing was removed from the demo side")
    report = json.loads((folder / "out.runout.json").read_text(encoding="utf-8"))
    if not report["operations"]:
        raise SmokeError("the report names no operation")


def main() -> int:
    """Try everything; returns the exit code."""
    program = Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else PROGRAM
    if not program.is_file():
        print(f"{program} is not there; build it with: make bundle", file=sys.stderr)
        return 1
    try:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            if not run(program, folder, "--version").startswith("runout "):
                raise SmokeError("--version names no version")
            if json.loads(run(program, folder, "info", str(DEMO), "--json"))["n_channels"] != 1:
                raise SmokeError("info does not know the demo side")
            options = ("-o", "out.flac", "--preset", "78rpm", "--removed")
            run(program, folder, "restore", str(DEMO), *options)
            check_restored(folder)
            run(program, folder, "devices")
            run(program, folder, "gui", "--quit-after", "5", str(DEMO))
    except (SmokeError, subprocess.TimeoutExpired) as error:
        print(error, file=sys.stderr)
        return 1
    print("The built application works")
    return 0


if __name__ == "__main__":
    sys.exit(main())
