"""Hum that drifts, for the tests that measure on it."""

import numpy as np
from numpy.typing import NDArray


def mains_over_time(
    duration_s: float, sample_rate: int, mains_hz: float = 50.3, drift_hz: float = 0.2
) -> NDArray[np.float64]:
    """A frequency for each sample, swinging once in 40 s."""
    time_s = np.arange(round(duration_s * sample_rate)) / sample_rate
    return mains_hz + 0.5 * drift_hz * np.sin(2 * np.pi * time_s / 40.0)


def hum(
    frequency_hz: NDArray[np.float64],
    sample_rate: int,
    amplitude: float = 0.03,
    harmonics: int = 12,
) -> NDArray[np.float32]:
    """Harmonics of equal amplitude (channel time), one channel, phases all over."""
    phase = 2 * np.pi * np.cumsum(frequency_hz) / sample_rate
    total = np.zeros((1, len(phase)))
    for k in range(1, harmonics + 1):
        total += amplitude * np.cos(k * phase + 2.4 * k**2)
    return total.astype(np.float32)
