"""Grooves: from sound to the velocity of the stylus and how sharply it is thrown about.

Below its turnover a disc is cut at constant amplitude, so that the stylus is slower there than the
sound is loud. Distortions are made at twice the rate: a product of sounds reaches twice as high.

Shapes:
    samples, velocity   (channel time)   float64
"""

import numpy as np
from numpy.typing import NDArray

from engine.audio import Samples

Real = NDArray[np.float64]
Rng = np.random.Generator
FINER = 2
_TURNOVER_HZ = 300.0


def velocity(samples: Samples, sample_rate: int) -> Real:
    """The velocity of the stylus, at FINER times the rate."""
    from scipy.signal import butter, resample_poly, sosfilt

    finer = resample_poly(samples.astype(np.float64), FINER, 1, axis=1)
    sections = butter(1, _TURNOVER_HZ, "highpass", fs=FINER * sample_rate, output="sos")
    return np.asarray(sosfilt(sections, finer, axis=1))


def added_at(samples: Samples, distortion: Real, distortion_db: float) -> Samples:
    """Samples with a distortion of FINER times the rate, so many dB of their energy."""
    from scipy.signal import resample_poly

    lost = resample_poly(distortion, 1, FINER, axis=1)[:, : samples.shape[1]]
    music = float(np.mean(np.square(samples, dtype=np.float64)))
    found = float(np.mean(np.square(lost)))
    gain = np.sqrt(music / found) * 10 ** (distortion_db / 20) if found > 0.0 else 0.0
    return np.asarray(samples + gain * lost, np.float32)
