"""ModelTask: a local task some of whose methods run a network from the catalogue.

The network is loaded once, when the job hands over its equipment, and what must be the same for
all pieces of a recording is measured once, by `fit`.
"""

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, ClassVar, Self

from typing_extensions import override

from engine.audio import Audio, Recording
from engine.catalog import Entry
from engine.equipment import Equipment, Preview
from engine.errors import ModelError
from engine.model_used import ModelUsed
from engine.progress import Progress, ignore, part
from engine.tasks.base import LocalTask, Reach, Restored
from engine.units import db_to_amplitude

if TYPE_CHECKING:
    from engine.models.adapt import Measured
    from engine.models.restorer import Restorer

PIECE_S = 60.0
JOIN_S = 0.05


@dataclass(eq=False)
class Gear:
    """A network that restores, at work for one operation."""

    entry: Entry
    restorer: "Restorer"
    context_s: float
    preview: Preview
    measured: "Measured | None" = None


@dataclass(frozen=True)
class ModelTask(LocalTask):
    """Base of tasks with methods of which some work with a model."""

    restorer_methods: ClassVar[tuple[str, ...]] = ()
    """Methods that send the recording through a network once."""
    gear: Gear | None = field(default=None, repr=False, compare=False, kw_only=True)

    @property
    def chosen(self) -> str:
        """The method, which every such task has as a setting."""
        return str(self.to_mapping()["method"])

    @override
    def equip(self, equipment: Equipment) -> Self:
        if self.chosen not in self.restorer_methods:
            return self
        from engine.models.restorer import Restorer
        from engine.models.weights import load_weights

        entry = equipment.catalog.find(self.name, self.chosen)
        model = load_weights(entry.path, entry.sha256)
        restorer = Restorer(model, equipment.device)
        return replace(self, gear=Gear(entry, restorer, model.card.context_s, equipment.preview))

    @override
    def fit(self, recording: Recording, progress: Progress = ignore) -> Self:
        if self.gear is None:
            return self
        from engine.models.adapt import measure

        measured = measure(recording, part(progress, 0.0, 1.0))
        return replace(self, gear=replace(self.gear, measured=measured))

    @override
    def notes(self) -> tuple[str, ...]:
        return () if self.gear is None else self.gear.restorer.notes

    @override
    def models_used(self) -> tuple[ModelUsed, ...]:
        if self.gear is None:
            return ()
        entry = self.gear.entry
        device = self.gear.restorer.device
        return (ModelUsed(entry.name, entry.version, entry.sha256, entry.licence, device),)

    @override
    def reach(self) -> Reach:
        if self.gear is None:
            return super().reach()
        return Reach(self.gear.context_s, self.feather_s, PIECE_S, JOIN_S)

    def restored_by_network(
        self, degraded: Audio, inner: slice, reduction_db: float, progress: Progress
    ) -> Restored:
        """What the network makes of it, with what it takes out let back in at `-reduction_db`.

        Raises:
            ModelError: no model was handed over.
            DeviceError: memory ran out everywhere.
        """
        if self.gear is None:
            raise ModelError(f"{self.name} by method {self.chosen} was run without its model")
        made = self.gear.restorer.restore(
            degraded, inner, progress, self.gear.preview, self.gear.measured
        )
        change = made.samples - degraded.samples
        change *= 1.0 - db_to_amplitude(-reduction_db)
        return Restored(Audio(degraded.samples + change, degraded.sample_rate))
