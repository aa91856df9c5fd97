"""Lock: who has a project folder open.

The system holds the lock for as long as the process lives, so that one left by a process that was
killed is free, whoever has its number now. The text in the file is for people, and for another
computer, whose locks this one may not see.
"""

import contextlib
import errno
import os
import socket
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from engine.report import iso_time
from engine.storage.disk import Damaged, open_plain, read_file
from engine.storage.fields import parse, to_line

NAME = "lock"
_LIMIT = 10_000
_TRIES, _PAUSE_S = 4, 0.01
_BYTE = 1 << 30
"""Windows locks bytes; this one lies beyond the text, which stays readable."""


@dataclass(frozen=True)
class Holder:
    """Who wrote a lock. is_opening: it was not done with opening the project."""

    pid: int
    host: str
    since: datetime
    is_opening: bool

    @property
    def is_here(self) -> bool:
        """Whether it was on this computer."""
        return self.host == socket.gethostname()

    def __str__(self) -> str:
        place = "on this computer" if self.is_here else f"on {self.host}"
        since = self.since.astimezone().strftime("%Y-%m-%d %H:%M")
        return f"process {self.pid} {place} since {since}"


class Lock:
    """A lock that is held; `close` gives it back."""

    def __init__(self, file: IO[bytes], left_by: Holder | None) -> None:
        self._file = file
        self.left_by = left_by
        """Who had the project open last and did not close it."""

    def write(self, *, is_opening: bool) -> None:
        """Say who holds it.

        Raises:
            OSError: the file cannot be written.
        """
        holder = {
            "pid": os.getpid(),
            "host": socket.gethostname(),
            "since": iso_time(datetime.now(UTC)),
            "is_opening": is_opening,
        }
        self._file.seek(0)
        self._file.write(to_line(holder).encode("ascii"))
        self._file.truncate()
        os.fsync(self._file.fileno())

    def close(self) -> None:
        """Give it back; an empty file says that the project was closed."""
        if not self._file.closed:
            with contextlib.suppress(OSError):
                self._file.truncate(0)
            self._file.close()


class Held(Exception):
    """Somebody else holds the lock; str() is the sentence on who."""


def take_lock(folder: Path) -> Lock:
    """Take the lock of a project folder.

    Raises:
        Held: somebody else has it.
        OSError: the folder cannot be written.
    """
    path = folder / NAME
    if path.is_symlink():  # what it points to would be written over
        raise OSError(errno.ELOOP, "its lock is a link to another file")
    flags = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    flags |= getattr(os, "O_NOFOLLOW", 0)
    handle = os.open(path, os.O_RDWR | os.O_CREAT | flags, 0o644)
    file = os.fdopen(handle, "rb+", buffering=0)
    try:
        left_by = read_holder(folder)
        if not _taken_soon(file) or (left_by and not left_by.is_here):
            raise Held(_sentence(folder, left_by))
        lock = Lock(file, left_by)
        lock.write(is_opening=True)
    except BaseException:
        file.close()
        raise
    return lock


def is_locked(folder: Path) -> str | None:
    """The sentence on who has a project folder open; None where nobody has."""
    left_by = read_holder(folder)
    if left_by and not left_by.is_here:
        return _sentence(folder, left_by)
    try:
        with os.fdopen(open_plain(folder / NAME), "rb", buffering=0) as file:
            return None if _take(file, shared=True) else _sentence(folder, left_by)
    except (OSError, Damaged):
        return None


def read_holder(folder: Path) -> Holder | None:
    """Who wrote the lock and did not close the project; None where it is empty or says nothing."""
    try:
        fields = parse(read_file(folder / NAME, _LIMIT), "the lock")
        return Holder(
            pid=fields.whole("pid"),
            host=fields.text("host"),
            since=fields.time("since"),
            is_opening=fields.flag("is_opening"),
        )
    except (OSError, Damaged):
        return None


def _sentence(folder: Path, holder: Holder | None) -> str:
    who = str(holder) if holder else "another program"
    advice = "close it there to go on here"
    if holder and not holder.is_here:
        advice += f"; if it is not open there, delete the file {NAME} in the folder"
    return f"{folder.name} is open in {who}, so it is read-only here; {advice}"


def _taken_soon(file: IO[bytes]) -> bool:
    """Take the lock; somebody who only looks holds it for a moment."""
    return any(_take(file) for _ in _tries())


def _tries() -> Iterator[None]:
    yield
    for _ in range(_TRIES - 1):
        time.sleep(_PAUSE_S)
        yield


if sys.platform == "win32":
    import msvcrt

    def _take(file: IO[bytes], *, shared: bool = False) -> bool:
        file.seek(_BYTE)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _take(file: IO[bytes], *, shared: bool = False) -> bool:
        kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
        try:
            fcntl.flock(file.fileno(), kind | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
