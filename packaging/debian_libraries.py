"""Which Debian packages the built application needs: read from its own files, never guessed.

The .deb leaves out those libraries of the bundle that every desktop has. They have to be the
system's: its graphics drivers, ALSA plugins, fonts and input methods are made to go with them, and
an older copy beside the program would be taken in their place.
"""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from faults import Fault

LIBRARIES = {
    "libc.so.6": "libc6",
    "libstdc++.so.6": "libstdc++6",
    "libgcc_s.so.1": "libgcc-s1",
    "libz.so.1": "zlib1g",
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libdrm.so.2": "libdrm2",
    "libgbm.so.1": "libgbm1",
    "libX11.so.6": "libx11-6",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxcb.so.1": "libxcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-glx.so.0": "libxcb-glx0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libwayland-egl.so.1": "libwayland-egl1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    # Packages whose times grew to 64 bit have new names from Debian 13 and Ubuntu 24.04 on.
    "libglib-2.0.so.0": "libglib2.0-0t64 | libglib2.0-0",
    "libgobject-2.0.so.0": "libglib2.0-0t64 | libglib2.0-0",
    "libgio-2.0.so.0": "libglib2.0-0t64 | libglib2.0-0",
    "libgmodule-2.0.so.0": "libglib2.0-0t64 | libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0t64 | libglib2.0-0",
    "libasound.so.2": "libasound2t64 | libasound2",
    "libportaudio.so.2": "libportaudio2",
}
LOADED_BY_NAME = {"libportaudio.so.2": "libportaudio2"}
PARTS_OF_C = ("libm.so", "libmvec.so", "libpthread.so", "libdl.so", "librt.so", "libutil.so",
              "libresolv.so", "ld-linux")  # fmt: skip


@dataclass(frozen=True)
class Needs:
    """What one file asks of others."""

    libraries: frozenset[str]
    glibc: tuple[int, ...]
    """The newest version of the C library whose symbols it uses."""


def is_elf(file: Path) -> bool:
    """Whether a file is a program or library of Linux."""
    if file.is_symlink() or not file.is_file():
        return False
    with file.open("rb") as handle:
        return handle.read(4) == b"\x7fELF"


def read_needs(file: Path) -> Needs:
    """What the header of a program or library names.

    Raises:
        Fault: there is no objdump, or it fails.
    """
    objdump = shutil.which("objdump")
    if objdump is None:
        raise Fault("objdump is missing; install binutils, which PyInstaller needs as well")
    done = subprocess.run([objdump, "-p", str(file)], capture_output=True, text=True, check=False)
    if done.returncode:
        raise Fault(f"{file} cannot be read by objdump: {done.stderr.strip()}")
    versions = re.findall(r"\bGLIBC_(\d+(?:\.\d+)+)", done.stdout)
    newest = max((tuple(map(int, version.split("."))) for version in versions), default=())
    return Needs(frozenset(re.findall(r"NEEDED\s+(\S+)", done.stdout)), newest)


def leave_to_debian(bundle: Path) -> list[str]:
    """Take out of a copy of the bundle what Debian's packages bring, and what only that needed.

    Args:
        bundle: a folder that may be changed.

    Returns:
        The packages to depend on.

    Raises:
        Fault: a library is neither in the bundle nor known to be in a Debian package.
    """
    files = {file: read_needs(file) for file in sorted(bundle.rglob("*")) if is_elf(file)}
    inner = bundle / "_internal"
    for name in LIBRARIES:
        _remove(inner / name, files)
    while unused := [file for file in files if _is_unused(file, inner, files)]:
        for file in unused:
            _remove(file, files)
    present = {path.name for path in bundle.rglob("*.so*")}
    wanted = {name for needs in files.values() for name in needs.libraries} - present
    wanted = {name for name in wanted if not name.startswith(PARTS_OF_C)}
    unknown = sorted(wanted - LIBRARIES.keys())
    if unknown:
        askers = {file.name for file, needs in files.items() if needs.libraries & set(unknown)}
        raise Fault(
            f"{', '.join(unknown)}, needed by {', '.join(sorted(askers))}, is neither in the "
            "bundle nor in the table of debian_libraries.py"
        )
    packages = {LIBRARIES[name] for name in wanted} | set(LOADED_BY_NAME.values())
    glibc = ".".join(map(str, max(needs.glibc for needs in files.values())))
    return sorted(f"libc6 (>= {glibc})" if name == "libc6" else name for name in packages)


def _remove(file: Path, files: dict[Path, Needs]) -> None:
    files.pop(file, None)
    if os.path.lexists(file):
        file.unlink()


def _is_unused(file: Path, inner: Path, files: dict[Path, Needs]) -> bool:
    """Whether a library of the system's, collected for others, is asked for by nobody any more."""
    if file.parent != inner or not file.name.startswith("lib") or file.name.startswith("libpython"):
        return False
    return not any(file.name in needs.libraries for needs in files.values())
