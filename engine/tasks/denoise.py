"""Denoise: groove noise and hiss taken down, by what is known of the noise or by networks.

`spectral` weighs every bin by the noise's spectrum, `informed` is a network that is told that
spectrum or finds it out, and `auto` the one or the other. `light`, `two-stage`, `dcunet`, `cnn` and
`cqt-net` are networks that have learnt what music is, each from a model of the catalogue.
`diffusion-78` asks a prior of clean recordings what this one may have been.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from typing_extensions import override

from engine.audio import Audio, MemoryRecording, Recording
from engine.audio_file import open_audio, shown
from engine.errors import SettingsError
from engine.noise_file import NoiseProfile, load_profile
from engine.params import param
from engine.progress import Progress, ignore, part
from engine.region import Region
from engine.tasks.base import Restored
from engine.tasks.model_task import PRIOR, ModelTask, mixed, seed_param, steps_param
from engine.units import db_to_amplitude

if TYPE_CHECKING:
    from torch import Tensor

    from engine.diffusion.noise_bank import NoiseBank
    from engine.dsp.noise_course import NoiseCourse
    from engine.equipment import Equipment

SPECTRAL = "spectral"
INFORMED = "informed"
NETWORK_METHODS = (INFORMED, "light", "two-stage", "dcunet", "cnn", "cqt-net")
DIFFUSION = "diffusion-78"
AUTO = "auto"
BY_NOISE = (SPECTRAL, AUTO, INFORMED, DIFFUSION)
"""Methods that are told what the noise is."""

_BANK_S = 60.0
"""Longest stretch of a file of noise that is taken."""
MODES = ("faithful", "spectrum", "gain", "snr", "estimated-gain", "estimated-snr")
BANK_MODES = MODES[2:]
"""Modes that mix noise in."""


@dataclass(frozen=True, eq=False)
class Known:
    """What is known of the noise besides: for diffusion its spectrum, or how it sounds.

    course: how it changes through the side, where it was found at both ends.
    """

    psd: "Tensor | None" = None
    bank: "NoiseBank | None" = None
    course: "NoiseCourse | None" = None


@dataclass(frozen=True)
class Denoise(ModelTask):
    """Takes groove noise and hiss down and leaves the music, by its spectrum or by a network."""

    name: ClassVar[str] = "denoise"
    title: ClassVar[str] = "Denoise"
    context_s: ClassVar[float] = 2.0
    feather_s: ClassVar[float] = 0.02
    segment_s: ClassVar[float | None] = 30.0
    restorer_methods: ClassVar[tuple[str, ...]] = NETWORK_METHODS
    model_methods: ClassVar[tuple[str, ...]] = (*NETWORK_METHODS, DIFFUSION)
    shared_models: ClassVar[Mapping[str, str]] = {DIFFUSION: PRIOR, AUTO: INFORMED}
    generative_methods: ClassVar[Mapping[str, str]] = {
        DIFFUSION: "where the noise covers the music, likely music is put in its place"
    }
    method: str = param(
        SPECTRAL,
        choices=(SPECTRAL, AUTO, *NETWORK_METHODS, DIFFUSION),
        label="Method",
        description="How noise and music are told apart: by the spectrum of the noise, by a "
        "network that knows music, or step by step by diffusion; auto takes spectral where the "
        "noise is marked or found, else informed.",
    )
    mode: str = param(
        "faithful",
        choices=MODES,
        label="Mode",
        description="Faithful gives the mean of what the recording may have been; the others give "
        "one that sounds whole: from the noise's spectrum, or from noise itself that is mixed in "
        "at a gain or a signal-to-noise ratio, given or estimated.",
        when={"method": (DIFFUSION,)},
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
        when={"method": (SPECTRAL, AUTO)},
    )
    bank: Path | None = param(
        None,
        label="Noise bank",
        description="A file of noise alone, or a folder of them, unless a stretch is marked.",
        when={"mode": BANK_MODES},
    )
    noise_dbfs: float = param(
        -40.0,
        -90.0,
        0.0,
        unit="dBFS",
        label="Noise level",
        description="Root mean square of the noise.",
        when={"mode": ("gain",)},
    )
    snr_low_db: float = param(
        5.0,
        -20.0,
        80.0,
        unit="dB",
        label="Lowest SNR",
        description="Signal-to-noise ratio where the music is faint.",
        when={"mode": ("snr",)},
    )
    snr_high_db: float = param(
        25.0,
        -20.0,
        80.0,
        unit="dB",
        label="Highest SNR",
        description="Signal-to-noise ratio where the music is loud.",
        when={"mode": ("snr",)},
    )
    guidance: float = param(
        0.0,
        0.0,
        10.0,
        label="Guidance",
        description="How hard each step is drawn to what was recorded; 0 takes what the "
        "signal-to-noise ratio calls for.",
        when={"mode": BANK_MODES},
    )
    steps: int = steps_param({"mode": MODES[1:]})
    seed: int = seed_param({"mode": MODES[1:]})
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
    found: Region | None = field(default=None, repr=False, compare=False)
    """Where `fit` has found nothing but noise, as none was marked."""
    begins_s: float = field(default=0.0, repr=False, compare=False)
    """Where what `apply` is given begins."""
    is_decided: bool = field(default=False, repr=False, compare=False)
    """Whether the method was auto until `fit` knew the noise."""
    known: Known = field(default=Known(), repr=False, compare=False)
    """What `fit` has learnt besides."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.noise is not None and self.profile is not None:
            raise SettingsError(
                f"noise = {self.noise} and profile = {shown(self.profile)} both say what the noise "
                "is; give one of them"
            )
        if self.snr_low_db > self.snr_high_db:
            raise SettingsError(
                f"snr_low_db = {self.snr_low_db:g} is above snr_high_db = {self.snr_high_db:g}; "
                "the lowest ratio comes first"
            )

    @override
    def equip(self, equipment: "Equipment") -> Self:
        is_told = self.noise is not None or self.profile is not None
        if self.method != AUTO:
            return super().equip(equipment)
        if is_told or INFORMED not in equipment.catalog.methods(self.name):
            return self
        return replace(self, gear=replace(self, method=INFORMED).equip(equipment).gear)

    @override
    def fit(self, recording: Recording, progress: Progress = ignore) -> Self:
        """Measure the noise in its region, read its profile, or estimate it from all there is.

        Raises:
            SettingsError: the noise region lies outside the recording or is too short, or the
                profile is none.
            StorageError: the profile cannot be read.
        """
        if self.method == AUTO:
            return self._fit_decided(recording, progress)
        if self.method == DIFFUSION and self.gear is not None:
            return self._fit_diffusion(super().fit(recording, progress), recording)
        if self.method == INFORMED and self.gear is not None:
            return self._fit_informed(recording, progress)
        if self.method != SPECTRAL:
            return super().fit(recording, progress)
        from engine.dsp.learnt_noise import learn_profile, powers_for
        from engine.dsp.noise_profile import estimate_noise
        from engine.dsp.spectral_gain import grids

        progress(0.0, "learning the noise")
        fitted = self
        if not self.is_decided:
            fitted = self._with_noise_found(recording, part(progress, 0.0, 0.5))
        stretch = fitted.noise or fitted.found
        if self.profile is not None:
            learnt = load_profile(self.profile)
        elif stretch is not None:
            learnt = learn_profile(recording, stretch)
        else:
            wanted = grids(recording.sample_rate)
            powers = estimate_noise(recording, wanted, part(progress, 0.5, 1.0))
            return replace(self, powers=powers)
        powers = powers_for(learnt, recording.sample_rate, recording.n_channels)
        return replace(fitted, powers=powers, learnt=learnt)

    def _with_noise_found(self, recording: Recording, progress: Progress) -> Self:
        """Itself, told a stretch that is noise alone, unless one is marked, and its course."""
        if self.profile is not None:
            return self
        from engine.dsp.noise_course import search_noise

        found, course = search_noise(recording, self.noise, progress)
        return replace(self, found=found, known=Known(course=course))

    def _fit_decided(self, recording: Recording, progress: Progress) -> Self:
        """By the spectrum of the noise where that is known, else by the network if there is one.

        On real sides the spectral method leaves the music more as it was, told the same noise.
        """
        decided = replace(self, is_decided=True)
        searched = decided._with_noise_found(recording, part(progress, 0.0, 0.3))
        is_known = searched.noise or searched.profile or searched.found
        method = SPECTRAL if is_known or self.gear is None else INFORMED
        gear = self.gear if method == INFORMED else None
        return replace(searched, method=method, gear=gear).fit(recording, part(progress, 0.3, 1.0))

    @override
    def notes(self) -> tuple[str, ...]:
        told = self._notes()
        return (f"auto has taken the method {self.method}", *told) if self.is_decided else told

    def _notes(self) -> tuple[str, ...]:
        told = super().notes()
        if self.found is not None:
            start_s, stop_s = self.found.start_s, self.found.stop_s
            learnt = f"the noise was learnt from {start_s:.2f} to {stop_s:.2f} s, found by itself"
            told = (*told, learnt)
        if self.known.course is not None:
            most_db = self.known.course.largest_db
            course = f"the noise changes by up to {most_db:.1f} dB through the side, as was found"
            told = (*told, course)
        if self.method == SPECTRAL and self.profile is not None and self.learnt is not None:
            profile = f"noise profile {shown(self.profile)}, SHA-256 {self.learnt.sha256}"
            told = (*told, profile)
        return told

    @override
    def noise_profile(self) -> NoiseProfile | None:
        return self.learnt

    @override
    def at(self, start_s: float) -> Self:
        return self if self.known.course is None else replace(self, begins_s=start_s)

    def apply(self, degraded: Audio, inner: slice, progress: Progress = ignore) -> Restored:
        """Scale every bin by the gain its power and the noise profile call for, or run a network.

        Raises:
            ModelError: the method's model was not handed over.
        """
        from engine.dsp.spectral_gain import reduce_noise

        progress(0.0)
        if self.method == DIFFUSION:
            return self._restored_by_diffusion(degraded, inner, progress)
        if self.method == AUTO:
            return self.fit(MemoryRecording(degraded)).apply(degraded, inner, progress)
        if self.method != SPECTRAL:
            self._follow(degraded)
            return self.restored_by_network(degraded, inner, self.reduction_db, progress)
        fitted = self if self.powers is not None else self.fit(MemoryRecording(degraded))
        assert fitted.powers is not None
        if self.reduction_db == 0.0:
            return Restored(degraded)
        louder = np.float32(10 ** (self.sensitivity_db / 10))
        noises = [power * louder for power in fitted.powers]
        if fitted.known.course is not None:
            noises = fitted.known.course.over(noises, degraded, self.begins_s)
        samples = reduce_noise(degraded, noises, db_to_amplitude(-self.reduction_db), progress)
        return Restored(Audio(samples, degraded.sample_rate))

    def _follow(self, degraded: Audio) -> None:
        """Have the network told the noise as it is in the middle of a piece."""
        course, gear = self.known.course, self.gear
        if gear is not None and gear.restorer is not None:
            middle_s = self.begins_s + 0.5 * degraded.n_samples / degraded.sample_rate
            gear.restorer.follow(None if course is None else partial(course.change_at, middle_s))

    def _fit_informed(self, recording: Recording, progress: Progress) -> Self:
        """Have the network told the noise, from its region or from all there is."""
        from engine.dsp.learnt_noise import learn_profile, noise_span

        fitted = super().fit(recording, part(progress, 0.0, 0.2))
        if not self.is_decided:
            fitted = fitted._with_noise_found(recording, part(progress, 0.2, 0.4))
        gear = fitted.gear
        assert gear is not None
        assert gear.restorer is not None
        assert gear.measured is not None
        stretch = fitted.noise or fitted.found
        marked = None if stretch is None else noise_span(recording, stretch)
        learning = part(progress, 0.4, 1.0)
        gear.restorer.learn_noise(recording, gear.measured, marked, learning)
        if stretch is None:
            return fitted
        return replace(fitted, learnt=learn_profile(recording, stretch))

    def _fit_diffusion(self, measured: Self, recording: Recording) -> Self:
        """What is known of the noise, brought to the rate and level of the prior."""
        gear = measured.gear
        assert gear is not None
        assert gear.prior is not None
        rate = gear.prior.sample_rate
        if self.mode in BANK_MODES:
            return replace(measured, known=Known(bank=self._bank(recording, rate)))
        if self.noise is None:
            return measured
        from engine.diffusion.noise_estimate import measure_psd

        span = self.noise.to_samples(recording.sample_rate, recording.n_samples)
        marked = recording.read(span.start, span.stop)
        psd = measure_psd(gear.prior.signals(marked, gear.measured), rate)
        return replace(measured, known=Known(psd=psd))

    def _bank(self, recording: Recording, sample_rate: int) -> "NoiseBank":
        from engine.diffusion.noise_bank import NoiseBank

        if self.noise is not None:
            return NoiseBank.from_region(recording, self.noise, sample_rate)
        if self.bank is None:
            raise SettingsError(
                f"mode {self.mode} mixes noise in and has none; mark a stretch with nothing but "
                "noise, give a bank, or take mode spectrum"
            )
        if self.bank.is_dir():
            return NoiseBank.from_folder(self.bank, sample_rate)
        with open_audio(self.bank) as file:
            longest = min(file.n_samples, round(_BANK_S * file.sample_rate))
            return NoiseBank.of([file.read(0, longest)], sample_rate)

    def _restored_by_diffusion(self, degraded: Audio, inner: slice, progress: Progress) -> Restored:
        from engine.diffusion.denoising import DenoiseSettings, denoise
        from engine.diffusion.sampling import Sampling
        from engine.diffusion.work import Given

        def solve(given: Given) -> "Tensor":
            how = DenoiseSettings(
                method=self.mode,
                sampling=Sampling(n_steps=self.steps, batch=given.batch),
                psd=self.known.psd,
                gain=given.gain * db_to_amplitude(self.noise_dbfs),
                snr_db=(self.snr_low_db, self.snr_high_db),
                xi=self.guidance,
                seed=self.seed,
            )
            bank = self.known.bank
            return denoise(
                given.prior, given.samples, how, given.draw, bank, given.on_step, given.progress
            )

        # a level that was given is that of a channel, which middle and side do not have
        made = self.restored_by_prior(
            degraded, inner, solve, self.seed, progress, mid_side=self.mode != "gain"
        )
        return Restored(mixed(degraded, made, self.reduction_db))
