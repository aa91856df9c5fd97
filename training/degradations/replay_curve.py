"""Replay curve: a record replayed with a curve that is not its own."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from typing_extensions import override

from engine.audio import Audio
from engine.dsp.replay_curves import CURVES
from engine.dsp.replay_filter import equaliser
from engine.params import param
from training.degradations.base import Degradation


@dataclass(frozen=True)
class ReplayCurve(Degradation):
    """Takes out what the right curve would have put in, and puts in the wrong one; 1 kHz stays."""

    name: ClassVar[str] = "replay_curve"
    right: str = param("European_250N-0", choices=tuple(CURVES), label="The record asks for")
    wrong: str = param("RIAA_500R-13.7", choices=tuple(CURVES), label="It was replayed with")

    @override
    def apply(self, clean: Audio) -> Audio:
        from scipy.signal import lfilter

        degraded = clean.samples.astype(np.float64)
        for part in equaliser(CURVES[self.right], CURVES[self.wrong], clean.sample_rate):
            degraded = part.gain * lfilter(part.numerator, part.denominator, degraded, axis=1)
        return Audio(degraded.astype(np.float32), clean.sample_rate)
