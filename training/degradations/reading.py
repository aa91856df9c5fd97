"""Reading between samples: a recording played at a speed that changes.

Shapes:
    samples   (time)   float32
    place     (time)   float64, in samples
"""

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from engine.audio import Samples

Real = NDArray[np.float64]
Rng = np.random.Generator

_FINER = 2
_ORDER: Literal[5] = 5
"""Of the splines that read between samples of twice the rate; -90 dB at half the old Nyquist."""


def read_at(samples: Samples, place: Real) -> Samples:
    """What lies at some places; beyond its ends a recording goes on mirrored."""
    from scipy.ndimage import map_coordinates
    from scipy.signal import resample_poly

    if len(samples) < 2:
        return samples.copy()
    finer = resample_poly(samples.astype(np.float64), _FINER, 1, window=("kaiser", 10.0))
    read = map_coordinates(finer, (place * _FINER)[None], order=_ORDER, mode="mirror")
    return np.asarray(read, np.float32)


def smooth(n_samples: int, sample_rate: int, rate_hz: float, rng: Rng) -> Real:
    """A curve (time) without corners, of deviation about 1, new `rate_hz` times a second."""
    from scipy.interpolate import CubicSpline

    count = int(n_samples * rate_hz / sample_rate) + 4
    knots = CubicSpline(np.arange(count), rng.standard_normal(count))
    return np.asarray(knots(np.arange(n_samples) * (rate_hz / sample_rate) + 1.0))
