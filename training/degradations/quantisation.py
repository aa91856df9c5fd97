"""Quantisation: too few bits, evenly spaced or by a law of telephony."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from typing_extensions import override

from engine.audio import Audio, Samples
from engine.params import param
from training.degradations.base import RandomDegradation

_MU = np.float32(255.0)


@dataclass(frozen=True)
class Quantisation(RandomDegradation):
    """Rounds to 2^bits values of full scale; what lies beyond is limited.

    The mu-law (ITU-T G.711, continuous form) spaces them closely around 0. Dither of triangular
    distribution makes the error noise.
    """

    name: ClassVar[str] = "quantisation"
    bits: int = param(8, 4, 16, unit="bit", label="Depth")
    law: str = param("even", choices=("even", "mu-law"), label="Spacing")
    dither: bool = param(False, label="Dither")

    @override
    def apply(self, clean: Audio) -> Audio:
        samples = np.clip(clean.samples, -1.0, 1.0)
        if self.law == "even":
            return Audio(self._rounded(samples), clean.sample_rate)
        bent = np.sign(samples) * np.log1p(_MU * np.abs(samples)) / np.log1p(_MU)
        rounded = self._rounded(bent)
        straight = np.sign(rounded) * np.expm1(np.abs(rounded) * np.log1p(_MU)) / _MU
        return Audio(straight.astype(np.float32), clean.sample_rate)

    def _rounded(self, samples: Samples) -> Samples:
        steps = np.float32(2 ** (self.bits - 1))
        scaled = samples * steps
        if self.dither:
            scaled = scaled + self.rng().random((2, *samples.shape), np.float32).sum(axis=0) - 1.0
        rounded: Samples = np.clip(np.rint(scaled), -steps, steps - 1).astype(np.float32) / steps
        return rounded
