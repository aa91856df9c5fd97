"""Groove wear: peaks that heavy needles have ground away, and the harsh noise they left there.

Where a groove bends sharply a stylus of steel presses hardest, so that the walls give way there
first: loud treble loses its peaks and rasps, while what is soft stays as it was.
"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from typing_extensions import override

from engine.audio import Audio
from engine.params import param
from training.degradations.base import RandomDegradation
from training.degradations.grooves import FINER, Real, Rng, added_at, velocity

_SHARPEST = 99.5
"""Percentile of how sharply the groove bends that counts as sharp."""
_REACH_S = 2e-4


@dataclass(frozen=True)
class GrooveWear(RandomDegradation):
    """Distortion that grows with the curvature of the groove."""

    name: ClassVar[str] = "groove_wear"
    distortion_db: float = param(
        -24.0, -60.0, -6.0, unit="dB", label="Distortion", description="Its energy to the music's."
    )
    worn_from: float = param(
        0.3, 0.0, 0.9, label="Worn from", description="Of the sharpest bends; below it all is well."
    )
    rasp: float = param(
        0.4, 0.0, 1.0, label="Rasp", description="Share of the distortion that is noise."
    )

    @override
    def apply(self, clean: Audio) -> Audio:
        if clean.n_samples < 2:
            return Audio(clean.samples.copy(), clean.sample_rate)
        swing = velocity(clean.samples, clean.sample_rate)
        wear = self._wear(swing, clean.sample_rate)
        ground = -wear / (1.0 + wear) * swing
        rasp = wear * self._noise(swing, self.rng())
        level = [float(np.mean(np.square(each))) for each in (ground, rasp)]
        if level[1] > 0.0:
            rasp *= np.sqrt(self.rasp * level[0] / level[1])
        worn = np.sqrt(1.0 - self.rasp) * ground + rasp
        samples = added_at(clean.samples, worn, self.distortion_db)
        return Audio(samples, clean.sample_rate)

    def _wear(self, swing: Real, sample_rate: int) -> Real:
        """How far the groove is gone at each moment, the same on all channels: (time)."""
        from scipy.ndimage import uniform_filter1d

        bend = np.abs(np.gradient(swing, axis=1)).max(axis=0)
        reach = max(1, round(_REACH_S * FINER * sample_rate))
        bend = uniform_filter1d(bend, reach)
        sharp = float(np.percentile(bend, _SHARPEST))
        if sharp <= 0.0:
            return np.zeros(len(bend))
        wear: Real = np.square(np.maximum(bend / sharp - self.worn_from, 0.0))
        return wear

    @staticmethod
    def _noise(swing: Real, rng: Rng) -> Real:
        noise = rng.standard_normal(swing.shape[1] + 1)
        return np.asarray(noise[1:] - 0.9 * noise[:-1])
