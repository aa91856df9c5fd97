"""Resonance: what a horn, a diaphragm or a needle adds to all that sounds at its own pitch.

References:
    Bristow-Johnson, "Cookbook Formulae for Audio Equalizer Biquad Filter Coefficients": peakingEQ.
"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from typing_extensions import override

from engine.audio import Audio
from engine.params import param
from training.degradations.base import Degradation


@dataclass(frozen=True)
class Resonance(Degradation):
    """A peak in the response, of minimum phase, so that it rings."""

    name: ClassVar[str] = "resonance"
    frequency_hz: float = param(2500.0, 150.0, 6000.0, unit="Hz", label="Pitch")
    gain_db: float = param(9.0, 2.0, 20.0, unit="dB", label="Height")
    quality: float = param(4.0, 0.7, 20.0, label="Quality", description="Pitch over width.")

    @override
    def apply(self, clean: Audio) -> Audio:
        from scipy.signal import lfilter

        if self.frequency_hz >= 0.5 * clean.sample_rate:
            return Audio(clean.samples.copy(), clean.sample_rate)
        angle = 2 * np.pi * self.frequency_hz / clean.sample_rate
        root = 10 ** (self.gain_db / 40.0)
        alpha = np.sin(angle) / (2.0 * self.quality)
        above = [1.0 + alpha * root, -2.0 * np.cos(angle), 1.0 - alpha * root]
        below = [1.0 + alpha / root, -2.0 * np.cos(angle), 1.0 - alpha / root]
        degraded = lfilter(above, below, clean.samples.astype(np.float64), axis=1)
        return Audio(np.asarray(degraded, np.float32), clean.sample_rate)
