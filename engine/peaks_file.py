"""Peaks on disk: the base level of a pyramid, as it lies in memory, with a checksum.

magic, channels, entries, CRC-32 of the rest    8s I Q I, little endian
smallest, largest                               float32 (channel entry) each
"""

import struct
import zlib
from pathlib import Path

import numpy as np

from engine.audio import Samples
from engine.channels import suffix_of
from engine.peaks import Peaks
from engine.picture_cache import PictureCache, mark_used

_HEAD = struct.Struct("<8sIQI")
_MAGIC = b"RunoutPk"
_NAME = "peaks"


def load_peaks(cache: PictureCache, peaks: Peaks) -> bool:
    """Fill peaks with what is kept for their recording; False, and nothing done, without."""
    path = _path(cache, peaks)
    if path is None:
        return False
    low, high = (np.empty_like(each) for each in peaks.base)
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD.size)
            n_read = sum(file.readinto(each.data.cast("B")) for each in (low, high))
            is_whole = n_read == low.nbytes + high.nbytes and not file.read(1)
    except OSError:
        return False
    if not is_whole or head != _head(low, high):
        return False
    mark_used(path)
    peaks.set_base(low, high)
    return True


def save_peaks(cache: PictureCache, peaks: Peaks) -> None:
    """Keep peaks that are complete for the next time."""
    path = _path(cache, peaks)
    if path is not None:
        low, high = peaks.base
        cache.replace(path, (_head(low, high), low.data.cast("B"), high.data.cast("B")))


def _path(cache: PictureCache, peaks: Peaks) -> Path | None:
    place = cache.place_of(peaks.recording)
    return None if place is None else place / f"{_NAME}{suffix_of(peaks.recording)}"


def _head(low: Samples, high: Samples) -> bytes:
    return _HEAD.pack(_MAGIC, *low.shape, zlib.crc32(high.data, zlib.crc32(low.data)))
