"""Several files that appear together or not at all.

Each is written under a temporary name in its own folder, synced, and moved over its final name; the
last is the report, so that a set with a report is whole. A failure removes everything, and puts
back what was to be replaced.
"""

import contextlib
import errno
import os
import secrets
import shutil
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from engine.audio_file import shown
from engine.audio_writer import frames_path
from engine.errors import StorageError
from engine.sync import sync_file, sync_folder

_MB = 1_000_000
_FULL = (errno.ENOSPC, errno.EDQUOT)
_FORBIDDEN = (errno.EACCES, errno.EPERM, errno.EROFS)


class OutputSet:
    """Temporary files for final names, in the order in which they will be moved.

    token: a part of their names; drawn where it is empty.
    """

    def __init__(self, targets: Sequence[Path], token: str = "") -> None:
        token = token or secrets.token_hex(6)
        self._temporary = {
            target: target.with_name(f".runout-{token}-{index}.part")
            for index, target in enumerate(targets)
        }

    def temporary(self, target: Path) -> Path:
        """Where the content of a target is to be written."""
        return self._temporary[target]

    def commit(self) -> None:
        """Sync all files and move them to their final names, or none.

        Raises:
            OSError: one could not be moved; all is as it was before.
        """
        for path in self._temporary.values():
            sync_file(path)
        moved: list[tuple[Path, Path | None]] = []
        try:
            for target, path in self._temporary.items():
                moved.append((target, _set_aside(target, path)))
                os.replace(path, target)
        except BaseException:
            for target, old in reversed(moved):
                _put_back(target, old, self._temporary[target])
            raise
        for _, old in moved:
            if old is not None:
                old.unlink(missing_ok=True)
        for folder in {target.parent for target in self._temporary}:
            sync_folder(folder)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for path in self._temporary.values():
            for each in (path, frames_path(path)):
                with contextlib.suppress(OSError):
                    each.unlink(missing_ok=True)


def check_space(target: Path, needed: int) -> None:
    """See that the disk has room.

    Raises:
        StorageError: it has not, or the folder is missing.
    """
    folder = target.parent
    if not folder.is_dir():
        raise StorageError(
            f"{shown(target)} cannot be written: there is no folder {folder}; create it first"
        )
    free = shutil.disk_usage(folder).free
    if needed > free:
        raise disk_full(target, needed, free)


def disk_full(target: Path, needed: int, free: int) -> StorageError:
    """The sentence for a disk that is too small, with numbers."""
    return StorageError(
        f"{shown(target)} cannot be written: it needs {needed / _MB:.1f} MB with all that belongs "
        f"to it and {free / _MB:.1f} MB are free; make room or choose another folder"
    )


def write_failed(target: Path, needed: int, error: OSError) -> StorageError:
    """The sentence for an error of the system while writing."""
    try:
        free = shutil.disk_usage(target.parent).free
    except OSError:
        free = 0
    is_full = error.errno in _FULL or (error.errno is None and free < needed)
    if is_full:  # the FLAC encoder tells no reason
        return disk_full(target, needed, free)
    if error.errno in _FORBIDDEN:
        return StorageError(
            f"{shown(target)} cannot be written: you have no right to write there; "
            "choose another folder"
        )
    reason = (error.strerror or str(error)).lower().replace("\n", " ")
    return StorageError(
        f"{shown(target)} cannot be written: {reason}; check the disk or choose another folder"
    )


def _aside(temporary: Path) -> Path:
    return temporary.with_suffix(".old")


def _set_aside(target: Path, temporary: Path) -> Path | None:
    """Keep what a target holds now under another name; the target stays where that is possible."""
    if not os.path.lexists(target):
        return None
    old = _aside(temporary)
    try:
        os.link(target, old, follow_symlinks=False)
    except (OSError, NotImplementedError):  # what os.link raises where links cannot be followed
        os.rename(target, old)
    return old


def _put_back(target: Path, old: Path | None, temporary: Path) -> None:
    """Undo a move, done or not."""
    if old is not None and os.path.lexists(old):
        with contextlib.suppress(OSError):
            target.unlink(missing_ok=True)
            os.rename(old, target)
    elif old is None and not temporary.exists():
        target.unlink(missing_ok=True)
