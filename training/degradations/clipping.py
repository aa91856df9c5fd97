"""Clipping: too loud for what it went through, by a wanted signal-to-distortion ratio."""

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from typing_extensions import override

from engine.audio import Audio, Samples
from engine.params import param
from training.degradations.base import Degradation

_LEVELS = (1e-4, 30.0)
"""Between which shares of the peak the level is looked for."""


@dataclass(frozen=True)
class Clipping(Degradation):
    """Limits all samples to a level, flat (hard) or ever more gently (soft)."""

    name: ClassVar[str] = "clipping"
    kind: str = param("hard", choices=("hard", "soft"), label="Kind")
    sdr_db: float = param(8.0, 1.0, 30.0, unit="dB", label="Signal to distortion")

    @override
    def apply(self, clean: Audio) -> Audio:
        peak = float(np.abs(clean.samples).max(initial=0.0))
        if peak == 0.0:
            return Audio(clean.samples.copy(), clean.sample_rate)
        limited = self._limited(clean.samples, self._level(clean.samples, peak))
        return Audio(limited, clean.sample_rate)

    def _limited(self, samples: Samples, level: float) -> Samples:
        if self.kind == "hard":
            return np.clip(samples, -level, level)
        return np.asarray(level * np.tanh(samples / np.float32(level)), np.float32)

    def _level(self, samples: Samples, peak: float) -> float:
        """The level at which what is lost is as much as was asked for."""
        from scipy.optimize import brentq

        music = float(np.sum(np.square(samples, dtype=np.float64)))

        def excess_db(logarithm: float) -> float:
            lost = samples - self._limited(samples, peak * np.exp(logarithm))
            distortion = float(np.sum(np.square(lost, dtype=np.float64)))
            return 10 * math.log10(music / max(distortion, 1e-12 * music)) - self.sdr_db

        low, high = np.log(_LEVELS)
        return float(peak * np.exp(brentq(excess_db, low, high, xtol=1e-6)))
