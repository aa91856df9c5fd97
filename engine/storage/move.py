"""A project folder to another place, also on another disk."""

import contextlib
import os
import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

from engine.errors import StorageError
from engine.progress import Progress, ignore
from engine.storage.disk import PART, free_bytes, new_part, no_room
from engine.storage.generations import DOCUMENT, FOLDER, JOURNAL
from engine.storage.lock import NAME as LOCK
from engine.sync import sync_folder

SUFFIX = ".runout"
RENDERS = "renders"
_BLOCK = 1 << 22
_STALE_S = 24 * 3600.0
_TEMPORARY = re.compile(r"\.[0-9a-f]{12}" + re.escape(PART))
_WRITTEN_ANEW = (DOCUMENT, JOURNAL, LOCK)


def new_place(path: Path, old: Path | None = None) -> Path:
    """Where a project of that name is to lie; the suffix is added where it is missing.

    Args:
        path: what was asked for.
        old: the project that is to lie there.

    Raises:
        StorageError: something lies there, or it cannot be looked at.
    """
    try:
        path = path.absolute()
        place = path if path.name.endswith(SUFFIX) else path.with_name(path.name + SUFFIX)
        if os.path.lexists(place):
            raise StorageError(
                f"{place.name} exists already in {place.parent}; choose another name"
            )
        if old is not None and place.is_relative_to(old):
            raise StorageError(
                f"{place.name} would lie in {old.name} itself; choose another folder"
            )
        place.parent.mkdir(parents=True, exist_ok=True)
        remove_stale(place.parent)
    except (OSError, ValueError) as error:
        reason = (getattr(error, "strerror", None) or str(error)).lower()
        raise StorageError(
            f"no project can be made in the folder {path.parent}: {reason}; choose another folder"
        ) from error
    return place


def is_on_same_disk(first: Path, second: Path) -> bool:
    """Whether a folder can be renamed from one place to the other."""
    try:
        return first.stat().st_dev == second.stat().st_dev
    except OSError:
        return False


def copy_files(old: Path, new: Path, progress: Progress = ignore) -> None:
    """Copy what is never changed once it is there, and sync it; what is there already stays.

    Raises:
        OSError: something cannot be read or written.
        StorageError: there is no room.
        Cancelled: progress said so.
    """
    todo = [each for each in _files(old) if not (new / each).exists()]
    sizes = [(old / each).stat().st_size for each in todo]
    total = sum(sizes)
    new.mkdir(exist_ok=True)
    if total > free_bytes(new):
        raise no_room(new.parent, total)
    done = 0
    for path in todo:
        (new / path).parent.mkdir(parents=True, exist_ok=True)
        for size in copy_file(old / path, new / path):
            done += size
            progress(min(1.0, done / max(1, total)), "copying the project")
    for folder in {(new / path).parent for path in todo}:
        sync_folder(folder)
    (new / RENDERS).mkdir(exist_ok=True)


def copy_file(source: Path, target: Path) -> Iterator[int]:
    """Copy a file with its time and sync it, telling the bytes of each block.

    Raises:
        OSError: it cannot be read or written.
    """
    with source.open("rb") as read, target.open("wb") as write:
        while block := read.read(_BLOCK):
            write.write(block)
            yield len(block)
        write.flush()
        os.fsync(write.fileno())
    found = source.stat()
    os.utime(target, ns=(found.st_atime_ns, found.st_mtime_ns))


def remove_folder(folder: Path) -> None:
    """Delete a folder under a temporary name, so that nothing under its own is ever half of it."""
    gone = folder
    if folder.suffix != PART:
        gone = new_part(folder)
        try:
            os.rename(folder, gone)
        except OSError:
            gone = folder
    for name in (FOLDER, *_WRITTEN_ANEW):  # what cannot be deleted is no project, at least
        with contextlib.suppress(OSError):
            shutil.rmtree(gone / name) if name == FOLDER else (gone / name).unlink()
    shutil.rmtree(gone, ignore_errors=True)


def remove_stale(folder: Path) -> None:
    """Delete what processes that were killed a day ago or more were copying or removing."""
    with contextlib.suppress(OSError):
        for path in folder.glob(f".*{PART}"):
            is_old = time.time() - path.stat().st_mtime > _STALE_S
            if is_old and _TEMPORARY.fullmatch(path.name) and (path / RENDERS).is_dir():
                shutil.rmtree(path, ignore_errors=True)


def _files(folder: Path) -> list[Path]:
    """Plain files of a project that are written once, as paths within it."""
    found = []
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        if path.is_symlink() or not path.is_file():
            continue
        if str(inside) not in _WRITTEN_ANEW and not path.name.endswith(PART):
            found.append(inside)
    return found
