"""The gain of a recursive filter without its phase.

Running a filter forwards and backwards squares its gain; here it is kept.
"""

from typing import Any

import numpy as np

from engine.audio import Samples

_AROUND_SAMPLES = 8192


def filtered_by_gain(sections: Any, samples: Samples) -> Any:
    """Filter (channel time) with the gain of second-order sections and no phase.

    Both ends go on mirrored, as a step to silence would ring.
    """
    from scipy import fft
    from scipy.signal import sosfreqz

    n_samples = samples.shape[1]
    around = min(_AROUND_SAMPLES, n_samples - 1)
    edges = np.pad(samples.astype(np.float64), ((0, 0), (around, around)), "reflect")
    length = fft.next_fast_len(edges.shape[1] + _AROUND_SAMPLES, real=True)
    angle = 2.0 * np.pi * np.arange(length // 2 + 1) / length
    gain = np.abs(sosfreqz(sections, angle)[1])
    filtered = fft.irfft(fft.rfft(edges, length, axis=1) * gain, length, axis=1)
    return filtered[:, around : around + n_samples]
