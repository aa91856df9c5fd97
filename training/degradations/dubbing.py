"""Dubbing: copies of copies, each by a chain of its own.

Every generation takes bass and treble off, adds the noise of its tape or wax, and has a wow.
"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from typing_extensions import override

from engine.audio import Audio
from engine.params import param
from training.degradations.base import HIGHEST_SEED, RandomDegradation, add_at_snr
from training.degradations.high_pass import HighPass
from training.degradations.low_pass import BUTTERWORTH, LowPass
from training.degradations.shaping import Rng, coloured_noise
from training.degradations.wow import Wow

_LOW_HZ, _HIGHEST_HZ = (20.0, 70.0), 18000.0


@dataclass(frozen=True)
class Dubbing(RandomDegradation):
    """Some generations of band limit, noise and wow."""

    name: ClassVar[str] = "dubbing"
    generations: int = param(2, 1, 5, label="Generations")
    cutoff_hz: float = param(
        8000.0, 2500.0, 16000.0, unit="Hz", label="Cutoff", description="About that of each."
    )
    snr_db: float = param(
        40.0, 15.0, 70.0, unit="dB", label="Signal to noise", description="About that of each."
    )
    wow_percent: float = param(
        0.05, 0.0, 0.5, unit="%", label="Depth of wow", description="About that of each."
    )

    @override
    def apply(self, clean: Audio) -> Audio:
        rng, degraded = self.rng(), Audio(clean.samples.copy(), clean.sample_rate)
        for _ in range(self.generations):
            degraded = self._copied(degraded, rng)
        return degraded

    def _copied(self, audio: Audio, rng: Rng) -> Audio:
        cutoff_hz = min(self.cutoff_hz * rng.uniform(0.85, 1.25), _HIGHEST_HZ)
        order = int(rng.integers(2, 6))
        wow = Wow(
            int(rng.integers(HIGHEST_SEED)),
            wow_hz=rng.uniform(0.5, 4.0),
            wow_percent=self.wow_percent * rng.uniform(0.5, 1.5),
        )
        colour = ("white", "pink")[int(rng.integers(2))]
        noise = np.stack(
            [
                coloured_noise(colour, audio.n_samples, audio.sample_rate, rng)
                for _ in range(audio.n_channels)
            ]
        )
        copy = wow.apply(audio) if self.wow_percent > 0.0 else audio
        copy = add_at_snr(copy, noise, self.snr_db + rng.uniform(-4.0, 4.0))
        copy = HighPass(rng.uniform(*_LOW_HZ), 1).apply(copy)
        return LowPass(BUTTERWORTH, cutoff_hz, order).apply(copy)
