"""Wow and flutter: a disc off its centre, a motor that trembles."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from typing_extensions import override

from engine.audio import Audio
from engine.params import param
from training.degradations.base import RandomDegradation
from training.degradations.reading import Real, read_at


@dataclass(frozen=True)
class Wow(RandomDegradation):
    """Speed goes up and down around its mean; both ends stay where they are."""

    name: ClassVar[str] = "wow"
    wow_hz: float = param(1.3, 0.3, 4.0, unit="Hz", label="Wow")
    wow_percent: float = param(
        0.3, 0.0, 2.0, unit="%", label="Depth of wow", description="Highest deviation of speed."
    )
    flutter_hz: float = param(10.0, 4.0, 60.0, unit="Hz", label="Flutter")
    flutter_percent: float = param(0.0, 0.0, 0.5, unit="%", label="Depth of flutter")

    @override
    def apply(self, clean: Audio) -> Audio:
        place = self.places(clean.n_samples, clean.sample_rate)
        rows = [read_at(row, place) for row in clean.samples]
        return Audio(np.stack(rows), clean.sample_rate)

    def places(self, n_samples: int, sample_rate: int) -> Real:
        """Where each sample is read, in samples of the clean recording."""
        rng = self.rng()
        place = np.arange(n_samples, dtype=np.float64)
        waves = ((self.wow_hz, self.wow_percent), (self.flutter_hz, self.flutter_percent))
        moved = np.zeros(n_samples)
        for rate_hz, percent in waves:
            turn = 2 * np.pi * rate_hz / sample_rate
            moved += percent / 100.0 / turn * np.sin(turn * place + rng.uniform(0, 2 * np.pi))
        if n_samples > 1:
            moved -= np.interp(place, [0, n_samples - 1], [moved[0], moved[-1]])
        return place + moved if n_samples > 1 else place
