"""How sure it is that a find is a click and not music: log-odds from a dozen measurements.

A click rises far above what can be predicted, is short, broad in frequency, and leaves the sound
as it was before; an attack is followed by sound that was not there, and comes in a cluster of
finds. No single measurement tells them apart, a weighted sum does.

The weights were fitted by logistic regression to 65,000 finds in excerpts of 96 pieces of music
(band, keyboards, strings, choir, folk ensembles, percussion): as they are, with clicks added,
simulated or cut from 78 rpm discs and vinyl, at -40 to 0 dB of the music's peak, and under the
surface noise of such discs, whose own clicks count as clicks. A find in the clean music weighed
more the more it would have changed. None of the music is in the benchmark.

One sure click makes others likely: a disc that crackles is searched with less doubt than a
recording in which nothing was sure. resources/licences/training_data.md names the recordings.

Shapes:
    samples   (time)               float64
    spans     (span 2)             start and stop of each find, not overlapping, in order
    evidence  (span measurement)   float64
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.dsp.ar import Real
from engine.dsp.spans import Spans, covered
from engine.dsp.whitening import whiten

MEASUREMENTS = (
    "peak",
    "energy",
    "after_2_ms",
    "before_2_ms",
    "after_10_ms",
    "before_10_ms",
    "width",
    "removed",
    "steepness",
    "others_10_ms",
    "others_50_ms",
    "unrest",
)
_MEANS = np.array([5.68, 7.32, 0.07, -0.00, 0.02, -0.04, -0.46, -6.07, -1.27, 0.75, 1.84, 2.48])
_WEIGHTS = np.array(
    [1.088, 1.658, -1.359, -2.256, -2.839, 1.961, -2.859, 0.067, 0.318, -0.640, 0.613, -2.563]
)
_BIAS = 4.597
_SURE = 5.0
"""Log-odds of a find that nobody doubts: 99.3 %."""
_COMPANY = 4.0
"""Log-odds that sure clicks nearby add at most."""
_COMPANY_REACH_S = 0.5
_COMPANY_PER_S = 4.0
"""So many sure clicks a second and more add all of it."""
_TINY = 1e-14


@dataclass(frozen=True, eq=False)
class Finds:
    """What a detector found in samples (time,).

    spans: (span 2); excess: (time,) prediction error in standard deviations; scale: (time,) those
    standard deviations; repaired: (time,) the samples with all spans replaced; models: (hop
    order+1) what they were replaced by.
    """

    samples: Real
    sample_rate: int
    spans: Spans
    excess: Real
    scale: Real
    repaired: Real
    models: Real
    hop: int


def log_odds(finds: Finds) -> Real:
    """Log-odds (span,) that each find is a click, its neighbours considered."""
    if not len(finds.spans):
        return np.zeros(0)
    alone = (measure(finds) - _MEANS) @ _WEIGHTS + _BIAS
    centres = finds.spans.mean(axis=1)
    is_sure = alone > _SURE
    sure = centres[is_sure]
    reach = _COMPANY_REACH_S * finds.sample_rate
    company = np.searchsorted(sure, centres + reach) - np.searchsorted(sure, centres - reach)
    company = company - is_sure
    full = 2.0 * _COMPANY_REACH_S * _COMPANY_PER_S
    return np.asarray(alone + _COMPANY * np.minimum(company / full, 1.0))


def measure(finds: Finds) -> Real:
    """Evidence (span measurement), natural logarithms of powers, times and ratios."""
    start, stop = finds.spans[:, 0], finds.spans[:, 1]
    order = finds.models.shape[1] - 1
    removed = finds.samples - finds.repaired
    damage = whiten(removed, finds.models, finds.hop)[0]
    forward, backward = whiten(finds.repaired, finds.models, finds.hop)
    levels = _Levels(finds.sample_rate, len(removed))
    power = finds.scale[(start + stop) // 2] ** 2
    energy = levels.total(damage, start, stop + order) / power
    taken = levels.total(removed, start, stop)
    local = levels.mean(finds.repaired, start, stop, before_ms=10.0, after_ms=10.0)
    steps = levels.total(np.diff(removed, prepend=0.0), start, stop)
    columns = (
        np.maximum.reduceat(np.append(finds.excess, 0.0), finds.spans.ravel())[::2] ** 2,
        energy,
        levels.mean(forward, stop, stop, after_ms=2.0) / power,
        levels.mean(backward, start, start, before_ms=2.0) / power,
        levels.mean(forward, stop, stop, after_ms=10.0) / power,
        levels.mean(backward, start, start, before_ms=10.0) / power,
        1000.0 * (stop - start) / finds.sample_rate,
        (taken + _TINY) / (local * levels.samples(20.0) + _TINY),
        (steps + _TINY) / (taken + _TINY) * (finds.sample_rate / 44100) ** 2,
        1.0 + levels.others(start, stop, np.sqrt(energy), 10.0),
        1.0 + levels.others(start, stop, np.sqrt(energy), 50.0),
        0.25 + levels.unrest(finds.excess, finds.spans),
    )
    return np.asarray(np.log(np.maximum(np.stack(columns, axis=1), 1e-9)))


@dataclass(frozen=True)
class _Levels:
    """Sums and means over spans that are given in samples and milliseconds."""

    sample_rate: int
    n_samples: int

    def samples(self, length_ms: float) -> int:
        return max(1, round(length_ms * self.sample_rate / 1000.0))

    def total(self, wave: Real, start: NDArray[np.int64], stop: NDArray[np.int64]) -> Real:
        """Energy of a wave (time,) in each span."""
        energy = np.concatenate(([0.0], np.cumsum(wave**2)))
        first, last = np.clip(start, 0, self.n_samples), np.clip(stop, 0, self.n_samples)
        return np.asarray(np.maximum(energy[last] - energy[first], 0.0))

    def mean(
        self,
        wave: Real,
        start: NDArray[np.int64],
        stop: NDArray[np.int64],
        before_ms: float = 0.0,
        after_ms: float = 0.0,
    ) -> Real:
        """Power of a wave (time,) in each span, widened."""
        first = np.maximum(start - (self.samples(before_ms) if before_ms else 0), 0)
        last = np.minimum(stop + (self.samples(after_ms) if after_ms else 0), self.n_samples)
        return np.asarray(self.total(wave, first, last) / np.maximum(last - first, 1))

    def others(
        self, start: NDArray[np.int64], stop: NDArray[np.int64], size: Real, reach_ms: float
    ) -> Real:
        """Summed size of the other finds nearby, each find's own being 1."""
        sums = np.concatenate(([0.0], np.cumsum(size)))
        reach = self.samples(reach_ms)
        last = np.searchsorted(start, start + reach)
        first = np.searchsorted(start, start - reach)
        return np.asarray(np.maximum(sums[last] - sums[first] - size, 0.0) / (size + _TINY))

    def unrest(self, excess: Real, spans: Spans) -> Real:
        """Squared excess that one block in twenty of the second around reaches without finds."""
        guard = self.samples(0.5)
        quiet = np.where(covered(spans + (-guard, guard), self.n_samples), 0.0, excess)
        block = self.samples(5.0)
        n_blocks = -(-self.n_samples // block)
        peaks = np.pad(quiet, (0, n_blocks * block - self.n_samples)).reshape(n_blocks, block)
        highest = peaks.max(axis=1)
        reach = self.samples(500.0) // block
        at, which = np.unique(
            np.minimum(spans.sum(axis=1) // 2 // block, n_blocks - 1), return_inverse=True
        )
        around = [np.percentile(highest[max(0, i - reach) : i + reach + 1], 95) for i in at]
        return np.asarray(np.array(around)[which] ** 2)
