"""Files written whole or not at all, and read without waiting for what is no file."""

import contextlib
import errno
import math
import os
import secrets
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

from engine.audio_file import shown
from engine.errors import StorageError
from engine.sync import sync_file, sync_folder

PART = ".part"
"""How the names of files end that are not whole yet."""
_MB = 1_000_000
_FULL = (errno.ENOSPC, errno.EDQUOT)
_FORBIDDEN = (errno.EACCES, errno.EPERM, errno.EROFS)
_GONE = (errno.ENOENT, errno.ENOTDIR, errno.ESTALE, errno.ENODEV, errno.ENXIO)


class Damaged(StorageError):
    """Something in a project folder is not as it was written."""


def one_line(text: str) -> str:
    """A text of whatever content, as a sentence can hold it."""
    return "".join(each if each.isprintable() else ascii(each)[1:-1] for each in text)


def open_plain(path: Path) -> int:
    """Open a plain file for reading and return its handle; a pipe or device is refused.

    Raises:
        OSError: it cannot be opened.
        Damaged: it is no plain file.
    """
    try:
        # without O_NONBLOCK, opening a pipe waits for somebody to write into it
        handle = os.open(
            path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        )
    except ValueError as error:  # a name that no file can have
        raise Damaged(f"{path.name!r} is no name of a file") from error
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise Damaged(f"{shown(path)} is not a plain file")
    return handle


def is_link(path: Path) -> bool:
    """Whether a name leads elsewhere: a symbolic link, or a junction of Windows."""
    try:
        found = path.lstat()
    except (OSError, ValueError):
        return False
    junction = getattr(stat, "IO_REPARSE_TAG_MOUNT_POINT", None)
    return stat.S_ISLNK(found.st_mode) or (
        junction is not None and getattr(found, "st_reparse_tag", 0) == junction
    )


def read_file(path: Path, limit: int) -> bytes:
    """Read a whole plain file of up to `limit` bytes.

    Raises:
        OSError: it cannot be read.
        Damaged: it is no plain file, or longer.
    """
    with os.fdopen(open_plain(path), "rb") as file:
        size = os.fstat(file.fileno()).st_size
        if size > limit:
            raise Damaged(f"{shown(path)} has {size / _MB:.0f} MB, more than it can have")
        return file.read(limit)


def new_part(target: Path) -> Path:
    """A temporary name beside a target."""
    return target.with_name(f".{secrets.token_hex(6)}{PART}")


@contextlib.contextmanager
def replacing(target: Path) -> Iterator[Path]:
    """Give a temporary path, whose file is synced and takes the place of the target at the end.

    Raises:
        OSError: it cannot be written; the target is as it was.
    """
    part = new_part(target)
    try:
        yield part
        sync_file(part)
        os.replace(part, target)
        sync_folder(target.parent)
    except BaseException:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        raise


def write_file(target: Path, content: bytes) -> None:
    """Write a file whole or not at all.

    Raises:
        OSError: it cannot be written.
    """
    with replacing(target) as part:
        part.write_bytes(content)


def remove_parts(folder: Path) -> None:
    """Remove what writers that were killed have left."""
    for path in folder.glob(f".*{PART}"):
        with contextlib.suppress(OSError):
            path.unlink()


def free_bytes(folder: Path) -> int:
    """Room on the disk of a folder; 0 where that cannot be told."""
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return 0


def no_room(folder: Path, needed: int) -> StorageError:
    """The sentence for a disk that is too small, with numbers."""
    return StorageError(
        f"there is no room in the folder {folder}: {math.ceil(10 * needed / _MB) / 10:.1f} MB are "
        f"needed and {math.floor(10 * free_bytes(folder) / _MB) / 10:.1f} MB are free; "
        "make room or save the project elsewhere"
    )


def write_failed(folder: Path, needed: int, error: OSError) -> StorageError:
    """The sentence for an error of the system while writing into a project folder."""
    if error.errno in _FULL:
        return no_room(folder, needed)
    if error.errno in _FORBIDDEN:
        return StorageError(
            f"nothing can be written into the folder {folder}: you have no right to; "
            "save the project elsewhere"
        )
    if error.errno in _GONE:
        return StorageError(
            f"the folder {folder} has gone; connect its drive again or save the project elsewhere"
        )
    reason = (error.strerror or str(error)).lower()
    return StorageError(
        f"nothing can be written into the folder {folder}: {reason}; "
        "check the disk or save the project elsewhere"
    )
