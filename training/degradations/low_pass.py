"""Low-pass: treble that a horn, a line or a sample rate has taken."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from typing_extensions import override

from engine.audio import Audio, Samples
from engine.params import param
from training.degradations.base import Degradation

FIR, CHEBYSHEV, BUTTERWORTH, BIQUAD = "fir", "chebyshev", "butterworth", "biquad"
RESAMPLE, DECIMATE = "resample", "decimate"
_LEAST_RATE_HZ = 100


@dataclass(frozen=True)
class LowPass(Degradation):
    """Takes the treble away; what lies at or above half the sample rate is not there to take.

    fir: Kaiser window, linear phase, no delay. chebyshev (order 6, ripple 0.05 dB), butterworth
    and biquad (Q 0.707): by default with the same gain and no phase. resample: down to twice the
    cutoff and up again. decimate: every k-th sample and straight lines between, so that what lay
    above comes back mirrored below.
    """

    name: ClassVar[str] = "low_pass"
    kind: str = param(
        FIR, choices=(FIR, CHEBYSHEV, BUTTERWORTH, BIQUAD, RESAMPLE, DECIMATE), label="Kind"
    )
    cutoff_hz: float = param(5000.0, 500.0, 18000.0, unit="Hz", label="Cutoff")
    order: int = param(6, 2, 10, label="Order", when={"kind": (BUTTERWORTH,)})
    width_hz: float = param(
        400.0, 50.0, 3000.0, unit="Hz", label="Width of the edge", when={"kind": (FIR,)}
    )
    zero_phase: bool = param(
        True, label="No phase", when={"kind": (CHEBYSHEV, BUTTERWORTH, BIQUAD)}
    )

    @override
    def apply(self, clean: Audio) -> Audio:
        if self.cutoff_hz >= 0.5 * clean.sample_rate or not clean.n_samples:
            return Audio(clean.samples.copy(), clean.sample_rate)
        ways = {FIR: self._fir, RESAMPLE: self._resampled, DECIMATE: self._decimated}
        samples = ways.get(self.kind, self._recursive)(clean.samples, clean.sample_rate)
        return Audio(np.ascontiguousarray(samples, np.float32), clean.sample_rate)

    def _fir(self, samples: Samples, sample_rate: int) -> Any:
        from scipy.signal import firwin, kaiserord, oaconvolve

        taps, beta = kaiserord(80.0, self.width_hz / (0.5 * sample_rate))
        taps |= 1
        kernel = firwin(taps, self.cutoff_hz, window=("kaiser", beta), fs=sample_rate)
        both = ((0, 0), (taps // 2, taps // 2))
        return oaconvolve(np.pad(samples, both), kernel[None], "valid", axes=1)

    def _recursive(self, samples: Samples, sample_rate: int) -> Any:
        from scipy.signal import sosfilt

        from training.degradations.zero_phase import filtered_by_gain

        sections = self._sections(sample_rate)
        if self.zero_phase:
            return filtered_by_gain(sections, samples)
        return sosfilt(sections, samples.astype(np.float64), axis=1)

    def _sections(self, sample_rate: int) -> Any:
        from scipy.signal import butter, cheby1

        if self.kind == CHEBYSHEV:
            return cheby1(6, 0.05, self.cutoff_hz, fs=sample_rate, output="sos")
        order = 2 if self.kind == BIQUAD else self.order
        return butter(order, self.cutoff_hz, fs=sample_rate, output="sos")

    def _resampled(self, samples: Samples, sample_rate: int) -> Any:
        import soxr

        lower = max(round(2 * self.cutoff_hz), _LEAST_RATE_HZ)
        low = soxr.resample(samples.T, sample_rate, lower, "HQ")
        high = soxr.resample(low, lower, sample_rate, "HQ").T
        missing = max(0, samples.shape[1] - high.shape[1])
        return np.pad(high, ((0, 0), (0, missing)))[:, : samples.shape[1]]

    def _decimated(self, samples: Samples, sample_rate: int) -> Any:
        step = sample_rate / (2 * self.cutoff_hz)
        time = np.arange(samples.shape[1])
        kept = np.round(np.arange(0.0, samples.shape[1], step)).astype(np.int64)
        kept = kept[kept < samples.shape[1]]
        return np.stack([np.interp(time, kept, row[kept]) for row in samples])
