"""The libraries and programs that no wheel brings: found by loading them, installed by apt."""

import ctypes
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

from faults import Fault, say

# What must load, or be found on PATH, and the Debian package it is in.
WINDOW_LIBRARIES = {
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
}
SOUND_LIBRARIES = {"libportaudio.so.2": "libportaudio2"}
TEST_PROGRAMS = {
    "Xvfb": "xvfb",
    "openbox": "openbox",
    "xdotool": "xdotool",
    "import": "imagemagick",
    "pulseaudio": "pulseaudio",
    "pactl": "pulseaudio-utils",
}
ALSA_TO_PULSE = {"usr/lib/*/alsa-lib/libasound_module_pcm_pulse.so": "libasound2-plugins"}


def loads(library: str) -> bool:
    """Whether the dynamic loader finds a library; this needs neither ldconfig nor dpkg."""
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def missing_libraries(libraries: dict[str, str]) -> dict[str, str]:
    """Those of `libraries` that do not load; on macOS and Windows the wheels carry all."""
    if sys.platform != "linux":
        return {}
    return {name: package for name, package in libraries.items() if not loads(name)}


def missing_test_programs() -> dict[str, str]:
    """What the tests of window and sound want and cannot find; they are skipped without."""
    if sys.platform != "linux":
        return {}
    missing = {name: package for name, package in TEST_PROGRAMS.items() if not shutil.which(name)}
    for pattern, package in ALSA_TO_PULSE.items():
        if not any(Path("/").glob(pattern)):
            missing[Path(pattern).name] = package
    return missing


def administrator() -> list[str] | None:
    """What to put before a command to run it as root without a question; None: no such right."""
    if sys.platform == "win32":
        return None
    if os.geteuid() == 0:
        return []
    if not shutil.which("sudo"):
        return None
    asked = subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False)
    return ["sudo", "-n"] if asked.returncode == 0 else None


def line_to_type(packages: list[str]) -> str:
    """The one line with which an administrator installs Debian packages."""
    return "sudo apt-get install -y " + " ".join(packages)


def apt_install(packages: list[str]) -> bool:
    """Install Debian packages where that needs no question; whether it was done."""
    prefix = administrator() if shutil.which("apt-get") else None
    if prefix is None:
        return False
    say(f"Installing system packages: {' '.join(packages)}")
    # pulseaudio would push PipeWire's own server off a desktop: --no-remove lets apt refuse.
    install = ["apt-get", "install", "-qq", "--no-install-recommends", "--no-remove", "-y"]
    install += ["-o", "DPkg::Lock::Timeout=120", *packages]
    environment = ["env", "DEBIAN_FRONTEND=noninteractive"]
    for command in (["apt-get", "update", "-qq"], install):
        done = subprocess.run(
            [*prefix, *environment, *command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if done.returncode:
            say("\n".join(done.stdout.splitlines()[-5:]))
    return done.returncode == 0


def missing_venv() -> dict[str, str]:
    """What Python itself lacks to make an environment: Debian packs it by itself."""
    if all(importlib.util.find_spec(name) for name in ("venv", "ensurepip")):
        return {}
    version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    return {f"{version}'s venv": f"{version}-venv"}


def provide_libraries(*, window: bool, tests: bool, venv: bool) -> None:
    """See to it that the system has what no wheel brings, or say in one line how to get it.

    Args:
        window: what Qt's window and the player load.
        tests: the programs with which window and sound are tested.
        venv: Python's own means to make an environment.

    Raises:
        Fault: something that nothing works without is missing and may not be installed.
    """
    needed = missing_venv() if venv else {}
    wanted: dict[str, str] = {}
    if window:
        needed |= missing_libraries(WINDOW_LIBRARIES)
        wanted |= missing_libraries(SOUND_LIBRARIES)
    if tests:
        wanted |= missing_test_programs()
    packages = sorted({*needed.values(), *wanted.values()})
    if not packages or apt_install(packages):
        return
    how = f"type: {line_to_type(packages)}"
    if not shutil.which("apt-get"):
        how = "install what contains them with your system's package manager"
    if needed:
        raise Fault(f"This system lacks {', '.join(needed)}; {how}")
    without = "tests of sound and window are skipped" if tests else "there will be no sound"
    say(f"Not found: {', '.join(wanted)}; {without}. To have them, {how}")
