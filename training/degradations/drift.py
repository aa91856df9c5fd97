"""Drift: a motor that does not hold its pitch, or a side that was cut with one.

Spring motors run down, and weights fall unevenly: the pitch wanders over seconds and minutes, more
slowly than any wow.
"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from typing_extensions import override

from engine.audio import Audio
from engine.params import param
from training.degradations.base import RandomDegradation
from training.degradations.reading import Real, read_at, smooth


@dataclass(frozen=True)
class Drift(RandomDegradation):
    """Speed wanders and runs down around its mean; both ends stay where they are."""

    name: ClassVar[str] = "drift"
    wander_percent: float = param(
        0.3, 0.0, 2.0, unit="%", label="Wandering", description="Deviation of the speed."
    )
    period_s: float = param(
        8.0, 2.0, 60.0, unit="s", label="Takes", description="About as long a change lasts."
    )
    fall_percent: float = param(
        0.0, -3.0, 3.0, unit="%", label="Running down", description="From the first to the last."
    )

    @override
    def apply(self, clean: Audio) -> Audio:
        place = self.places(clean.n_samples, clean.sample_rate)
        rows = [read_at(row, place) for row in clean.samples]
        return Audio(np.stack(rows), clean.sample_rate)

    def places(self, n_samples: int, sample_rate: int) -> Real:
        """Where each sample is read, in samples of the clean recording."""
        if n_samples < 2:
            return np.arange(n_samples, dtype=np.float64)
        speed = self.wander_percent * smooth(
            n_samples, sample_rate, 1.0 / self.period_s, self.rng()
        )
        speed -= self.fall_percent * np.linspace(-0.5, 0.5, n_samples)
        pace = np.maximum(1.0 + speed / 100.0, 0.5)
        place = np.concatenate(([0.0], np.cumsum(pace[:-1])))
        ends: Real = place * ((n_samples - 1) / place[-1])
        return ends
