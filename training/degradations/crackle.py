"""Crackle: very many very short ticks, most of them faint, in clusters."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from typing_extensions import override

from engine.audio import Audio
from engine.params import param
from training.degradations.base import RandomDegradation, add_at_snr
from training.degradations.pulses import Pulses, bell, log_uniform, render, signs, soft
from training.degradations.shaping import wandering

_WIDTHS_S = (20e-6, 200e-6)
_WIDTHS_OF_ENVELOPE = 4.0


@dataclass(frozen=True)
class Crackle(RandomDegradation):
    """Ticks of 20 to 200 us at log-normal sizes; the same on all channels."""

    name: ClassVar[str] = "crackle"
    is_additive: ClassVar[bool] = True
    snr_db: float = param(18.0, 0.0, 40.0, unit="dB", label="Signal to crackle")
    per_second: float = param(500.0, 50.0, 2000.0, unit="1/s", label="Ticks")
    spread_db: float = param(7.0, 0.0, 12.0, unit="dB", label="Spread of sizes")
    clusters_db: float = param(
        6.0,
        0.0,
        12.0,
        unit="dB",
        label="Clusters",
        description="How far the rate goes up and down.",
    )

    @override
    def apply(self, clean: Audio) -> Audio:
        rng = self.rng()
        n_samples, rate = clean.n_samples, clean.sample_rate
        count = int(rng.poisson(self.per_second * n_samples / rate))
        density = np.cumsum(wandering(n_samples, rate, 3.0, self.clusters_db, rng))
        share = rng.uniform(0.0, density[-1] if n_samples else 1.0, count)
        at_s = np.interp(share, density, np.arange(n_samples)) / rate if count else share
        pulses = Pulses(
            at_s,
            log_uniform(*_WIDTHS_S, count, rng) / _WIDTHS_OF_ENVELOPE,
            np.minimum(log_uniform(500.0, 12000.0, count, rng), 0.45 * rate),
            rng.uniform(-0.3, 0.3, count) * np.pi,
            signs(count, rng) * 10 ** (rng.normal(0.0, self.spread_db, count) / 20),
        )
        is_soft = rng.random(count) < 0.5
        noise = render(pulses.chosen(is_soft), n_samples, rate, soft)
        noise += render(pulses.chosen(~is_soft), n_samples, rate, bell)
        return add_at_snr(clean, noise[None], self.snr_db)
