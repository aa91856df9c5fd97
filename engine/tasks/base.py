"""Task: one kind of restoration, that is its params plus what it does to samples.

A LocalTask repairs samples where they are. A StageTask makes another recording, of other length or
other channels, on which all that follows is built.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Self

from typing_extensions import override

from engine.audio import Audio, Recording, Samples
from engine.catalog import Catalog
from engine.equipment import Equipment
from engine.event import Event
from engine.model_used import ModelUsed
from engine.noise_file import NoiseProfile
from engine.params import Param, Params
from engine.progress import Progress, ignore
from engine.region import Region


@dataclass(frozen=True, eq=False)
class Restored:
    """What a task made: audio shaped like the degraded, and the events it found there."""

    audio: Audio
    events: tuple[Event, ...] = ()


@dataclass(frozen=True)
class Task(Params):
    """Base of all tasks: a frozen dataclass of params; LocalTask or StageTask says what it does."""

    title: ClassVar[str]
    """What menus and forms call it."""
    takes_region: ClassVar[bool] = True
    """Whether it can work on regions; else it takes the whole recording."""
    needs_region: ClassVar[bool] = False
    """Whether it makes no sense on a whole recording."""
    model_methods: ClassVar[tuple[str, ...]] = ()
    """Choices of its setting `method` that work with a model."""
    restorer_methods: ClassVar[tuple[str, ...]] = ()
    """Those of them that send the recording through a network; the others ask a prior."""
    shared_models: ClassVar[Mapping[str, str]] = {}
    """Methods that work with a model of another name in the catalogue, and which that is."""

    critic_methods: ClassVar[Mapping[str, str]] = {}
    """Methods a critic can help, and under which method the catalogue has it."""
    generative_methods: ClassVar[Mapping[str, str]] = {}
    """Methods that make up sound which was not on the disc, and what of it they do."""

    @property
    @override
    def invents(self) -> str:
        return self.invented_by(str(self.to_mapping().get("method", "")))

    @classmethod
    def invented_by(cls, method: str) -> str:
        """A sentence on what a method makes up; empty if it makes up nothing."""
        what = cls.generative_methods.get(method)
        return f"This method invents sound that was not on the disc: {what}." if what else ""

    @classmethod
    def missing_methods(cls, catalog: Catalog) -> tuple[str, ...]:
        """The methods that cannot run for want of a model."""
        installed = catalog.methods(cls.name)
        return tuple(each for each in cls.model_methods if cls.model_method(each) not in installed)

    @classmethod
    def model_method(cls, method: str) -> str:
        """The method under which the catalogue has the model of a method."""
        return cls.shared_models.get(method, method)

    @classmethod
    def needs_model(cls) -> bool:
        """Whether it cannot run at all without one."""
        methods = {
            choice for each in cls.params() if each.name == "method" for choice in each.choices
        }
        return bool(methods) and methods <= set(cls.model_methods)

    @classmethod
    def offered_params(cls, catalog: Catalog) -> tuple[Param, ...]:
        """Its settings, `method` with those choices only that can run; may be none."""
        missing = cls.missing_methods(catalog)
        return tuple(
            _without(each, missing) if each.name == "method" else each for each in cls.params()
        )

    def suited(self, regions: Sequence[Region]) -> Self:
        """Itself with what its settings leave open decided for regions; by default nothing is open.

        What is kept with the operation is the task so decided.
        """
        return self

    def objection(self, regions: Sequence[Region], recording: Recording, catalog: Catalog) -> str:
        """Why it would be refused, or change nothing, as a sentence; empty if neither is known.

        Args:
            regions: where it is to work; none for the whole recording.
            recording: not read; its length and rate tell enough.
            catalog: the models that are installed.
        """
        return ""

    def equip(self, equipment: Equipment) -> Self:
        """Take what it needs of the models and devices; before `fit`, and by default nothing.

        Raises:
            ModelError: its method has no model, or a damaged one.
            DeviceError: the device asked for is not there.
        """
        return self

    def fit(self, recording: Recording, progress: Progress = ignore) -> Self:
        """Learn what it must know of the whole recording first; by default nothing.

        Raises:
            SettingsError: the recording lacks what the settings name.
        """
        return self

    def notes(self) -> tuple[str, ...]:
        """Sentences on what `fit` has found, kept with the operation; by default none."""
        return ()

    def models_used(self) -> tuple[ModelUsed, ...]:
        """The models it has worked with, kept with the operation; by default none."""
        return ()

    def noise_profile(self) -> NoiseProfile | None:
        """What `fit` has learnt of a noise, kept with the operation; by default nothing."""
        return None


def _without(declared: Param, missing: tuple[str, ...]) -> Param:
    choices = tuple(choice for choice in declared.choices if choice not in missing)
    default = declared.default if declared.default in choices else next(iter(choices), None)
    return replace(declared, choices=choices, default=default)


@dataclass(frozen=True)
class Reach:
    """How far a local task looks, and how its pieces are cut.

    Attributes:
        context_s: seconds it wants to see before and after the samples it restores.
        feather_s: length of the fade at each end of a region, inside of it.
        segment_s: longest piece it takes at once; None when a region must come whole.
        join_s: seconds that neighbouring pieces overlap by, and cross-fade over.
    """

    context_s: float = 0.0
    feather_s: float = 0.0
    segment_s: float | None = 60.0
    join_s: float = 0.0


@dataclass(frozen=True)
class LocalTask(Task):
    """Restores samples in place: shape, rate and all samples outside its regions stay.

    A task sees its samples with real context on both sides where the recording has any. It is
    local: what it makes of a sample depends on no more than `context_s` around it, and on what
    `fit` has learnt of the whole recording.
    """

    context_s: ClassVar[float] = 0.0
    """Seconds it wants to see before and after the samples it restores."""
    feather_s: ClassVar[float] = 0.0
    """Length of the fade at each end of a region, inside of it."""
    segment_s: ClassVar[float | None] = 60.0
    """Longest piece it takes at once; None when a region must come whole."""

    def reach(self) -> Reach:
        """How far it looks with its settings; what the class says unless a method differs."""
        return Reach(self.context_s, self.feather_s, self.segment_s)

    def within(self, region: Region | None) -> Self:
        """Itself, told which region it is about to restore; by default that changes nothing.

        region: None for the whole recording.
        """
        return self

    def at(self, start_s: float) -> Self:
        """Itself, told where in the recording what it is about to be given begins, in seconds.

        By default that changes nothing.
        """
        return self

    def apply(self, degraded: Audio, inner: slice, progress: Progress = ignore) -> Restored:
        """Restore the samples `inner` of `degraded`; those outside are context and are thrown away.

        Args:
            degraded: (channel time) with context; never written to.
            inner: the samples that will be kept.
            progress: asked at least twice a second.

        Returns:
            Audio shaped like `degraded`, and events counted in its samples.
        """
        raise NotImplementedError(self.name)  # a kind of task has no work of its own


@dataclass(frozen=True)
class Shape:
    """Rate in Hz, number of channels and of samples in each."""

    sample_rate: int
    n_channels: int
    n_samples: int


@dataclass(frozen=True)
class StageTask(Task):
    """Makes a whole recording of another one, changing its length or channels; takes no region."""

    takes_region: ClassVar[bool] = False

    def shape(self, recording: Recording) -> Shape:
        """What it will make.

        Raises:
            SettingsError: it cannot work on such a recording.
        """
        raise NotImplementedError(self.name)  # a kind of task has no work of its own

    def blocks(self, recording: Recording, progress: Progress = ignore) -> Iterator[Samples]:
        """Make it block by block, in order and together exactly as long as `shape` says.

        Args:
            recording: never written to; read in blocks, as it may be hours long.
            progress: asked at every block, at least twice a second.

        Yields:
            Samples (channel time).
        """
        raise NotImplementedError(self.name)  # a kind of task has no work of its own
