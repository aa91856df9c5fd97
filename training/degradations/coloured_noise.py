"""Coloured noise: pink, brown, blue or of triangular distribution, at a signal-to-noise ratio."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from typing_extensions import override

from engine.audio import Audio
from engine.params import param
from training.degradations.base import RandomDegradation, add_at_snr
from training.degradations.shaping import COLOURS, coloured_noise


@dataclass(frozen=True)
class ColouredNoise(RandomDegradation):
    """Pink falls by 3 dB per octave, brown by 6, blue rises by 3; of its own in each channel."""

    name: ClassVar[str] = "coloured_noise"
    is_additive: ClassVar[bool] = True
    colour: str = param(
        "pink", choices=tuple(each for each in COLOURS if each != "white"), label="Colour"
    )
    snr_db: float = param(10.0, -10.0, 40.0, unit="dB", label="Signal to noise")

    @override
    def apply(self, clean: Audio) -> Audio:
        rng = self.rng()
        rows = [
            coloured_noise(self.colour, clean.n_samples, clean.sample_rate, rng)
            for _ in range(clean.n_channels)
        ]
        return add_at_snr(clean, np.stack(rows), self.snr_db)
