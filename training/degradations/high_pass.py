"""High-pass: bass that a horn or a filter against rumble has taken."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from typing_extensions import override

from engine.audio import Audio
from engine.params import param
from training.degradations.base import Degradation


@dataclass(frozen=True)
class HighPass(Degradation):
    """A Butterworth filter, with or without its phase."""

    name: ClassVar[str] = "high_pass"
    cutoff_hz: float = param(120.0, 20.0, 500.0, unit="Hz", label="Cutoff")
    order: int = param(2, 1, 8, label="Order")
    zero_phase: bool = param(True, label="No phase")

    @override
    def apply(self, clean: Audio) -> Audio:
        from scipy.signal import butter, sosfilt

        from training.degradations.zero_phase import filtered_by_gain

        if not clean.n_samples:
            return Audio(clean.samples.copy(), clean.sample_rate)
        sections = butter(
            self.order, self.cutoff_hz, "highpass", fs=clean.sample_rate, output="sos"
        )
        if self.zero_phase:
            samples = filtered_by_gain(sections, clean.samples)
        else:
            samples = sosfilt(sections, clean.samples.astype(np.float64), axis=1)
        return Audio(np.asarray(samples, np.float32), clean.sample_rate)
