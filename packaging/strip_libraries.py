"""Takes the names that only a debugger reads out of the bundle's libraries on Linux.

PyInstaller would do so for every file, and break those whose segments another program has moved
before (wheels with OpenBLAS): "ELF load command address/offset not page-aligned". Here a file is
replaced only if the loader can still map it.

References:
    Tool Interface Standard, Executable and Linking Format, version 1.2: program headers.
"""

import os
import shutil
import struct
import subprocess
from pathlib import Path

LEAST_BYTES = 300_000
"""What lies below is not worth the time."""
PT_LOAD = 1
PAGE_BYTES = 4096


def can_be_mapped(file: Path) -> bool:
    """Whether every part of a 64 bit ELF file lies where the loader can map it."""
    data = file.read_bytes()[:65536]
    if data[:5] != b"\x7fELF\x02":
        return False
    (table,) = struct.unpack_from("<Q", data, 32)
    size, count = struct.unpack_from("<HH", data, 54)
    for index in range(count):
        kind, _flags, offset, address = struct.unpack_from("<IIQQ", data, table + index * size)
        if kind == PT_LOAD and (address - offset) % PAGE_BYTES:
            return False
    return True


def strip_library(file: Path) -> int:
    """Strip a file if that makes it smaller and leaves it whole; returns the bytes saved."""
    part = file.with_name(file.name + ".stripped")
    command = ["strip", "--strip-unneeded", "-o", str(part), str(file)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode or not part.is_file() or not can_be_mapped(part):
            return 0
        saved = file.stat().st_size - part.stat().st_size
        if saved <= 0:
            return 0
        shutil.copymode(file, part)
        os.replace(part, file)
        return saved
    finally:
        part.unlink(missing_ok=True)


def strip_folder(folder: Path) -> int:
    """Strip every library below a folder that is worth it; returns the bytes saved."""
    if not shutil.which("strip"):
        return 0
    files = (
        file
        for file in sorted(folder.rglob("*.so*"))
        if not file.is_symlink() and file.stat().st_size >= LEAST_BYTES
    )
    return sum(strip_library(file) for file in files)
