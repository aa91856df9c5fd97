"""Zero-phase high-pass: a Butterworth filter run forwards, then backwards.

Its amplitude is that of the Butterworth filter squared, 1 / (1 + (f0 / f)^(2 n)) for order n, with
no phase at all, so that attacks stay where they are. f0 lies below the cutoff such that the cutoff
is where the result has lost 3 dB.

Shapes:
    samples   (channel time)   float32

References:
    Gustafsson, "Determining the Initial States in Forward-Backward Filtering", IEEE Trans. Signal
    Processing 44(4), 1996: why a filter begins settled on its first sample.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, sosfilt, sosfilt_zi

from engine.audio import Samples

HALF_POWER = np.sqrt(2.0) - 1.0
"""(f0 / cutoff)^(2 n) at which 1 / (1 + it) is 3 dB down."""


def high_pass(samples: Samples, sample_rate: int, cutoff_hz: float, order: int) -> Samples:
    """Take out what lies below the cutoff, at 12 dB per octave for each order."""
    corner_hz = cutoff_hz * HALF_POWER ** (0.5 / order)
    sections = butter(order, corner_hz, "highpass", fs=sample_rate, output="sos")
    forwards = _settled(sections, samples.astype(np.float64))
    backwards = _settled(sections, forwards[:, ::-1])
    return backwards[:, ::-1].astype(np.float32)


def _settled(sections: NDArray[np.float64], samples: NDArray[np.float64]) -> NDArray[np.float64]:
    """Filter as if the first sample had lasted for ever before."""
    state = sosfilt_zi(sections)[:, None, :] * samples[None, :, :1]
    filtered: NDArray[np.float64] = sosfilt(sections, samples, axis=1, zi=state)[0]
    return filtered
