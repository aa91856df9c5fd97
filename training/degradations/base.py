"""Degradation: one kind of simulated damage with all that was drawn for it.

A degradation is a frozen set of numbers. The same numbers make the same damage, bit for bit, so a
manifest of them replays a data set. What is random inside is drawn from `seed` alone.

Shapes:
    samples   (channel time)   float32, full scale = 1.0
"""

from abc import abstractmethod
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from engine.audio import Audio, Samples
from engine.params import Params, param

HIGHEST_SEED = 2**32 - 1


@dataclass(frozen=True)
class Degradation(Params):
    """Base of all simulated damage; length, rate and channels stay."""

    is_additive: ClassVar[bool] = False
    """Whether it adds noise that does not depend on the music but for its level; only such noises
    make pairs for noise-to-noise training."""

    @abstractmethod
    def apply(self, clean: Audio) -> Audio:
        """Damage a recording; what is given stays as it is.

        Raises:
            SettingsError: the settings do not fit the recording.
        """


@dataclass(frozen=True)
class RandomDegradation(Degradation):
    """Base of damage that has a random part."""

    seed: int = param(0, 0, HIGHEST_SEED, label="Seed", description="What is random follows it.")

    def rng(self) -> np.random.Generator:
        """A fresh generator; the same each time."""
        return np.random.default_rng(self.seed)


def add_at_snr(clean: Audio, noise: Samples, snr_db: float) -> Audio:
    """Add noise (1 or channel, time) so that clean and noise are `snr_db` apart in energy.

    Silence gets noise 60 dB below full scale, as there is nothing to be relative to.
    """
    music = _mean_square(clean.samples)
    wanted = music * 10.0 ** (-snr_db / 10.0) if music > 0.0 else 1e-6
    found = _mean_square(noise)
    gain = np.sqrt(wanted / found) if found > 0.0 else 0.0
    return Audio((clean.samples + gain * noise).astype(np.float32), clean.sample_rate)


def _mean_square(samples: Samples) -> float:
    return float(np.mean(np.square(samples, dtype=np.float64))) if samples.size else 0.0
