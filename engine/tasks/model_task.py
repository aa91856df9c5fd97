"""ModelTask: a local task some of whose methods work with a model from the catalogue.

The model is loaded once, when the job hands over its equipment, and what must be the same for all
pieces of a recording is measured once, by `fit`. A method either sends the recording through a
network that restores, or asks a prior for what the recording may have been.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Protocol, Self

from typing_extensions import override

from engine.audio import Audio, Recording
from engine.catalog import Entry
from engine.equipment import Equipment, Preview
from engine.errors import ModelError
from engine.model_used import ModelUsed
from engine.params import param
from engine.progress import Progress, ignore
from engine.tasks.base import LocalTask, Reach, Restored
from engine.units import db_to_amplitude

if TYPE_CHECKING:
    from engine.diffusion.work import PriorAtWork, Solve
    from engine.models.adapt import Measured
    from engine.models.restorer import Restorer
    from engine.models.weights import Model

PRIOR = "diffusion"
"""What the catalogue calls a model that all methods of asking a prior share."""
PIECE_S = 60.0
PRIOR_PIECE_S = 240.0
"""What a prior is asked about at once; 600 s of stereo took 2.7 GB."""
PRIOR_JOIN_S = 0.25


def steps_param(when: Mapping[str, tuple[str, ...]]) -> Any:
    """The setting of how many steps a sampler takes."""
    return param(
        25,
        1,
        200,
        label="Steps",
        description="Noise levels that the sampler goes down; more take longer.",
        when=when,
    )


def seed_param(when: Mapping[str, tuple[str, ...]]) -> Any:
    """The setting of what a sampler draws."""
    return param(
        0,
        0,
        2**31 - 1,
        label="Seed",
        description="Where random numbers start from; another one gives another take.",
        when=when,
    )


class Runner(Protocol):
    """What runs a model: it tells where, and what did not go as planned."""

    device: str

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences for the user."""


@dataclass(frozen=True, eq=False)
class Gear:
    """A model at work for one operation."""

    entry: Entry
    runner: Runner
    preview: Preview
    reach: Reach
    restorer: "Restorer | None" = None
    prior: "PriorAtWork | None" = None
    measured: "Measured | None" = None
    helpers: tuple[Entry, ...] = ()


@dataclass(frozen=True)
class ModelTask(LocalTask):
    """Base of tasks with methods of which some work with a model."""

    gear: Gear | None = field(default=None, repr=False, compare=False, kw_only=True)

    @property
    def chosen(self) -> str:
        """The method, which every such task has as a setting."""
        return str(self.to_mapping()["method"])

    @override
    def equip(self, equipment: Equipment) -> Self:
        if self.chosen not in self.model_methods:
            return self
        from engine.models.weights import load_weights

        entry = equipment.catalog.find(
            self.name, self.model_method(self.chosen), called=self.chosen
        )
        model = load_weights(entry.path, entry.sha256)
        if self.chosen in self.restorer_methods:
            from engine.models.adapt import MARGIN_S
            from engine.models.restorer import Restorer

            model, helpers = self.helped(model, equipment)
            restorer = Restorer(model, equipment.device)
            context_s = model.card.context_s + MARGIN_S
            reach = Reach(context_s, self.feather_s, PIECE_S, model.network.join_s)
            gear = Gear(
                entry, restorer, equipment.preview, reach, restorer=restorer, helpers=helpers
            )
            return replace(self, gear=gear)
        from engine.diffusion.work import PriorAtWork

        prior = PriorAtWork(model, equipment.device)
        piece_s = None if self.needs_region else PRIOR_PIECE_S
        reach = Reach(prior.context_s, self.feather_s, piece_s, PRIOR_JOIN_S)
        gear = Gear(entry, prior, equipment.preview, reach, prior=prior)
        return replace(self, gear=gear)

    def helped(self, model: "Model", equipment: Equipment) -> tuple["Model", tuple[Entry, ...]]:
        """A model that restores, with those that help it; by default none does.

        Raises:
            ModelError: one that should help is missing, or cannot.
        """
        return model, ()

    @override
    def fit(self, recording: Recording, progress: Progress = ignore) -> Self:
        if self.gear is None:
            return self
        from engine.models.adapt import measure

        return replace(self, gear=replace(self.gear, measured=measure(recording, progress)))

    @override
    def notes(self) -> tuple[str, ...]:
        return () if self.gear is None else self.gear.runner.notes

    @override
    def models_used(self) -> tuple[ModelUsed, ...]:
        if self.gear is None:
            return ()
        device = self.gear.runner.device
        return tuple(
            ModelUsed(each.name, each.version, each.sha256, each.licence, device)
            for each in (self.gear.entry, *self.gear.helpers)
        )

    @override
    def reach(self) -> Reach:
        return super().reach() if self.gear is None else self.gear.reach

    def restored_by_network(
        self, degraded: Audio, inner: slice, reduction_db: float, progress: Progress
    ) -> Restored:
        """What the network makes of it, with what it takes out let back in at `-reduction_db`.

        Raises:
            ModelError: no model was handed over.
            DeviceError: memory ran out everywhere.
        """
        gear = self._geared()
        assert gear.restorer is not None
        made = gear.restorer.restore(degraded, inner, progress, gear.preview, gear.measured)
        return Restored(mixed(degraded, made, reduction_db))

    def restored_by_prior(
        self,
        degraded: Audio,
        inner: slice,
        solve: "Solve",
        seed: int,
        progress: Progress,
        *,
        mid_side: bool = True,
    ) -> Audio:
        """What a solver makes of it with the prior.

        Raises:
            ModelError: no model was handed over.
            DeviceError: memory ran out everywhere.
        """
        gear = self._geared()
        assert gear.prior is not None
        return gear.prior.restore(
            degraded, inner, solve, seed, progress, gear.preview, gear.measured, mid_side
        )

    def _geared(self) -> Gear:
        if self.gear is None:
            raise ModelError(f"{self.name} by method {self.chosen} was run without its model")
        return self.gear


def mixed(degraded: Audio, made: Audio, reduction_db: float) -> Audio:
    """What was made, with what was taken out let back in at `-reduction_db`."""
    change = made.samples - degraded.samples
    change *= 1.0 - db_to_amplitude(-reduction_db)
    return Audio(degraded.samples + change, degraded.sample_rate)
