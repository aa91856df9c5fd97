"""Thumbnail: a whole recording as a small spectrogram in a PNG file.

Time runs to the right, from 0 Hz at the bottom to TOP_HZ or Nyquist; the colours stand for the same
levels in every picture, so that two of them can be compared.

References:
    PNG (Portable Network Graphics) Specification, W3C, third edition: sections 5 and 11.
"""

import struct
import zlib

import numpy as np
from numpy.typing import NDArray

from engine.audio import Recording
from engine.spectrogram import FLOOR_DB, STEP_DB, TILE_FRAMES, StftPicture, TileKey, level_for

WIDTH, HEIGHT = 176, 56
TOP_HZ = 12_000.0
DARK_DB, BRIGHT_DB = -105.0, -25.0
_STOPS = ((8, 8, 20), (58, 20, 90), (160, 40, 95), (235, 105, 55), (252, 200, 95), (255, 252, 225))
"""Colours from dark to bright, evenly spread; their lightness rises all along."""
_FOREVER_S = 1e9


def thumbnail(recording: Recording) -> bytes:
    """A PNG file of the recording; it is looked at in some hundred places, whatever its length."""
    analysis = StftPicture(recording.sample_rate)
    level = level_for(analysis, recording.n_samples / TILE_FRAMES)
    values = analysis.sketch(recording, TileKey(level, 0), _FOREVER_S)
    assert values is not None
    hop = analysis.hop_samples * 2.0**level
    n_frames = min(TILE_FRAMES, max(1, -(-recording.n_samples // int(hop))))
    top = int(np.searchsorted(analysis.bins_hz, TOP_HZ))
    rows = [band.max(axis=0) for band in np.array_split(values[:top], HEIGHT)][::-1]
    columns = np.linspace(0, n_frames - 1, WIDTH).round().astype(np.int64)
    return _png(_shades(np.stack(rows)[:, columns]))


def _shades(values: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Places in the palette of values of a spectrogram."""
    level_db = FLOOR_DB + STEP_DB * values.astype(np.float64)
    place = (level_db - DARK_DB) * (255.0 / (BRIGHT_DB - DARK_DB))
    return np.clip(place, 0.0, 255.0).astype(np.uint8)


def _palette() -> bytes:
    at = np.linspace(0, len(_STOPS) - 1, 256)
    stops = np.array(_STOPS, np.float64)
    channels = [np.interp(at, np.arange(len(_STOPS)), stops[:, i]) for i in range(3)]
    return np.stack(channels, axis=1).round().astype(np.uint8).tobytes()


def _png(shades: NDArray[np.uint8]) -> bytes:
    """A file of 8-bit places in the palette (row column)."""
    height, width = shades.shape
    rows = np.pad(shades, ((0, 0), (1, 0)))  # each row begins with its filter: 0, none
    header = struct.pack(">2I5B", width, height, 8, 3, 0, 0, 0)
    chunks = (
        (b"IHDR", header),
        (b"PLTE", _palette()),
        (b"IDAT", zlib.compress(rows.tobytes(), 9)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*each) for each in chunks)


def _chunk(name: bytes, content: bytes) -> bytes:
    checksum = zlib.crc32(name + content)
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", checksum)
