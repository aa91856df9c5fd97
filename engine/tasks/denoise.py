"""Denoise: groove noise and hiss taken down, by what is known of the noise or by networks.

`spectral` weighs every bin by the noise's spectrum. `light`, `two-stage`, `dcunet`, `cnn` and
`cqt-net` are networks that have learnt what music is, each from a model of the catalogue.
"""

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from typing_extensions import override

from engine.audio import Audio, MemoryRecording, Recording
from engine.audio_file import shown
from engine.errors import SettingsError
from engine.noise_file import NoiseProfile, load_profile
from engine.params import param
from engine.progress import Progress, ignore
from engine.region import Region
from engine.tasks.base import Restored
from engine.tasks.model_task import ModelTask
from engine.units import db_to_amplitude

SPECTRAL = "spectral"
NETWORK_METHODS = ("light", "two-stage", "dcunet", "cnn", "cqt-net")
BY_NOISE = (SPECTRAL,)
"""Methods that are told what the noise is."""


@dataclass(frozen=True)
class Denoise(ModelTask):
    """Takes groove noise and hiss down and leaves the music, by its spectrum or by a network."""

    name: ClassVar[str] = "denoise"
    title: ClassVar[str] = "Denoise"
    context_s: ClassVar[float] = 2.0
    feather_s: ClassVar[float] = 0.02
    segment_s: ClassVar[float | None] = 30.0
    restorer_methods: ClassVar[tuple[str, ...]] = NETWORK_METHODS
    model_methods: ClassVar[tuple[str, ...]] = NETWORK_METHODS
    method: str = param(
        SPECTRAL,
        choices=(SPECTRAL, *NETWORK_METHODS),
        label="Method",
        description="How noise and music are told apart: by the spectrum of the noise, or by a "
        "network that knows music.",
    )
    noise: Region | None = param(
        None,
        label="Noise",
        description="A stretch with nothing but groove noise; without one it is estimated.",
        when={"method": BY_NOISE},
    )
    profile: Path | None = param(
        None,
        label="Noise profile",
        description="A kept profile of the noise, used in place of a stretch of this recording.",
        when={"method": BY_NOISE},
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
        when={"method": (SPECTRAL,)},
    )
    powers: tuple[NDArray[np.float32], ...] | None = field(default=None, repr=False, compare=False)
    """What `fit` has learnt: power of the noise in each bin, on each grid of spectral_gain."""
    learnt: NoiseProfile | None = field(default=None, repr=False, compare=False)
    """What `fit` took them from, unless it has estimated them."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.noise is not None and self.profile is not None:
            raise SettingsError(
                f"noise = {self.noise} and profile = {shown(self.profile)} both say what the noise "
                "is; give one of them"
            )

    @override
    def fit(self, recording: Recording, progress: Progress = ignore) -> Self:
        """Measure the noise in its region, read its profile, or estimate it from all there is.

        Raises:
            SettingsError: the noise region lies outside the recording or is too short, or the
                profile is none.
            StorageError: the profile cannot be read.
        """
        if self.method != SPECTRAL:
            return super().fit(recording, progress)
        from engine.dsp.learnt_noise import learn_profile, powers_for
        from engine.dsp.noise_profile import estimate_noise
        from engine.dsp.spectral_gain import grids

        progress(0.0, "learning the noise")
        if self.profile is not None:
            learnt = load_profile(self.profile)
        elif self.noise is not None:
            learnt = learn_profile(recording, self.noise)
        else:
            wanted = grids(recording.sample_rate)
            return replace(self, powers=estimate_noise(recording, wanted, progress))
        powers = powers_for(learnt, recording.sample_rate, recording.n_channels)
        return replace(self, powers=powers, learnt=learnt)

    @override
    def notes(self) -> tuple[str, ...]:
        if self.method != SPECTRAL:
            return super().notes()
        if self.profile is None or self.learnt is None:
            return ()
        return (f"noise profile {shown(self.profile)}, SHA-256 {self.learnt.sha256}",)

    @override
    def noise_profile(self) -> NoiseProfile | None:
        return self.learnt

    def apply(self, degraded: Audio, inner: slice, progress: Progress = ignore) -> Restored:
        """Scale every bin by the gain its power and the noise profile call for, or run a network.

        Raises:
            ModelError: the method's model was not handed over.
        """
        from engine.dsp.spectral_gain import reduce_noise

        progress(0.0)
        if self.method != SPECTRAL:
            return self.restored_by_network(degraded, inner, self.reduction_db, progress)
        fitted = self if self.powers is not None else self.fit(MemoryRecording(degraded))
        assert fitted.powers is not None
        if self.reduction_db == 0.0:
            return Restored(degraded)
        louder = np.float32(10 ** (self.sensitivity_db / 10))
        noises = [power * louder for power in fitted.powers]
        samples = reduce_noise(degraded, noises, db_to_amplitude(-self.reduction_db), progress)
        return Restored(Audio(samples, degraded.sample_rate))
