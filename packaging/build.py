"""Builds the application that runs without Python: a folder dist/runout, made by PyInstaller.

    .venv-bundle/bin/python packaging/build.py [--cuda]

It takes the torch of the environment it runs in. A CUDA build of torch (the pinned one, on Linux)
names most of CUDA's libraries in its headers and does not import without them, used or not; then
only those that a GPU alone would load are left out, unless --cuda keeps all. From an environment
with a CPU build of torch, such as the one `make bundle` makes, the folder is several times smaller.
"""

import argparse
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from git_version import VERSION_FILE, git_version
from icons import make_icons
from strip_libraries import strip_folder
from windows_data import PROGRAMS, version_resource
from without_jack import build_stand_in

REPOSITORY = Path(__file__).resolve().parent.parent
DIST = REPOSITORY / "dist"
WORK = REPOSITORY / "build" / "pyinstaller"
PARTS = REPOSITORY / "build" / "parts"
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


def sound_libraries(folder: Path) -> list[Path]:
    """PortAudio and what is to stand in for libjack beside it, on Linux."""
    portaudio = portaudio_file()
    if portaudio is None:
        if sys.platform == "linux":
            print(f"{PORTAUDIO} was not found; the bundle will be silent", file=sys.stderr)
        return []
    stand_in = build_stand_in(portaudio, folder)
    return [portaudio, stand_in] if stand_in else [portaudio]


def make_parts(folder: Path, version: str) -> None:
    """Make what the recipe takes in beside the source: the version, icons, Windows' resources."""
    make_icons(folder)
    (folder / VERSION_FILE).write_text(version + "\n", encoding="utf-8")
    for name in PROGRAMS:
        text = version_resource(name, version)
        (folder / f"{name}.version").write_text(text, encoding="utf-8")


def main() -> int:
    """Build, and say how long it took; returns the exit code."""
    parser = argparse.ArgumentParser(description="Build the application that needs no Python.")
    parser.add_argument("--cuda", action="store_true", help="keep all that an NVIDIA GPU needs")
    parser.add_argument("--dist", type=Path, default=DIST, help="where the folder goes")
    given = parser.parse_args()
    cuda, dist = given.cuda, given.dist.resolve()
    environment = dict(os.environ, RUNOUT_BUNDLE="cuda" if cuda else "cpu")
    started = time.monotonic()
    version = git_version()
    make_parts(PARTS, version)
    environment["RUNOUT_PARTS"] = str(PARTS)
    environment["RUNOUT_SOUND"] = os.pathsep.join(map(str, sound_libraries(PARTS)))
    # What it warns of are modules of other systems, and those that are left out on purpose.
    command = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level", "ERROR"]
    command += ["--distpath", str(dist), "--workpath", str(WORK)]
    print(f"Building {dist / 'runout'}, version {version} (minutes) ...", flush=True)
    code = subprocess.call(
        [*command, str(REPOSITORY / "packaging" / "runout.spec")], cwd=REPOSITORY, env=environment
    )
    if code == 0:
        if sys.platform == "linux":
            strip_folder(dist / "runout")
        print(f"{dist / 'runout'}: built in {time.monotonic() - started:.0f} s", flush=True)
    return code


if __name__ == "__main__":
    sys.exit(main())
