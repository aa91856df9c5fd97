"""White noise: Gaussian, at a signal-to-noise ratio."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from typing_extensions import override

from engine.audio import Audio
from engine.params import param
from training.degradations.base import RandomDegradation, add_at_snr


@dataclass(frozen=True)
class WhiteNoise(RandomDegradation):
    """As strong at all frequencies, of its own in each channel."""

    name: ClassVar[str] = "white_noise"
    is_additive: ClassVar[bool] = True
    snr_db: float = param(10.0, -20.0, 100.0, unit="dB", label="Signal to noise")

    @override
    def apply(self, clean: Audio) -> Audio:
        noise = self.rng().standard_normal(clean.samples.shape, np.float32)
        return add_at_snr(clean, noise, self.snr_db)
