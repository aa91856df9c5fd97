"""Journal: what was done since the document was written, one checked line for each change.

Every line is a JSON object that ends in a checksum of what stands before it. Each names the
generation it builds on and its own number, so that no line can be lost unseen. The first is the
document as it was, so that the journal alone is enough.
"""

import contextlib
import hashlib
import os
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from engine.storage.disk import Damaged, open_plain, replacing, write_failed
from engine.storage.fields import Fields, parse, to_line

LINE_LIMIT = 1 << 27
_SUM = b',"sum":"'
_SUM_DIGITS = 16
BEGIN = "begin"


@dataclass(frozen=True)
class Entry:
    """A line: which generation it builds on, its number from 0 on, what it says."""

    generation: int
    number: int
    kind: str
    fields: Fields


@dataclass(frozen=True)
class Lines:
    """What could be read of a journal.

    problem: why reading stopped before the end, None where it did not.
    is_cut: whether nothing but a line that was never finished is wrong.
    """

    entries: tuple[Entry, ...]
    problem: str | None = None
    is_cut: bool = False


def read_journal(path: Path) -> Lines:
    """Read a journal up to its end or its first bad line; a missing one has no lines."""
    entries: list[Entry] = []
    problem = None
    try:
        with os.fdopen(open_plain(path), "rb") as file:
            while line := file.readline(LINE_LIMIT):
                number = len(entries) + (problem is not None)
                if not line.endswith(b"\n"):
                    is_cut = problem is None
                    return Lines(tuple(entries), problem or "its end is missing", is_cut)
                try:
                    entries.append(_read_line(line[:-1], number, entries[-1:]))
                except Damaged as error:
                    problem = problem or f"line {number + 1} cannot be read, as {error}"
                    if number:  # without the first, the document is enough
                        break
    except FileNotFoundError:
        return Lines(())
    except (OSError, Damaged) as error:
        return Lines(tuple(entries), f"it cannot be read ({error})")
    return Lines(tuple(entries), problem)


def _read_line(line: bytes, number: int, before: list[Entry]) -> Entry:
    body, found, tail = line.rpartition(_SUM)
    if not found or tail != _sum(body) + b'"}':
        raise Damaged("its checksum is wrong")
    fields = parse(body + b"}", f"line {number + 1} of the journal")
    entry = Entry(
        fields.whole("generation"),
        fields.whole("number"),
        fields.text("kind"),
        fields.fields("data"),
    )
    if entry.number != number or any(each.generation != entry.generation for each in before):
        raise Damaged("lines before it are missing")
    return entry


def _sum(body: bytes) -> bytes:
    return hashlib.sha256(body).hexdigest()[:_SUM_DIGITS].encode("ascii")


def _line(generation: int, number: int, kind: str, data: dict[str, object]) -> bytes:
    mapping = {"generation": generation, "number": number, "kind": kind, "data": data}
    body = to_line(mapping)[:-1].encode("ascii")
    return body + _SUM + _sum(body) + b'"}\n'


class Journal:
    """A journal that is open for writing.

    A line is written before `append` returns, so that it outlives this process; that it outlives
    the loss of power as well is seen to in the background, as a disk that is busy can take long.
    """

    def __init__(self, path: Path, generation: int, n_lines: int) -> None:
        """Open one that is there and ends well.

        Raises:
            OSError: it cannot be written.
        """
        self.path = path
        self._generation = generation
        self._next = n_lines
        self._file = path.open("rb+", buffering=0)
        self._size = self._file.seek(0, os.SEEK_END)
        self._synced = self._size
        self._is_whole = True
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="journal")
        self._syncing: Future[None] | None = None

    @staticmethod
    def begin(path: Path, generation: int, document: dict[str, object]) -> "Journal":
        """Start one anew, in the place of what was there.

        Raises:
            OSError: it cannot be written; the old one is as it was.
        """
        with replacing(path) as part:
            part.write_bytes(_line(generation, 0, BEGIN, document))
        return Journal(path, generation, 1)

    @property
    def has_changes(self) -> bool:
        """Whether anything was done since the document."""
        return self._next > 1

    def append(self, kind: str, data: dict[str, object]) -> None:
        """Write a line.

        Raises:
            StorageError: it cannot be written; the journal is as it was.
        """
        line = _line(self._generation, self._next, kind, data)
        try:
            self._check()
            self._is_whole = False
            written = self._file.write(line)
            if written != len(line):  # a disk that gets full takes a part of it
                self._file.write(line[written:])
            self._is_whole = True
        except OSError as error:
            self._cut()
            raise write_failed(self.path.parent, len(line), error) from error
        self._size += len(line)
        self._next += 1
        self._syncing = self._pool.submit(self._sync, self._size)

    def sync(self) -> None:
        """Wait until the disk has all lines.

        Raises:
            StorageError: it cannot be written.
        """
        try:
            self._pool.submit(self._sync, self._size).result()
        except OSError as error:
            raise write_failed(self.path.parent, 0, error) from error

    def let_go(self) -> None:
        """Close the file until the next line, as Windows replaces no file that is open."""
        with contextlib.suppress(OSError):  # what follows writes all of it anew
            self._pool.submit(self._sync, self._size).result()
        self._file.close()

    def close(self) -> None:
        """Close it; the lines are there."""
        self._pool.shutdown(wait=True)
        self._file.close()

    def _sync(self, size: int) -> None:
        if size > self._synced:
            reached = self._size
            os.fsync(self._file.fileno())
            self._synced = reached

    def _check(self) -> None:
        """See that the folder is still there, what was written before has arrived, and no more."""
        if self._syncing is not None and self._syncing.done():
            self._syncing.result()
        if self._file.closed:
            self._file = self.path.open("rb+", buffering=0)
            self._file.seek(self._size)
        if not self._is_whole:
            self._file.truncate(self._size)
            self._file.seek(self._size)
        if not os.path.samestat(os.fstat(self._file.fileno()), self.path.stat()):
            raise FileNotFoundError(2, "another file has taken its place")

    def _cut(self) -> None:
        """Take away a line that is not whole; where that fails, it is tried before the next."""
        try:
            self._file.truncate(self._size)
            self._file.seek(self._size)
            self._is_whole = True
        except OSError:
            self._is_whole = False
