"""Ensemble: many players where one was, none of them quite in tune nor in time.

Rendered scores and soloists are in tune as no band before a horn was: each voice here is the same
music at a pitch that wanders around the right one, and as late as its chair is far.
"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from typing_extensions import override

from engine.audio import Audio
from engine.params import param
from training.degradations.base import RandomDegradation
from training.degradations.reading import Real, Rng, read_at, smooth

_PITCH_HZ = 0.7
"""How often a player finds another pitch: ever out of tune, he would fall behind for ever."""
_CENTS_PER_OCTAVE = 1200.0


@dataclass(frozen=True)
class Ensemble(RandomDegradation):
    """The music joined by copies of it; as loud as before."""

    name: ClassVar[str] = "ensemble"
    voices: int = param(3, 1, 6, label="Voices beside the first")
    detune_cents: float = param(
        8.0, 0.0, 30.0, unit="cent", label="Out of tune", description="Deviation of each voice."
    )
    late_ms: float = param(15.0, 0.0, 50.0, unit="ms", label="Late", description="At most.")
    level_db: float = param(-3.0, -20.0, 6.0, unit="dB", label="Each voice to the first")

    @override
    def apply(self, clean: Audio) -> Audio:
        if clean.n_samples < 2:
            return Audio(clean.samples.copy(), clean.sample_rate)
        rng = self.rng()
        total = clean.samples.astype(np.float64)
        for _ in range(self.voices):
            place = self._place(clean.n_samples, clean.sample_rate, rng)
            gain = 10 ** ((self.level_db + rng.uniform(-3.0, 3.0)) / 20)
            total += gain * np.stack([read_at(row, place) for row in clean.samples])
        before, after = (float(np.mean(np.square(each))) for each in (clean.samples, total))
        if after > 0.0:
            total *= np.sqrt(before / after)
        return Audio(total.astype(np.float32), clean.sample_rate)

    def _place(self, n_samples: int, sample_rate: int, rng: Rng) -> Real:
        """Where a voice reads, in samples."""
        cents = self.detune_cents * smooth(n_samples, sample_rate, _PITCH_HZ, rng)
        pace = np.exp2(cents / _CENTS_PER_OCTAVE)
        late = rng.uniform(0.0, self.late_ms) / 1000.0 * sample_rate
        place: Real = np.cumsum(pace) - pace[0] - late
        return np.clip(place, 0.0, n_samples - 1.0)
