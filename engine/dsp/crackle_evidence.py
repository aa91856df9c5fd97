"""How sure it is that a find is crackle and not music: log-odds from its evidence and company.

Crackle is dense: where many short impulses have been found, a faint one more is believed; where a
dozen stand close together and nowhere else, an instrument was plucked. So measurements count
together, by their products, and not each for itself: what is wide is crackle only in a crowd.

The weights were fitted by logistic regression to 1.3 million finds in excerpts of 96 pieces of
music (band, keyboards, strings, choir, folk ensembles, percussion): as they are, with hiss, and
with the surface noise of discs and cylinders, recorded or simulated, 5 to 30 dB below the music.
A find is damage where the noise rises three times above its own median; hiss alone is none. It
weighed more the more its repair changed the error of its excerpt. Scaled and shifted, the sum tells
how often a find is damage: of those that are given 30, 60 and 80 % it is 30, 63 and 86 %. None of
the music is in the benchmark, nor are three of its eight noises.
resources/licences/training_data.md names the recordings.

Shapes:
    spans     (span 2)             start and stop of each find, not overlapping, in order
    evidence  (span measurement)   float64

References:
    Godsill & Rayner, "Digital Audio Restoration", Springer 1998, chapter 9: clicks are decided on
    together, by how likely each makes the others.
"""

import numpy as np

from engine.dsp.ar import Real
from engine.dsp.click_evidence import Finds
from engine.dsp.click_evidence import measure as measure_clicks

_COMPANY = ((0.0, 0.05), (0.0, 0.5), (5.0, 0.5), (8.0, 0.5))
"""Others are counted that exceed so many standard deviations, so many seconds on each side."""
_FITTED = {
    "peak": (2.628, 0.882, 1.110),
    "energy": (4.278, 1.302, 0.441),
    "after_2_ms": (-0.184, 0.236, -0.078),
    "before_2_ms": (-0.186, 0.252, -0.056),
    "after_10_ms": (-0.171, 0.175, -0.138),
    "before_10_ms": (-0.177, 0.212, -0.128),
    "width": (-1.408, 0.722, 0.157),
    "removed": (-10.994, 3.206, 0.135),
    "steepness": (0.118, 0.753, -0.263),
    "others_10_ms": (2.506, 0.633, -0.259),
    "others_50_ms": (4.065, 0.672, 0.338),
    "unrest": (2.218, 0.192, -0.849),
    "above_0_within_50_ms": (3.975, 0.520, 0.093),
    "above_0_within_500_ms": (6.145, 0.560, 0.317),
    "above_5_within_500_ms": (3.045, 1.547, 0.665),
    "above_8_within_500_ms": (2.242, 1.410, -0.216),
    "lopsided": (-1.743, 1.246, -0.226),
}
"""Mean, deviation and weight of each measurement: those of a click, the company, and the shape."""
_PRODUCTS = """
-215
231 -137
-66 -45 -50
-71 -42 25 -74
-20 36 48 -47 -61
154 -4 -17 52 52 -80
-241 -176 82 98 45 -184 -52
25 173 -122 -85 21 236 -113 108
-117 -45 -38 -45 13 46 10 -148 -83
-95 -33 -25 115 -13 -131 48 -29 70 -25
-68 -68 8 49 -72 -27 132 82 73 31 -13
35 -133 -30 -92 100 -3 -76 289 257 -15 -127 225
172 32 -19 -63 5 162 -82 -121 -219 49 36 -137 -94
25 16 87 78 29 -132 76 -253 -63 79 266 -374 36 -106
650 -171 98 -151 -72 180 248 360 -222 -147 -234 1204 75 -82 -15
-171 409 -107 -128 -57 146 19 -53 275 161 21 -233 -209 -497 86 -496
-56 1 11 107 -29 -32 38 -84 89 -2 110 116 -69 2 -127 -1 -129
"""
"""Thousandths: the weight of the product of each measurement with itself and those before it."""
_BIAS = -1.893
_REACH = 4.0
"""Deviations beyond which a measurement says no more."""
MEASUREMENTS = tuple(_FITTED)
_TINY = 1e-12


def log_odds(finds: Finds) -> Real:
    """Log-odds (span,) that each find is crackle."""
    if not len(finds.spans):
        return np.zeros(0)
    means, deviations, weights = np.array(list(_FITTED.values())).T
    evidence = np.clip((measure(finds) - means) / deviations, -_REACH, _REACH)
    products = np.zeros((len(weights), len(weights)))
    products[np.tril_indices(len(weights))] = np.array(_PRODUCTS.split(), np.float64) / 1000.0
    return np.asarray(_BIAS + evidence @ weights + np.sum(evidence @ products * evidence, axis=1))


def measure(finds: Finds) -> Real:
    """Evidence (span measurement), natural logarithms."""
    bounds = finds.spans.ravel()
    centres = finds.spans.mean(axis=1)
    peaks = np.maximum.reduceat(np.append(finds.excess, 0.0), bounds)[::2]
    columns = []
    for least, reach_s in _COMPANY:
        are_counted = peaks > least
        counted, reach = centres[are_counted], reach_s * finds.sample_rate
        number = np.searchsorted(counted, centres + reach)
        number -= np.searchsorted(counted, centres - reach)
        columns.append(np.log(1.0 + number - are_counted))
    removed = np.append(finds.samples - finds.repaired, 0.0)
    one_way = np.abs(np.add.reduceat(removed, bounds)[::2])
    both_ways = np.add.reduceat(np.abs(removed), bounds)[::2]
    columns.append(np.log(1e-9 + one_way / (both_ways + _TINY)))
    return np.concatenate([measure_clicks(finds), np.stack(columns, axis=1)], axis=1)
