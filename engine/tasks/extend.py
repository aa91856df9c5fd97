"""Extend: treble that the record or its transfer has lost, made up by models of music that has it.

`envelope` sends the recording through a network that foretells the levels above the cutoff; where
that is not told, the mean spectrum tells it. `guided` asks a prior for what lies there, `blind`
finds the low-pass along the way as well. `waveform` is a network that has learnt to fill the top in
on samples; its critic, where there is one, can correct that. What lies below the cutoff stays, and
so does all above the model's highest frequency.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np
from typing_extensions import override

from engine.audio import Audio, Recording
from engine.catalog import Catalog, Entry
from engine.equipment import Equipment
from engine.errors import ModelError, SettingsError
from engine.params import Param, param
from engine.progress import Progress, ignore, part
from engine.tasks.base import Restored
from engine.tasks.model_task import PRIOR, Gear, ModelTask, seed_param, steps_param

if TYPE_CHECKING:
    from torch import Tensor

    from engine.diffusion.blind import LowPass
    from engine.diffusion.extension import ExtendSettings
    from engine.diffusion.work import Given
    from engine.models.weights import Model

ENVELOPE, GUIDED, BLIND, WAVEFORM = "envelope", "guided", "blind", "waveform"
WAVEFORM_CRITIC = "waveform-critic"
BY_PRIOR = (GUIDED, BLIND)
_LOOKED_S = 10.0
_GUIDED_START = 0.2
"""Level to start at, in sigma_data of the prior: treble is fainter than what lies below it. From
4.0 a small prior makes up more than there was: the LSD of three piano clips from 3 kHz on changed
by +0.018 (12 steps), from 0.3 and 0.1 by -0.005 and -0.010."""
_LOOKING = 0.2
"""Share of fitting that looking for the loudest stretch takes."""


@dataclass(frozen=True, eq=False)
class Found:
    """What the recording was found to have gone through; None where nothing was looked for."""

    low_pass: "LowPass | None" = None
    cutoff_hz: float | None = None
    is_whole: bool = False


@dataclass(frozen=True)
class Extend(ModelTask):
    """Makes up the treble that is missing and keeps what is there."""

    name: ClassVar[str] = "extend"
    title: ClassVar[str] = "Extend bandwidth"
    feather_s: ClassVar[float] = 0.02
    restorer_methods: ClassVar[tuple[str, ...]] = (ENVELOPE, WAVEFORM)
    model_methods: ClassVar[tuple[str, ...]] = (ENVELOPE, GUIDED, BLIND, WAVEFORM)
    shared_models: ClassVar[Mapping[str, str]] = dict.fromkeys(BY_PRIOR, PRIOR)
    critic_methods: ClassVar[Mapping[str, str]] = {WAVEFORM: WAVEFORM_CRITIC}
    generative_methods: ClassVar[Mapping[str, str]] = dict.fromkeys(
        (ENVELOPE, GUIDED, BLIND, WAVEFORM),
        "all of the treble it adds is made up to suit what lies below it",
    )
    method: str = param(
        ENVELOPE,
        choices=(ENVELOPE, GUIDED, BLIND, WAVEFORM),
        label="Method",
        description="Envelope makes up all above the cutoff in one go, guided step by step by "
        "diffusion; blind looks for the filter meanwhile; waveform works from 2.5 to 5 kHz.",
    )
    cutoff_hz: float = param(
        0.0,
        0.0,
        20000.0,
        unit="Hz",
        label="Cutoff",
        description="Where the treble ends; what lies above is made anew; 0 finds it.",
        when={"method": (ENVELOPE, GUIDED)},
    )
    guidance: float = param(
        0.0,
        0.0,
        2.0,
        label="Guidance",
        description="How hard what is there pulls on the rest at each step; 0 puts it in place "
        "and pulls no more, in a third of the time.",
        when={"method": (GUIDED,)},
    )
    joins: str = param(
        "together",
        choices=("together", "in-turn"),
        label="Long recordings",
        description="Together samples all of it at once and averages where blocks overlap; "
        "in-turn lets each block go on from the one before, which takes longer.",
        when={"method": BY_PRIOR},
    )
    steps: int = steps_param({"method": BY_PRIOR})
    seed: int = seed_param({"method": BY_PRIOR})
    collaborative: bool = param(
        False,
        label="Collaborative",
        description="Corrects what the network makes until a second one takes it for music; "
        "takes about twenty times as long.",
        when={"method": (WAVEFORM,)},
    )
    found: Found = field(default=Found(), repr=False, compare=False)
    """What `fit` has found."""

    @override
    @classmethod
    def offered_params(cls, catalog: Catalog) -> tuple[Param, ...]:
        offered = super().offered_params(catalog)
        if WAVEFORM_CRITIC in catalog.methods(cls.name):
            return offered
        return tuple(each for each in offered if each.name != "collaborative")

    @override
    def helped(self, model: "Model", equipment: Equipment) -> tuple["Model", tuple[Entry, ...]]:
        if not self.collaborative:
            return model, ()
        from engine.models.collaborating import Collaborating
        from engine.models.weights import load_weights

        entry = equipment.catalog.find(self.name, WAVEFORM_CRITIC)
        critic = load_weights(entry.path, entry.sha256).network
        return replace(model, network=Collaborating(model.network, critic)), (entry,)

    @override
    def fit(self, recording: Recording, progress: Progress = ignore) -> Self:
        """Find the cutoff that is not told; for blind the low-pass, in the loudest stretch.

        Raises:
            SettingsError: the cutoff lies above what the model can make.
            ModelError: the model of method envelope holds another network.
        """
        measured = super().fit(recording, part(progress, 0.0, _LOOKING))
        gear = measured.gear
        if self.method in (ENVELOPE, GUIDED) and not self.cutoff_hz:
            measured = measured._ended(recording, part(progress, _LOOKING, 1.0))
        cutoff_hz = self.cutoff_hz or measured.found.cutoff_hz or 0.0
        if self.method == ENVELOPE and cutoff_hz and gear is not None:
            return measured._told(cutoff_hz, gear)
        if gear is None or gear.prior is None:
            return measured
        highest_hz = 0.5 * gear.prior.sample_rate
        if self.method == GUIDED and cutoff_hz >= highest_hz:
            raise SettingsError(
                f"cutoff_hz = {cutoff_hz:g} is not below {highest_hz:g} Hz, the highest "
                f"frequency that the model {gear.entry.name} makes"
            )
        if self.method != BLIND:
            return measured
        loudest = _loudest(recording)
        return replace(measured, found=measured._find(loudest, part(progress, _LOOKING, 1.0)))

    @override
    def notes(self) -> tuple[str, ...]:
        cutoff_hz, how = self.found.cutoff_hz, ""
        if self.found.low_pass is not None:
            cutoff_hz, how = self.found.low_pass.cutoff_hz, " (6 dB down)"
        if cutoff_hz is None:
            return super().notes()
        if self.found.is_whole:
            return (*super().notes(), "no low-pass was found; the treble is left as it is")
        return (*super().notes(), f"the treble was found to end at {cutoff_hz:.0f} Hz{how}")

    def apply(self, degraded: Audio, inner: slice, progress: Progress = ignore) -> Restored:
        """Make up treble.

        Raises:
            ModelError: the method's model was not handed over.
        """
        if self.found.is_whole:
            return Restored(degraded)
        if self.method in self.restorer_methods:
            return self.restored_by_network(degraded, inner, np.inf, progress)
        from engine.diffusion.extension import extend

        def solve(given: "Given") -> "Tensor":
            settings = self._settings(given.batch)
            to = (given.draw, given.on_step, given.progress)
            return extend(given.prior, given.samples, settings, *to).samples

        return Restored(self.restored_by_prior(degraded, inner, solve, self.seed, progress))

    def _ended(self, recording: Recording, progress: Progress) -> Self:
        """Itself with what the mean spectrum tells of a low-pass; nothing where all is silent."""
        from engine.dsp.treble_end import find_treble_end

        end = find_treble_end(recording, progress)
        if end is None:
            return self
        return replace(self, found=Found(cutoff_hz=end.cutoff_hz, is_whole=not end.is_filtered))

    def _told(self, cutoff_hz: float, gear: Gear) -> Self:
        """Itself with a network that knows the cutoff."""
        from engine.models.restorer import Restorer
        from engine.models.treble import Treble
        from engine.models.weights import load_weights

        model = load_weights(gear.entry.path, gear.entry.sha256)
        if not isinstance(model.network, Treble):
            raise ModelError(
                f"method {ENVELOPE} works with a network treble, and not with a "
                f"{model.network.name}; import another model"
            )
        told = model.network.told(cutoff_hz / model.card.sample_rate)
        restorer = Restorer(replace(model, network=told), gear.runner.device)
        return replace(self, gear=replace(gear, runner=restorer, restorer=restorer))

    def _find(self, loudest: Audio, progress: Progress) -> Found:
        """The low-pass of a stretch, unless that is silent."""
        from engine.diffusion.extension import find_low_pass

        found: list[LowPass] = []

        def solve(given: "Given") -> "Tensor":
            settings = self._settings(given.batch)
            low_pass = find_low_pass(
                given.prior, given.samples, settings, given.draw, progress=given.progress
            )
            found.append(low_pass)
            return given.samples

        if loudest.samples.any():
            whole = slice(0, loudest.n_samples)
            assert self.gear is not None
            assert self.gear.prior is not None
            self.gear.prior.restore(
                loudest, whole, solve, self.seed, progress, measured=self.gear.measured
            )
        return Found(found[-1] if found else None)

    def _settings(self, batch: int) -> "ExtendSettings":
        from engine.diffusion.extension import ExtendSettings
        from engine.diffusion.sampling import Sampling

        return ExtendSettings(
            method=self.method,
            start=_GUIDED_START if self.method == GUIDED else ExtendSettings.start,
            sampling=Sampling(n_steps=self.steps, batch=batch, joins=self.joins.replace("-", " ")),
            cutoff_hz=self.cutoff_hz or self.found.cutoff_hz or ExtendSettings.cutoff_hz,
            xi=self.guidance,
            low_pass=self.found.low_pass,
        )


def _loudest(recording: Recording) -> Audio:
    """The loudest stretch of some seconds."""
    length = round(_LOOKED_S * recording.sample_rate)
    starts = range(0, max(1, recording.n_samples - length // 2), length)
    powers = [
        float(np.square(recording.read(at, min(at + length, recording.n_samples)).samples).sum())
        for at in starts
    ]
    start = starts[int(np.argmax(powers))]
    return recording.read(start, min(start + length, recording.n_samples))
