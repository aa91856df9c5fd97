"""What was computed and is kept on the disk: damaged, it must be computed again."""

from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import numpy as np

from engine.audio_file import open_audio
from engine.peaks import Peaks
from engine.peaks_file import load_peaks, save_peaks
from engine.picture_cache import PictureCache
from engine.spectrogram import StftPicture, TileKey
from engine.tile_archive import TileArchive
from fuzzing.damage import damaged_any, damaged_json, damaged_text
from fuzzing.inputs import Files, Kind
from fuzzing.sounds import RATE, encoded

_RATE = 8000
_KEY = TileKey(0, 0)
_PICTURE = StftPicture(RATE, 512)


class Caches(Kind):
    """Peaks, tiles, fingerprints and decoded music of a recording."""

    name = "cache"
    share = 10
    allowed = ("cache",)

    def __init__(self, scratch: Path) -> None:
        self._wav = encoded("WAV", "PCM_16", seconds=0.6)

    def make(self, rng: Random, number: int) -> Files:
        """A recording, and how what is kept of it is to be damaged: that hangs on its time."""
        return {"side.wav": self._wav, "number": f"{number} {rng.getrandbits(64)}".encode()}

    def read(self, folder: Path) -> bool:
        """Compute, damage what was kept, compute again: it must come to the same."""
        number, seed = map(int, (folder / "number").read_text().split())
        rng, cache, path = Random(seed), folder / "cache", folder / "side.wav"
        taken = _TAKEN[number % len(_TAKEN)]
        first = taken(path, cache)
        for each in sorted(cache.rglob("*")):
            if each.is_file():
                meaning = damaged_json if each.suffix == ".json" else damaged_text
                content = damaged_any(rng, number // len(_TAKEN), each.read_bytes(), meaning)
                each.write_bytes(content)
        again = taken(path, cache)
        # Decoded music is gigabytes, so that only its head is looked at; all else has a checksum.
        is_same = (
            np.array_equal(first, again) if taken is not _decoded else len(first) == len(again)
        )
        assert is_same, "what was damaged was taken for whole"
        return True


def _peaks(path: Path, folder: Path) -> Any:
    cache = PictureCache(folder)
    with open_audio(path) as file:
        peaks = Peaks(file)
        if not load_peaks(cache, peaks):
            peaks.compute()
            save_peaks(cache, peaks)
        return np.stack(peaks.base)


def _tile(path: Path, folder: Path) -> Any:
    with open_audio(path) as file:
        archive = TileArchive(PictureCache(folder), file, _PICTURE)
        archive.open()
        values = archive.load(_KEY) if archive.has(_KEY) else None
        if values is None:
            values = _PICTURE.analyse(file, _KEY)
            archive.queue(_KEY, values)
            archive.flush()
        return values


def _words(path: Path, folder: Path) -> Any:
    from training.duplicates import describe

    digest, words = describe(path, folder)
    return np.concatenate([np.frombuffer(digest.encode(), np.uint8), words])


def _decoded(path: Path, folder: Path) -> Any:
    from training.recordings import decode

    decoded = decode(path, _RATE, folder)
    return np.concatenate([decoded.read(0, 1000), [decoded.rms]])


_TAKEN: tuple[Callable[[Path, Path], Any], ...] = (_peaks, _tile, _words, _decoded)
