"""Dehum: mains hum and its harmonics taken off as they are, the mains frequency followed."""

from dataclasses import dataclass, field, replace
from typing import ClassVar, Self

import numpy as np

from engine.audio import Audio, MemoryRecording, Recording
from engine.dsp.hum_profile import Hum
from engine.errors import SettingsError
from engine.params import param
from engine.progress import Progress, ignore
from engine.tasks.base import LocalTask, Restored
from engine.units import db_to_amplitude

_LOWEST_HZ = 40.0


@dataclass(frozen=True)
class Dehum(LocalTask):
    """Subtracts an estimate of the hum; a recording without hum keeps its bits.

    The estimate rests on some twenty seconds around every sample, so that notes near a harmonic
    stay. Nothing is filtered: there is no delay, and no ringing.
    """

    name: ClassVar[str] = "dehum"
    title: ClassVar[str] = "Dehum"
    context_s: ClassVar[float] = 12.0
    feather_s: ClassVar[float] = 0.05
    segment_s: ClassVar[float | None] = 30.0
    mains_hz: float = param(
        0.0,
        0.0,
        70.0,
        unit="Hz",
        label="Mains frequency",
        description="Of the hum as it is in the recording, 40 to 70 Hz and right to 1 Hz; "
        "0 measures it.",
    )
    harmonics: int = param(
        0,
        0,
        40,
        label="Harmonics",
        description="How many are taken out, from the mains frequency up; 0 takes those that are "
        "there.",
    )
    reduction_db: float = param(
        80.0,
        0.0,
        80.0,
        unit="dB",
        label="Reduction",
        description="How far the hum is taken down; 0 leaves the recording as it is.",
    )
    hum: Hum | None = field(default=None, repr=False, compare=False)
    """What `fit` has learnt of it."""

    def fit(self, recording: Recording, progress: Progress = ignore) -> Self:
        """Measure frequency and harmonics of the hum, if there is any.

        Raises:
            SettingsError: the mains frequency is out of range, or the recording is too short for
                the hum that is to be taken out.
        """
        from engine.dsp.hum import LEAST_S, find_hum

        progress(0.0, "looking for hum")
        if 0.0 < self.mains_hz < _LOWEST_HZ:
            raise SettingsError(
                f"mains_hz = {self.mains_hz:g} is outside {_LOWEST_HZ:g} .. 70 Hz; 0 measures it"
            )
        if recording.n_samples < LEAST_S * recording.sample_rate:
            if self.mains_hz and self.harmonics:
                length_s = recording.n_samples / recording.sample_rate
                raise SettingsError(
                    f"the recording is {length_s:.1f} s long, and hum can be told from music only "
                    f"in {LEAST_S:g} s or more; choose a longer one"
                )
            return replace(self, hum=Hum(0.0))
        return replace(self, hum=find_hum(recording, self.mains_hz, self.harmonics, progress))

    def apply(self, degraded: Audio, inner: slice, progress: Progress = ignore) -> Restored:
        """Subtract the hum estimated from the samples and their context."""
        from engine.dsp.hum import estimate_hum

        progress(0.0, "taking out hum")
        hum = self.hum
        if hum is None:
            hum = self.fit(MemoryRecording(degraded)).hum
        if hum is None or not hum.present or self.reduction_db == 0.0:
            return Restored(degraded)
        share = np.float32(1.0 - db_to_amplitude(-self.reduction_db))
        samples = degraded.samples - share * estimate_hum(degraded, hum, progress)
        return Restored(Audio(samples, degraded.sample_rate))
