"""Damaged sides for pictures: the side that ships, with damage that was put in."""

from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from app import paths

CLIP_LEVEL = 0.14
"""Above which all is cut off, full scale being 1."""
HUM_HZ, HUM_DBFS, N_HARMONICS = 50.3, -34.0, 8
TREBLE_HZ = 2500.0
WALLS_DB = (-46.0, -34.0)
"""Noise of the left and the right wall, as a root mean square in dBFS."""


def clipped(folder: Path) -> Path:
    """Peaks cut off, as by a transfer that was made too loud."""
    samples, rate = _side()
    return _written(folder / "clipped.wav", np.clip(samples, -CLIP_LEVEL, CLIP_LEVEL), rate)


def humming(folder: Path) -> Path:
    """Hum of the mains and its harmonics under the music."""
    samples, rate = _side()
    time_s = np.arange(samples.size) / rate
    for number in range(1, N_HARMONICS + 1):
        level = 10.0 ** ((HUM_DBFS - 2.0 * number) / 20.0)
        samples = samples + level * np.sin(2.0 * np.pi * HUM_HZ * number * time_s + number)
    return _written(folder / "hum.wav", samples, rate)


def dull(folder: Path) -> Path:
    """No treble above a frequency."""
    samples, rate = _side()
    spectrum = np.fft.rfft(samples)
    hz = np.fft.rfftfreq(samples.size, 1.0 / rate)
    spectrum *= 1.0 / (1.0 + np.exp((hz - TREBLE_HZ) / 60.0))
    return _written(folder / "dull.wav", np.fft.irfft(spectrum, samples.size), rate)


def stereo(folder: Path) -> Path:
    """Both walls of a groove, one of them noisier."""
    samples, rate = _side()
    rng = np.random.default_rng(78)
    walls = [
        samples + 10.0 ** (level / 20.0) * rng.standard_normal(samples.size) for level in WALLS_DB
    ]
    return _written(folder / "stereo.wav", np.stack(walls, axis=1), rate)


def _side() -> tuple[NDArray[np.float64], int]:
    samples, rate = soundfile.read(paths.demo(), dtype="float64")
    return samples, rate


def _written(path: Path, samples: NDArray[np.float64], rate: int) -> Path:
    soundfile.write(path, samples, rate, subtype="PCM_24")
    return path
