"""TileArchive: the tiles of one recording and one analysis on disk.

Tiles lie in files of SLOTS places each, level by level, written as they are made. A tile counts
once its checksum is in the table at the head of its file, which is written after it: a file that
was cut off, damaged or deleted has lost tiles and nothing else.

Layout:
    magic, bins, frames, table    8s I I, then SLOTS numbers u64: 0, or 2**32 + CRC-32 of the tile
    tiles                         uint8 (bin frame) each, from HEAD_BYTES on
"""

import os
import struct
import zlib
from collections import deque
from pathlib import Path
from typing import BinaryIO

import numpy as np

from engine.audio import Recording
from engine.channels import suffix_of
from engine.picture_cache import PictureCache, mark_used
from engine.spectrogram import TILE_FRAMES, Analysis, TileKey, Values

SLOTS = 128
HEAD_BYTES = 4096
_HEAD = struct.Struct("<8sII")
_MAGIC = b"RunoutTi"
_ENTRY = struct.Struct("<Q")
_KEY = struct.Struct("<qq")
_MADE = 1 << 32
_SUFFIX = ".tiles"
_BINARY = getattr(os, "O_BINARY", 0)


class TileArchive:
    """Tiles of level 0 and above; `has` and `queue` are for one thread, the rest for another.

    Attributes:
        is_open: whether it is known which tiles there are.
    """

    def __init__(self, cache: PictureCache, recording: Recording, analysis: Analysis) -> None:
        self.is_open = False
        self._cache = cache
        self._recording = recording
        self._name = analysis.name + suffix_of(recording)
        self._shape = (len(analysis.bins_hz), TILE_FRAMES)
        self._tile_bytes = self._shape[0] * self._shape[1]
        self._head = _HEAD.pack(_MAGIC, *self._shape)
        self._folder: Path | None = None
        self._keys: set[TileKey] = set()
        self._queue: deque[tuple[TileKey, Values]] = deque()

    @property
    def has_queued(self) -> bool:
        """Whether there are tiles to be written."""
        return bool(self._queue)

    def has(self, key: TileKey) -> bool:
        """Whether a tile can be loaded, as far as is known."""
        return key in self._keys

    def queue(self, key: TileKey, values: Values) -> None:
        """Have a final tile written by the next `flush`, unless it is there."""
        if key.level >= 0 and key not in self._keys:
            self._queue.append((key, values))

    # What follows takes a while and belongs into a job.

    def open(self) -> None:
        """Find the place of the recording, and which tiles there are."""
        place = self._cache.place_of(self._recording)
        self._folder = place / self._name if place is not None else None
        if self._folder is not None:
            for path in self._folder.glob(f"*{_SUFFIX}"):
                self._keys.update(self._keys_in(path))
        self.is_open = True

    def load(self, key: TileKey) -> Values | None:
        """A tile; None, and it is there no longer, if it was deleted or damaged."""
        values: Values = np.empty(self._shape, np.uint8)
        try:
            with self._path(key).open("rb") as file:
                file.seek(self._entry_at(key))
                (entry,) = _ENTRY.unpack(file.read(_ENTRY.size))
                file.seek(self._tile_at(key))
                n_read = file.readinto(values.data.cast("B"))
        except (OSError, struct.error):
            n_read, entry = 0, 0
        if n_read != self._tile_bytes or entry != _checksum(key, values):
            self._keys.discard(key)
            return None
        return values

    def flush(self) -> None:
        """Write the tiles that are queued."""
        while self._queue:
            key, values = self._queue.popleft()
            if self._folder is None or key in self._keys:
                continue
            with self._cache.writing(self._tile_bytes) as may_write:
                if may_write:
                    self._write(key, values)
                    self._keys.add(key)

    def _write(self, key: TileKey, values: Values) -> None:
        path = self._path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(os.open(path, os.O_RDWR | os.O_CREAT | _BINARY, 0o666), "r+b") as file:
            if file.read(_HEAD.size) != self._head:
                _begin(file, self._head)
            file.seek(self._tile_at(key))
            file.write(values.data.cast("B"))
            file.flush()
            file.seek(self._entry_at(key))
            file.write(_ENTRY.pack(_checksum(key, values)))

    def _keys_in(self, path: Path) -> set[TileKey]:
        """Which tiles a file says it has; it is the last to be deleted from now on."""
        try:
            level, segment = (int(part) for part in path.stem.split("-"))
            with path.open("rb") as file:
                head = file.read(HEAD_BYTES)
        except (ValueError, OSError):
            return set()
        if head[: _HEAD.size] != self._head or len(head) < HEAD_BYTES:
            return set()
        mark_used(path)
        table = np.frombuffer(head, "<u8", SLOTS, _HEAD.size)
        return {TileKey(level, segment * SLOTS + int(slot)) for slot in np.flatnonzero(table)}

    def _path(self, key: TileKey) -> Path:
        assert self._folder is not None
        return self._folder / f"{key.level}-{key.place // SLOTS}{_SUFFIX}"

    def _entry_at(self, key: TileKey) -> int:
        return _HEAD.size + _ENTRY.size * (key.place % SLOTS)

    def _tile_at(self, key: TileKey) -> int:
        return HEAD_BYTES + self._tile_bytes * (key.place % SLOTS)


def _begin(file: BinaryIO, head: bytes) -> None:
    """Make a file one without tiles."""
    file.truncate(0)
    file.seek(0)
    file.write(head.ljust(HEAD_BYTES, b"\0"))
    file.flush()


def _checksum(key: TileKey, values: Values) -> int:
    """What the table holds for a tile, which must be that tile and no other."""
    return _MADE | zlib.crc32(values.data, zlib.crc32(_KEY.pack(*key)))
