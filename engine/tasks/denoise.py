"""Denoise: groove noise and hiss taken down, bin by bin, by what is known of the noise."""

from dataclasses import dataclass, field, replace
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from engine.audio import Audio, MemoryRecording, Recording
from engine.errors import SettingsError
from engine.params import param
from engine.progress import Progress, ignore
from engine.region import Region
from engine.tasks.base import LocalTask, Restored
from engine.units import db_to_amplitude


@dataclass(frozen=True)
class Denoise(LocalTask):
    """Takes steady noise down by its own spectrum; the same gain on every channel."""

    name: ClassVar[str] = "denoise"
    title: ClassVar[str] = "Denoise"
    context_s: ClassVar[float] = 2.0
    feather_s: ClassVar[float] = 0.02
    segment_s: ClassVar[float | None] = 30.0
    method: str = param(
        "spectral",
        choices=("spectral",),
        label="Method",
        description="How noise and music are told apart: by their short-time spectra.",
    )
    noise: Region | None = param(
        None,
        label="Noise",
        description="A stretch with nothing but groove noise; without one it is estimated.",
    )
    reduction_db: float = param(
        30.0,
        0.0,
        60.0,
        unit="dB",
        label="Reduction",
        description="How far the noise may be taken down; 0 leaves the recording as it is.",
    )
    sensitivity_db: float = param(
        0.0,
        -12.0,
        12.0,
        unit="dB",
        label="Sensitivity",
        description="Takes the noise to be this much louder; more of it goes, and faint music too.",
    )
    profile: tuple[NDArray[np.float32], ...] | None = field(default=None, repr=False, compare=False)
    """What `fit` has learnt: power of the noise in each bin, on each grid of spectral_gain."""

    def fit(self, recording: Recording, progress: Progress = ignore) -> Self:
        """Measure the noise in its region, or estimate it from the whole recording.

        Raises:
            SettingsError: the noise region lies outside the recording or is too short.
        """
        from engine.dsp.noise_profile import LEAST_S, estimate_noise, measure_noise
        from engine.dsp.spectral_gain import grids

        progress(0.0, "learning the noise")
        wanted = grids(recording.sample_rate)
        if self.noise is None:
            return replace(self, profile=estimate_noise(recording, wanted, progress))
        span = self.noise.to_samples(recording.sample_rate, recording.n_samples)
        length_s = (span.stop - span.start) / recording.sample_rate
        if length_s < LEAST_S:
            raise SettingsError(
                f"noise = {self.noise} holds {1000 * length_s:.0f} ms of the recording; "
                f"mark at least {1000 * LEAST_S:.0f} ms of nothing but noise"
            )
        marked = recording.read(span.start, span.stop)
        return replace(self, profile=tuple(measure_noise(marked, grid) for grid in wanted))

    def apply(self, degraded: Audio, inner: slice, progress: Progress = ignore) -> Restored:
        """Scale every bin by the gain its power and the noise profile call for."""
        from engine.dsp.spectral_gain import reduce_noise

        progress(0.0)
        fitted = self if self.profile is not None else self.fit(MemoryRecording(degraded))
        assert fitted.profile is not None
        if self.reduction_db == 0.0:
            return Restored(degraded)
        louder = np.float32(10 ** (self.sensitivity_db / 10))
        noises = [power * louder for power in fitted.profile]
        samples = reduce_noise(degraded, noises, db_to_amplitude(-self.reduction_db), progress)
        return Restored(Audio(samples, degraded.sample_rate))
