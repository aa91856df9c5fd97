"""Hum: the mains and its harmonics, at one level however loud the music is."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from typing_extensions import override

from engine.audio import Audio, Samples
from engine.params import param
from engine.units import db_to_amplitude
from training.degradations.base import RandomDegradation
from training.degradations.shaping import normalised


@dataclass(frozen=True)
class Hum(RandomDegradation):
    """Harmonics of random phases, the same on all channels."""

    name: ClassVar[str] = "hum"
    is_additive: ClassVar[bool] = True
    mains_hz: float = param(50.0, 40.0, 70.0, unit="Hz", label="Mains")
    level_dbfs: float = param(
        -35.0, -70.0, -10.0, unit="dBFS", label="Level", description="Root mean square."
    )
    harmonics: int = param(8, 1, 24, label="Harmonics")
    fall_db: float = param(6.0, 0.0, 18.0, unit="dB", label="Fall of harmonics per octave")
    spread_db: float = param(4.0, 0.0, 10.0, unit="dB", label="Spread of harmonics")

    @override
    def apply(self, clean: Audio) -> Audio:
        hum = self._wave(clean.n_samples, clean.sample_rate)
        hum *= np.float32(db_to_amplitude(self.level_dbfs))
        return Audio(clean.samples + hum, clean.sample_rate)

    def _wave(self, n_samples: int, sample_rate: int) -> Samples:
        rng = self.rng()
        time_s = np.arange(n_samples) / sample_rate
        hum = np.zeros(n_samples)
        for harmonic in range(1, self.harmonics + 1):
            size_db = rng.normal(-self.fall_db * np.log2(harmonic), self.spread_db)
            phase = rng.uniform(0.0, 2 * np.pi)
            if harmonic * self.mains_hz < 0.5 * sample_rate:
                turns = 2 * np.pi * harmonic * self.mains_hz * time_s
                hum += db_to_amplitude(size_db) * np.sin(turns + phase)
        return normalised(hum.astype(np.float32))
