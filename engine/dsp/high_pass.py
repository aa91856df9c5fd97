"""Zero-phase high-pass: a Butterworth filter run forwards, then backwards.

Its amplitude is that of the Butterworth filter squared, 1 / (1 + (f0 / f)^(2 n)) for order n, with
no phase at all, so that attacks stay where they are. f0 lies below the cutoff such that the cutoff
is where the result has lost 3 dB.

Most files begin and end in the middle of something: what lies before and after is taken to be the
mirror of what there is, which has the level of its bass. A filter that begins settled on its first
sample, or a continuation through that point, brings an edge in that the bass there has not.

Shapes:
    samples   (channel time)   float32

References:
    Gustafsson, "Determining the Initial States in Forward-Backward Filtering", IEEE Trans. Signal
    Processing 44(4), 1996: what depends on how such a filter begins.
"""

import numpy as np
from scipy.signal import butter, sosfiltfilt

from engine.audio import Samples

HALF_POWER = np.sqrt(2.0) - 1.0
"""(f0 / cutoff)^(2 n) at which 1 / (1 + it) is 3 dB down."""
_MIRRORED = 4.0
"""Periods of the cutoff that are mirrored at either end; more changes nothing."""


def high_pass(samples: Samples, sample_rate: int, cutoff_hz: float, order: int) -> Samples:
    """Take out what lies below the cutoff, at 12 dB per octave for each order."""
    corner_hz = cutoff_hz * HALF_POWER ** (0.5 / order)
    sections = butter(order, corner_hz, "highpass", fs=sample_rate, output="sos")
    n_mirrored = min(samples.shape[1] - 1, round(_MIRRORED * sample_rate / cutoff_hz))
    filtered = sosfiltfilt(
        sections, samples.astype(np.float64), axis=1, padtype="even", padlen=n_mirrored
    )
    made: Samples = filtered.astype(np.float32)
    return made
