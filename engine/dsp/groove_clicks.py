"""Clicks on one wall of a mono groove, told from the music without looking for either.

The difference of matched walls has no music in it, only noise, so a click stands alone there.
Which wall it is on shows in the middle: whitened by the music's own spectrum the middle is noise of
one size plus `share` times the difference, share being 0.5 for a click on the left wall and -0.5
for one on the right. Least squares over less than a millisecond gives the share, and how much
larger the difference is than usual says how far to trust it. What is trusted is taken out of both.

Shapes:
    middle, difference   (time,)   float32, left wall = middle + difference / 2
"""

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import uniform_filter1d

from engine.audio import Samples
from engine.dsp.short_time import ShortTime

OVERLAP = 4
_SMOOTH_FRAMES, _SMOOTH_BINS = 5, 3
_WINDOW_S = 0.00035
"""Twice that long are the moments looked at."""
_USUAL, _TRUSTED = 3.0, 40.0
"""Information counts from so many times its median on; so much of it is trusted half."""
_SILENCE = 1e-14


@dataclass(frozen=True, eq=False)
class Evidence:
    """Of every moment: whose wall the difference is of, and how much is known of that.

    share: -0.5 .. 0.5, what part of the difference lies in the middle.
    information: inverse variance of the share.
    """

    share: Samples
    information: Samples

    @property
    def usual(self) -> float:
        """Information of a moment without clicks."""
        return float(np.median(self.information))


def look_for_clicks(
    middle: Samples, difference: Samples, sample_rate: int, grid: ShortTime
) -> Evidence:
    """Whiten both and compare them, moment by moment."""
    spectrum = grid.forward(np.stack((middle, difference)))
    power = np.square(np.abs(spectrum[0]))
    for axis, size in ((0, _SMOOTH_FRAMES), (1, _SMOOTH_BINS)):
        power = uniform_filter1d(power, size, axis=axis)
    expected = grid.frame_samples / 2  # of white noise of unit power
    spectrum *= np.sqrt(np.float32(expected) / (power + np.float32(expected * _SILENCE)))
    white, noise = grid.inverse(spectrum, len(middle))
    width = max(1, round(_WINDOW_S * sample_rate))
    both = np.stack((white * noise, np.square(noise))).astype(np.float64)
    for _ in range(2):
        both = uniform_filter1d(both, width, axis=1)
    alike, size = np.maximum(both[1], 0.0), both[0]
    share = np.clip(size / (alike + 1e-20), -0.5, 0.5)
    return Evidence(share.astype(np.float32), (width * alike).astype(np.float32))


def split_clicks(
    middle: Samples, difference: Samples, evidence: Evidence, usual: Samples | float
) -> tuple[Samples, Samples]:
    """Take the clicks of single walls out of the middle, and out of the difference.

    Args:
        middle: (time,).
        difference: (time,).
        evidence: on them.
        usual: information of moments without clicks, one figure or one for every sample.
    """
    beyond = np.square(np.maximum(evidence.information - _USUAL * usual, 0.0))
    trust = (beyond / (beyond + _TRUSTED**2)).astype(np.float32)
    return middle - trust * evidence.share * difference, difference - trust * difference
