"""Sampling: down to a low rate and up again along straight lines, as poor converters did.

The lines leave mirror images of the music between half the low rate and half the high one.
"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from typing_extensions import override

from engine.audio import Audio, Samples
from engine.params import param
from training.degradations.base import Degradation


@dataclass(frozen=True)
class Sampling(Degradation):
    """What a rate of `low_hz` keeps, joined by straight lines at `high_hz`; the rate itself stays.

    A high rate above that of the recording is taken for that.
    """

    name: ClassVar[str] = "sampling"
    low_hz: int = param(5000, 1000, 16000, unit="Hz", label="Low rate")
    high_hz: int = param(44100, 4000, 48000, unit="Hz", label="High rate")

    @override
    def apply(self, clean: Audio) -> Audio:
        if self.low_hz >= clean.sample_rate or clean.n_samples < 2:
            return Audio(clean.samples.copy(), clean.sample_rate)
        rows = [self._row(row, clean.sample_rate) for row in clean.samples]
        return Audio(np.stack(rows), clean.sample_rate)

    def _row(self, samples: Samples, sample_rate: int) -> Samples:
        import soxr

        high_hz = min(self.high_hz, sample_rate)
        kept = np.asarray(soxr.resample(samples, sample_rate, self.low_hz, "VHQ"))
        if not len(kept):
            return np.zeros_like(samples)
        count = round(len(samples) * high_hz / sample_rate)
        place = np.arange(count) * (self.low_hz / high_hz)
        joined = np.interp(place, np.arange(len(kept)), kept).astype(np.float32)
        back = np.asarray(soxr.resample(joined, high_hz, sample_rate, "VHQ"))
        return np.pad(back, (0, max(0, len(samples) - len(back))))[: len(samples)]
