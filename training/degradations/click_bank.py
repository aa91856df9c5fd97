"""Click bank: clicks of real discs, harvested from recordings without music.

Each is played a little faster or slower, either way up, at a size relative to the music just there.
With a cutoff they are filtered before they are added: so rings a click that came before the band
limit of the chain, while the music keeps what treble it has.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np
from typing_extensions import override

from engine.audio import Audio, Samples
from engine.params import param
from training.degradations.base import RandomDegradation
from training.degradations.low_pass import CHEBYSHEV, FIR, LowPass
from training.degradations.pulses import Real, Rng, log_uniform, moments, signs
from training.harvest import ClickBank, load_bank

_NO_LIMIT = "none"
_LOCAL_S = 0.05
_SILENCE = 1e-3
"""Clicks in silence are told from a level 60 dB below full scale."""
_SPEEDS = (0.75, 1.4)
_CLUSTER = 6
"""Clicks in a cluster, at most."""
_CLUSTER_S = 0.01


@dataclass(frozen=True)
class ClickBankDamage(RandomDegradation):
    """Clicks out of a bank at random moments; the same on all channels."""

    name: ClassVar[str] = "click_bank"
    path: Path | None = param(None, label="Bank of clicks")
    per_second: float = param(8.0, 0.5, 80.0, unit="1/s", label="Clicks")
    level_db: float = param(-12.0, -50.0, 10.0, unit="dB", label="Size above the music's peak")
    spread_db: float = param(8.0, 0.0, 20.0, unit="dB", label="Spread of sizes")
    clusters: float = param(0.1, 0.0, 1.0, label="Share that comes in clusters")
    band_limit: str = param(
        _NO_LIMIT,
        choices=(_NO_LIMIT, CHEBYSHEV, FIR),
        label="Band limit",
        description="What the clicks went through: a filter of a device, or one without phase.",
    )
    cutoff_hz: float = param(
        6000.0,
        1500.0,
        18000.0,
        unit="Hz",
        label="Cutoff",
        when={"band_limit": (CHEBYSHEV, FIR)},
    )

    @override
    def apply(self, clean: Audio) -> Audio:
        bank = load_bank(self.path)
        clicks = self._clicks(clean, bank, self.rng())
        if self.band_limit != _NO_LIMIT:
            limit = LowPass(self.band_limit, self.cutoff_hz, zero_phase=False)
            clicks = limit.apply(Audio(clicks[None], clean.sample_rate)).samples[0]
        return Audio(clean.samples + clicks, clean.sample_rate)

    def _clicks(self, clean: Audio, bank: ClickBank, rng: Rng) -> Samples:
        """The clicks alone, (time)."""
        at_s = self._moments(clean, rng)
        size = signs(len(at_s), rng) * _peaks(clean, at_s)
        size *= 10 ** (rng.normal(self.level_db, self.spread_db, len(at_s)) / 20)
        speed = log_uniform(*_SPEEDS, len(at_s), rng)
        speed *= bank.sample_rate / clean.sample_rate
        which = rng.integers(len(bank), size=len(at_s))
        clicks = np.zeros(clean.n_samples, np.float32)
        for moment_s, height, step, number in zip(at_s, size, speed, which, strict=True):
            wave = _played(bank.wave(int(number)), float(step))
            start = int(moment_s * clean.sample_rate)
            stop = min(start + len(wave), clean.n_samples)
            clicks[start:stop] += np.float32(height) * wave[: stop - start]
        return clicks

    def _moments(self, clean: Audio, rng: Rng) -> Real:
        """When they strike, in seconds; some are followed closely by more."""
        at_s = moments(clean.n_samples, clean.sample_rate, self.per_second, rng)
        followed = at_s[rng.random(len(at_s)) < self.clusters / _CLUSTER]
        more = [
            each + rng.exponential(_CLUSTER_S, int(rng.integers(1, _CLUSTER))) for each in followed
        ]
        every = np.concatenate([at_s, *more])
        inside: Real = every[every * clean.sample_rate < clean.n_samples]
        return inside


def _played(wave: Samples, step: float) -> Samples:
    """A click at another speed, by Catmull-Rom splines: smooth, and its peak stays near 1."""
    at = np.arange(0.0, len(wave) - 1 + 1e-9, step)
    index = at.astype(np.int64)
    part = (at - index).astype(np.float32)
    padded = np.pad(wave, (1, 3))
    before, here, after, beyond = (padded[index + shift] for shift in range(4))
    slope = 0.5 * (after - before)
    bend = before - 2.5 * here + 2.0 * after - 0.5 * beyond
    turn = 0.5 * (beyond - before) + 1.5 * (here - after)
    played: Samples = here + part * (slope + part * (bend + part * turn))
    return played


def _peaks(clean: Audio, at_s: Real) -> Real:
    """The music's highest level around each moment."""
    if not clean.n_samples:
        return np.ones(len(at_s))
    from scipy.ndimage import maximum_filter1d

    height = np.abs(clean.samples).max(axis=0)
    around = maximum_filter1d(height, round(_LOCAL_S * clean.sample_rate) + 1)
    index = np.minimum((at_s * clean.sample_rate).astype(np.int64), clean.n_samples - 1)
    return np.maximum(around[index].astype(np.float64), _SILENCE)
