"""PictureCache: what was computed to draw a recording, kept on disk for the next time.

Layout:
    <folder>/<version>/<identity of the recording>/peaks
                                                   stft-2048/3-0.tiles

All of it may be deleted at any time, by anybody. Files are checked when they are read: one that is
damaged counts as missing. Where the folder cannot be written to, nothing is kept, and a line in the
log says so.
"""

import contextlib
import errno
import hashlib
import logging
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from engine.audio import Recording
from engine.audio_file import AudioFile, stamp_of
from engine.channels import OneChannel

_log = logging.getLogger(__name__)

VERSION = 1
"""To be raised when pictures are made in another way: those of older versions fall out of use."""
LIMIT_BYTES = 4 << 30
_TRIMMED_TO = 0.9
_TRIM_EVERY_BYTES = 64 << 20
_SPOTS, _SPOT_BYTES = 16, 4096


def identity(recording: AudioFile) -> str:
    """A name that a file has as long as its content stays: of its number, size, time and parts.

    Raises:
        OSError: it cannot be read, or is another than when it was opened.
    """
    with recording.path.open("rb") as file:
        stamp = stamp_of(os.fstat(file.fileno()))
        if stamp != recording.stamp:
            raise OSError(errno.ESTALE, "it was written to since it was opened")
        # not every file system numbers its files
        name = recording.path.name if stamp.number == 0 else ""
        digest = hashlib.sha256(repr((*stamp, name)).encode())
        for spot in range(_SPOTS):
            file.seek(max(0, stamp.size - _SPOT_BYTES) * spot // (_SPOTS - 1))
            digest.update(file.read(_SPOT_BYTES))
    return digest.hexdigest()[:32]


class PictureCache:
    """A folder of pictures that never grows far beyond its limit; used by one thread at a time."""

    def __init__(self, folder: Path, limit_bytes: int = LIMIT_BYTES) -> None:
        self._folder = folder
        self._limit_bytes = limit_bytes
        self._is_writable = limit_bytes > 0
        self._untrimmed_bytes = _TRIM_EVERY_BYTES

    def use(self, folder: Path, limit_bytes: int) -> None:
        """Keep pictures elsewhere, or more or fewer of them, from now on."""
        self._folder, self._limit_bytes = folder, limit_bytes
        self._is_writable = limit_bytes > 0

    def place_of(self, recording: Recording) -> Path | None:
        """The folder for pictures of a recording, which may not exist; None if it has no place.

        Only files have one, as long as they are as they were when they were opened. A channel of
        a file shares the place of the file.
        """
        if isinstance(recording, OneChannel):
            recording = recording.recording
        if not isinstance(recording, AudioFile):
            return None
        try:
            return self._folder / str(VERSION) / identity(recording)
        except OSError:
            return None

    @contextlib.contextmanager
    def writing(self, n_bytes: int) -> Iterator[bool]:
        """Whether the body may write that many bytes; if it fails to, nothing is kept from then on.

        Only OSError is taken for such a failure.
        """
        try:
            if self._is_writable:
                self._untrimmed_bytes += n_bytes
                if self._untrimmed_bytes >= _TRIM_EVERY_BYTES:
                    self._untrimmed_bytes = 0
                    self.trim()
            yield self._is_writable
        except OSError as error:
            self._is_writable = False
            _log.warning("pictures are not kept in %s: %s", self._folder, error)

    def replace(self, path: Path, parts: Iterable[memoryview | bytes]) -> None:
        """Write a file beside its name and move it over it; nothing where that is not possible."""
        pieces = list(parts)
        beside = path.with_name(f"{path.name}.{os.getpid()}.part")
        with self.writing(sum(len(piece) for piece in pieces)) as may_write:
            if not may_write:
                return
            path.parent.mkdir(parents=True, exist_ok=True)
            try:
                with beside.open("wb") as file:
                    for piece in pieces:
                        file.write(piece)
                os.replace(beside, path)
            except BaseException:
                with contextlib.suppress(OSError):
                    beside.unlink()
                raise

    def trim(self) -> None:
        """Delete what was not used for the longest time until the rest is below the limit."""
        files = sorted(_files_below(self._folder))
        surplus = sum(file.n_bytes for file in files) - self._limit_bytes
        if surplus <= 0:
            return
        surplus += round((1 - _TRIMMED_TO) * self._limit_bytes)
        for file in files:
            if surplus <= 0:
                break
            with contextlib.suppress(OSError):  # another process may have done it, or has it open
                os.unlink(file.path)
                surplus -= file.n_bytes
        for folder, _, _ in os.walk(self._folder, topdown=False):
            with contextlib.suppress(OSError):
                os.rmdir(folder)


def mark_used(path: Path) -> None:
    """Make a file the last to be deleted."""
    with contextlib.suppress(OSError):
        os.utime(path)


class _File(NamedTuple):
    used: float
    path: str
    n_bytes: int


def _files_below(folder: Path) -> Iterator[_File]:
    for parent, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(parent, name)
            with contextlib.suppress(OSError):
                status = os.stat(path)
                # files of tiles have holes
                taken = 512 * getattr(status, "st_blocks", -(-status.st_size // 512))
                yield _File(status.st_mtime, path, taken)
