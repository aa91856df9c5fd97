"""Gain: a change of level, by explicit wish only."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from engine.audio import Audio
from engine.params import param
from engine.progress import Progress, ignore
from engine.tasks.base import LocalTask, Restored
from engine.units import db_to_amplitude


@dataclass(frozen=True)
class Gain(LocalTask):
    """Changes the level and nothing else; export measures and tells peaks above full scale."""

    name: ClassVar[str] = "gain"
    title: ClassVar[str] = "Gain"
    feather_s: ClassVar[float] = 0.005
    gain_db: float = param(
        0.0,
        -60.0,
        60.0,
        unit="dB",
        label="Gain",
        description="Change of level; 0 leaves it as it is.",
    )

    def apply(self, degraded: Audio, inner: slice, progress: Progress = ignore) -> Restored:
        """Multiply by the gain."""
        progress(0.0)
        factor = np.float32(db_to_amplitude(self.gain_db))
        return Restored(Audio(degraded.samples * factor, degraded.sample_rate))
