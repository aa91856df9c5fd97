"""Clicks: single hits, as dust, blisters and scratches make them.

A stylus that is hit rings. What comes through is a damped tone that swells within its own width, or
stands there at once with several resonances (the impulse response of an autoregressive model), or,
behind a filter, a burst limited to a band.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from typing_extensions import override

from engine.audio import Audio, Samples
from engine.params import param
from training.degradations.base import RandomDegradation
from training.degradations.pulses import (
    Pulses,
    Real,
    Rng,
    bell,
    log_uniform,
    moments,
    render,
    signs,
    soft,
    struck,
)

_SHAPES = ("mixed", "ringing", "struck", "band_limited")
_ENVELOPES: dict[str, Callable[[Samples], Samples]] = {
    "ringing": soft,
    "struck": struck,
    "band_limited": bell,
}
_RESONANCES = 3
_WIDTHS_S = (0.03e-3, 0.3e-3)
"""Of the envelopes; what is heard lasts about seven of them: 0.2 to 2 ms."""
_LOCAL_S = 0.05
_SILENCE = 1e-3
"""Clicks in silence are told from a level 60 dB below full scale."""


@dataclass(frozen=True)
class Clicks(RandomDegradation):
    """Clicks at random moments, of sizes about one level; the same on all channels."""

    name: ClassVar[str] = "clicks"
    per_second: float = param(8.0, 0.5, 50.0, unit="1/s", label="Clicks")
    level_db: float = param(-4.0, -20.0, 6.0, unit="dB", label="Size above the reference")
    spread_db: float = param(4.0, 0.0, 8.0, unit="dB", label="Spread of sizes")
    reference: str = param(
        "peak",
        choices=("peak", "local"),
        label="Reference",
        description="The recording's highest peak, or the peak level of music just there.",
    )
    shape: str = param("mixed", choices=_SHAPES, label="Shape")

    @override
    def apply(self, clean: Audio) -> Audio:
        rng = self.rng()
        at_s = moments(clean.n_samples, clean.sample_rate, self.per_second, rng)
        size = signs(len(at_s), rng) * self._reference(clean, at_s)
        size *= 10 ** (rng.normal(self.level_db, self.spread_db, len(at_s)) / 20)
        shape = rng.integers(1, len(_SHAPES), len(at_s))
        if self.shape != "mixed":
            shape[:] = _SHAPES.index(self.shape)
        clicks = np.zeros(clean.n_samples, np.float32)
        for number, kind in enumerate(_SHAPES[1:], 1):
            pulses = _pulses(at_s[shape == number], size[shape == number], kind, clean, rng)
            clicks += render(pulses, clean.n_samples, clean.sample_rate, _ENVELOPES[kind])
        return Audio(clean.samples + clicks, clean.sample_rate)

    def _reference(self, clean: Audio, at_s: Real) -> Real:
        """What sizes are relative to, for each click."""
        if not clean.n_samples:
            return np.ones(len(at_s))
        height = np.abs(clean.samples).max(axis=0)
        if self.reference == "peak":
            return np.full(len(at_s), float(height.max()) or _SILENCE)
        from scipy.ndimage import maximum_filter1d

        around = maximum_filter1d(height, round(_LOCAL_S * clean.sample_rate) + 1)
        index: NDArray[np.int64] = (at_s * clean.sample_rate).astype(np.int64)
        local = around[np.minimum(index, clean.n_samples - 1)].astype(np.float64)
        return np.maximum(local, _SILENCE)


def _pulses(at_s: Real, size: Real, kind: str, clean: Audio, rng: Rng) -> Pulses:
    """Pulses that make up clicks of some sizes."""
    modes = _RESONANCES if kind == "struck" else 1
    count = modes * len(at_s)
    share = rng.uniform(0.2, 1.0, (len(at_s), modes))
    share /= np.sqrt(np.square(share).sum(axis=1, keepdims=True))
    highest_hz = 0.45 * clean.sample_rate
    return Pulses(
        np.repeat(at_s, modes),
        log_uniform(*_WIDTHS_S, count, rng),
        np.minimum(log_uniform(250.0, 9000.0, count, rng), highest_hz),
        rng.uniform(-0.3, 0.3, count) * np.pi,
        np.repeat(size, modes) * share.reshape(-1),
    )
