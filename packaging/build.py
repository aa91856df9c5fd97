"""Builds the application that runs without Python: a folder dist/runout, made by PyInstaller.

    .venv/bin/python packaging/build.py [--cuda]

It takes the torch of the environment it runs in. A CUDA build of torch (the pinned one, on Linux)
names most of CUDA's libraries in its headers and does not import without them, used or not; then
only those that a GPU alone would load are left out, unless --cuda keeps all. From an environment
with a CPU build of torch the folder is several times smaller.
"""

import argparse
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
DIST = REPOSITORY / "dist"
WORK = REPOSITORY / "build" / "pyinstaller"
PORTAUDIO = "libportaudio.so.2"


def portaudio_file() -> Path | None:
    """Where the system's PortAudio lies; macOS and Windows have theirs inside sounddevice."""
    if sys.platform != "linux":
        return None
    listed = subprocess.run(
        [shutil.which("ldconfig") or "/sbin/ldconfig", "-p"],
        capture_output=True,
        text=True,
        check=False,
    )
    for line in listed.stdout.splitlines():
        if line.strip().startswith(PORTAUDIO):
            return Path(line.split("=>")[-1].strip())
    return None


def folder_size(folder: Path) -> int:
    """Bytes of all files below a folder; links count nothing."""
    return sum(
        file.stat().st_size
        for file in folder.rglob("*")
        if file.is_file() and not file.is_symlink()
    )


def main() -> int:
    """Build, and say what came of it; returns the exit code."""
    parser = argparse.ArgumentParser(description="Build the application that needs no Python.")
    parser.add_argument("--cuda", action="store_true", help="keep all that an NVIDIA GPU needs")
    cuda = parser.parse_args().cuda
    environment = dict(os.environ, RUNOUT_BUNDLE="cuda" if cuda else "cpu")
    library = portaudio_file()
    if library:
        environment["RUNOUT_PORTAUDIO"] = str(library)
    elif sys.platform == "linux":
        print(f"{PORTAUDIO} was not found; the bundle will be silent", file=sys.stderr)
    started = time.monotonic()
    command = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level", "WARN"]
    command += ["--distpath", str(DIST), "--workpath", str(WORK)]
    print("Building dist/runout (minutes) ...", flush=True)
    code = subprocess.call(
        [*command, str(REPOSITORY / "packaging" / "runout.spec")], cwd=REPOSITORY, env=environment
    )
    if code == 0:
        size_mb = folder_size(DIST / "runout") / 1e6
        print(f"dist/runout: {size_mb:.0f} MB, {time.monotonic() - started:.0f} s")
    return code


if __name__ == "__main__":
    sys.exit(main())
