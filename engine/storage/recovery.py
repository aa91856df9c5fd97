"""Recovery: autosaved sessions that were not closed, found and given up without opening them."""

import contextlib
import os
import shutil
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from engine.errors import StorageError
from engine.storage.disk import PART
from engine.storage.folder import is_project
from engine.storage.generations import DOCUMENT, JOURNAL, read_newest
from engine.storage.lock import is_locked, read_holder
from engine.storage.move import SUFFIX

__all__ = ["Unclosed", "discard", "find_unclosed", "is_locked"]

LIMIT_S = 2.0
"""Longest time that looking may take, as the window waits for it."""


@dataclass(frozen=True)
class Unclosed:
    """A session that nobody has open and that holds work.

    source_name: empty where the folder is damaged.
    crashed_before: whether it was being opened when its program ended.
    was_closed: whether its program ended in good order, and left it on purpose.
    """

    path: Path
    source_name: str
    last_change: datetime
    n_operations: int
    crashed_before: bool
    was_closed: bool = False


def find_unclosed(folder: Path) -> tuple[Unclosed, ...]:
    """Sessions right below a folder, the newest first; what cannot be read in time is left out."""
    found: list[Unclosed] = []
    # a thread, as a disk that does not answer cannot be interrupted
    worker = threading.Thread(target=_find, args=(folder, found), daemon=True)
    worker.start()
    worker.join(LIMIT_S)
    return tuple(sorted(found.copy(), key=lambda each: each.last_change, reverse=True))


def discard(unclosed: Unclosed, trash: Path) -> Path:
    """Move a session into a folder for what was given up, and return where it lies now.

    Raises:
        StorageError: it is open somewhere, or cannot be moved.
    """
    path = unclosed.path
    held = is_locked(path)
    if held:
        raise StorageError(held)
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    target = trash / f"{path.name.removesuffix(SUFFIX)} {stamp}{SUFFIX}"
    try:
        trash.mkdir(parents=True, exist_ok=True)
        number = 1
        while os.path.lexists(target):
            number += 1
            target = trash / f"{path.name.removesuffix(SUFFIX)} {stamp} {number}{SUFFIX}"
        shutil.move(path, target)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise StorageError(
            f"{path.name} cannot be moved to {trash}: {reason}; delete it by hand"
        ) from error
    return target


def _find(folder: Path, found: list[Unclosed]) -> None:
    deadline_s = time.monotonic() + LIMIT_S
    with contextlib.suppress(OSError):
        for path in sorted(folder.iterdir()):
            if time.monotonic() > deadline_s:
                return
            if path.suffix != PART and is_project(path) and is_locked(path) is None:
                _look(path, found)


def _look(path: Path, found: list[Unclosed]) -> None:
    """Add a session if it holds operations or marks, or cannot be read."""
    holder = read_holder(path)
    crashed_before, was_closed = holder is not None and holder.is_opening, holder is None
    try:
        contents = read_newest(path).contents
    except StorageError:
        found.append(Unclosed(path, "", _last_change(path), 0, crashed_before, was_closed))
        return
    count = len(contents.records)
    if count or contents.marks:
        name = contents.source.name
        changed = _last_change(path)
        found.append(Unclosed(path, name, changed, count, crashed_before, was_closed))


def _last_change(path: Path) -> datetime:
    times = [0.0]
    for name in (DOCUMENT, JOURNAL):
        with contextlib.suppress(OSError):
            times.append((path / name).stat().st_mtime)
    return datetime.fromtimestamp(max(times), UTC)
