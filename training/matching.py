"""Matching: which recordings of several folders are the same music, by their place and name.

Recordings match when they lie at the same place below their folders and have the same name, the
suffix aside: `clean/choir/a.flac` and `restored/choir/a.wav`.
"""

from pathlib import Path

import numpy as np

from engine.audio_file import open_audio, shown
from engine.errors import SettingsError, StorageError
from training.metrics import Floats, Real

SUFFIXES = {
    ".wav", ".wave", ".bwf", ".rf64", ".w64", ".flac", ".ogg", ".oga", ".aif", ".aiff", ".mp3",
}  # fmt: skip


def recordings_in(folder: Path) -> dict[str, Path]:
    """The sound files of a folder by place and name, in the order of their names.

    Raises:
        StorageError: there is no such folder.
        SettingsError: it holds no sound file.
    """
    if not folder.is_dir():
        raise StorageError(f"the folder {shown(folder)} is not there; name another one")
    found: dict[str, Path] = {}
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() in SUFFIXES and path.is_file():
            place = path.relative_to(folder)
            found.setdefault(place.with_suffix("").as_posix(), path)
    if not found:
        raise SettingsError(f"the folder {shown(folder)} holds no sound file; name another one")
    return found


def read_mono(path: Path) -> tuple[Real, int]:
    """The mean of all channels (time), and its rate in Hz.

    Raises:
        AudioFormatError: it cannot be read.
    """
    with open_audio(path) as file:
        return mono(file.read(0, file.n_samples).samples), file.sample_rate


def mono(samples: Floats) -> Real:
    """The mean of all channels (channel time): (time)."""
    mixed: Real = samples.mean(axis=0, dtype=np.float64)
    return mixed


def at_rate(samples: Real, sample_rate: int, wanted: int) -> Real:
    """Samples (time) at another rate, by the filter that other scorers have, so that all agree."""
    if sample_rate == wanted:
        return samples
    from math import gcd

    from scipy.signal import resample_poly

    common = gcd(sample_rate, wanted)
    resampled: Real = resample_poly(samples, wanted // common, sample_rate // common)
    return resampled
