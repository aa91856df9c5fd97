"""Horn: what the recording horn and its diaphragm made of the sound before there were microphones.

A horn lets nothing through below its cutoff, stands in resonance at about the multiples of a pitch,
and drives a diaphragm with a peak of its own, above which all is lost.

References:
    Maxfield & Harrison, "Methods of High Quality Recording and Reproducing of Music and Speech
    Based on Telephone Research", Bell System Technical Journal 5(3), 1926.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from typing_extensions import override

from engine.audio import Audio
from engine.params import param
from training.degradations.base import Degradation, RandomDegradation
from training.degradations.high_pass import HighPass
from training.degradations.low_pass import BUTTERWORTH, LowPass
from training.degradations.resonance import Resonance

_LEAST_DB, _LOWEST_HZ = 2.0, 150.0


@dataclass(frozen=True)
class Horn(RandomDegradation):
    """Resonances of a bell, the peak of a diaphragm, and the band between their ends."""

    name: ClassVar[str] = "horn"
    bell_hz: float = param(
        300.0, 150.0, 700.0, unit="Hz", label="Bell", description="Its lowest resonance."
    )
    resonances: int = param(4, 0, 8, label="Resonances")
    peaks_db: float = param(7.0, 2.0, 15.0, unit="dB", label="Highest resonance")
    diaphragm_hz: float = param(2400.0, 1200.0, 4500.0, unit="Hz", label="Diaphragm")
    low_hz: float = param(180.0, 60.0, 400.0, unit="Hz", label="From")
    high_hz: float = param(4000.0, 2000.0, 8000.0, unit="Hz", label="To")

    @override
    def apply(self, clean: Audio) -> Audio:
        degraded = Audio(clean.samples.copy(), clean.sample_rate)
        for part in self._parts():
            degraded = part.apply(degraded)
        return degraded

    def _parts(self) -> Iterator[Degradation]:
        rng = self.rng()
        for number in range(1, self.resonances + 1):
            pitch_hz = self.bell_hz * number * rng.uniform(0.93, 1.07)
            height_db = self.peaks_db * rng.uniform(0.4, 1.0) / np.sqrt(number)
            quality = rng.uniform(2.5, 9.0)
            if _LOWEST_HZ <= pitch_hz < self.high_hz:
                yield Resonance(pitch_hz, max(height_db, _LEAST_DB), quality)
        yield Resonance(self.diaphragm_hz, max(0.8 * self.peaks_db, _LEAST_DB), 2.0)
        yield HighPass(self.low_hz, 3, zero_phase=False)
        yield LowPass(BUTTERWORTH, self.high_hz, int(rng.integers(3, 7)), zero_phase=False)
