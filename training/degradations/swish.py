"""Swish: hiss that comes and goes once a turn, as a warped or badly pressed disc has it."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from typing_extensions import override

from engine.audio import Audio, Samples
from engine.params import param
from training.degradations.base import RandomDegradation, add_at_snr
from training.degradations.shaping import Real, normalised, shaped_noise

_HIGHEST_HZ = 10000.0
_UNEVEN_DB = 1.5
"""Deviation of its height from turn to turn."""


@dataclass(frozen=True)
class Swish(RandomDegradation):
    """Treble noise that swells at one angle of the disc; the same on all channels."""

    name: ClassVar[str] = "swish"
    is_additive: ClassVar[bool] = True
    snr_db: float = param(20.0, -10.0, 60.0, unit="dB", label="Signal to noise")
    rpm: float = param(78.26, 16.0, 170.0, label="Turns per minute")
    depth_db: float = param(9.0, 1.0, 30.0, unit="dB", label="Swell")
    share: float = param(
        0.3, 0.05, 0.8, label="Width", description="The part of a turn that it takes."
    )
    low_hz: float = param(2500.0, 500.0, 8000.0, unit="Hz", label="Where the hiss begins")

    @override
    def apply(self, clean: Audio) -> Audio:
        noise = self._noise(clean.n_samples, clean.sample_rate)
        return add_at_snr(clean, noise[None], self.snr_db)

    def _noise(self, n_samples: int, sample_rate: int) -> Samples:
        rng = self.rng()

        def gain_db(frequency_hz: Real) -> Real:
            below = 20 * np.log10(1.0 + (self.low_hz / frequency_hz) ** 3)
            above = 10 * np.log10(1.0 + (frequency_hz / _HIGHEST_HZ) ** 4)
            level: Real = -below - above
            return level

        hiss = shaped_noise(n_samples, sample_rate, gain_db, rng)
        turn = np.arange(n_samples) * (self.rpm / 60.0 / sample_rate) + rng.random()
        from_middle = np.mod(turn, 1.0) - 0.5
        swell = np.exp(-4 * np.log(2.0) * np.square(from_middle / self.share))
        number = np.floor(turn).astype(np.int64)
        heights_db = rng.normal(self.depth_db, _UNEVEN_DB, number[-1] + 1 if n_samples else 1)
        level = 10 ** (heights_db[number] * (swell - 1.0) / 20)
        return normalised(hiss * level.astype(np.float32))
