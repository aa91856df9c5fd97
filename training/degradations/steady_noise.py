"""Steady noise: that of an amplifier or a line, at one level however loud the music is."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from typing_extensions import override

from engine.audio import Audio
from engine.params import param
from engine.units import db_to_amplitude
from training.degradations.base import RandomDegradation
from training.degradations.shaping import COLOURS, coloured_noise


@dataclass(frozen=True)
class SteadyNoise(RandomDegradation):
    """Noise of some colour, of its own in each channel."""

    name: ClassVar[str] = "steady_noise"
    is_additive: ClassVar[bool] = True
    colour: str = param("white", choices=tuple(COLOURS), label="Colour")
    level_dbfs: float = param(
        -40.0, -80.0, 0.0, unit="dBFS", label="Level", description="Root mean square."
    )

    @override
    def apply(self, clean: Audio) -> Audio:
        rng = self.rng()
        gain = np.float32(db_to_amplitude(self.level_dbfs))
        degraded = clean.samples.copy()
        for row in degraded:
            row += gain * coloured_noise(self.colour, clean.n_samples, clean.sample_rate, rng)
        return Audio(degraded, clean.sample_rate)
