"""Leaves libraries out of the bundle that nothing in it links to; on Linux alone.

PyInstaller collects what a file links to before the recipe can say that the file itself is not
wanted: with the plugin for GTK, say, come twenty libraries that nothing else uses.
"""

import re
import subprocess
from collections.abc import Callable, Iterable
from fnmatch import fnmatch
from pathlib import PurePath

from bundle_contents import Entry

# Where libraries lie that are there because something links to them.
LINKED_ONLY = re.compile(r"(PySide6/Qt/lib/|[\w.-]+\.libs/|)lib[^/]*\.so[^/]*")
LOADED_BY_NAME = ("libpython*", "libportaudio*")


def linked_names(file: str) -> list[str]:
    """The libraries that an ELF file names itself, without those that they name in turn."""
    done = subprocess.run(["objdump", "-p", file], capture_output=True, text=True, check=False)
    return re.findall(r"^\s+NEEDED\s+(\S+)", done.stdout, re.MULTILINE)


def without_orphans(
    entries: Iterable[Entry], names_in: Callable[[str], Iterable[str]] = linked_names
) -> list[Entry]:
    """Leave out libraries that nothing in the bundle links to, and links to such libraries.

    Args:
        entries: binaries, after unwanted ones have gone.
        names_in: the libraries that a file links to.

    Returns:
        What is left, in the same order.
    """
    entries = list(entries)
    by_name: dict[str, list[Entry]] = {}
    waiting: list[Entry] = []
    for entry in entries:
        name = PurePath(entry[0]).name
        by_name.setdefault(name, []).append(entry)
        by_its_name = any(fnmatch(name, pattern) for pattern in LOADED_BY_NAME)
        if by_its_name or not LINKED_ONLY.fullmatch(entry[0]):
            waiting.append(entry)
    kept = set(waiting)
    while waiting:
        _destination, source, kind = waiting.pop()
        names = [PurePath(source).name] if kind == "SYMLINK" else names_in(source)
        for entry in (entry for name in names for entry in by_name.get(name, ())):
            if entry not in kept:
                kept.add(entry)
                waiting.append(entry)
    return [entry for entry in entries if entry in kept]
