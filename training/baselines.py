"""Baselines: ways to restore a recording that an evaluation puts side by side, found by name.

- `denoise:spectral`, `inpaint:ar`, `declick`: a task, with the method it is to take;
- `78rpm` or a file `mine.toml`: a preset;
- `noisereduce`, `noisereduce:stationary`: the library of that name where it is installed, with the
  settings it has by default.
"""

import types
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from engine.audio import Audio, Recording
from engine.audio_file import open_audio
from engine.catalog import Catalog, Entry
from engine.equipment import Equipment
from engine.errors import EngineError, SettingsError
from engine.jobs.restore import restore
from engine.model_used import ModelUsed
from engine.presets import find_preset, with_seed
from engine.progress import Progress, ignore, part
from engine.project import State
from engine.region import Region
from engine.tasks import TASKS, Task

NOISEREDUCE = "noisereduce"
STATIONARY = "stationary"
NO_SETTINGS: Mapping[str, object] = types.MappingProxyType({})


class NoPartnerError(EngineError):
    """A recording that has no restored one in the folder where they should be."""


@dataclass(frozen=True, eq=False)
class Made:
    """What a method made of a recording, with which models, and what it has to say."""

    audio: Audio
    models: tuple[ModelUsed, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Degraded:
    """A recording to restore: its name, where its gaps are if that is known, and itself."""

    name: str
    recording: Recording
    gaps: tuple[Region, ...] = ()


class Method(Protocol):
    """A way to restore."""

    @property
    def name(self) -> str:
        """What tables call it."""

    def restore(self, degraded: Degraded, progress: Progress = ignore) -> Made:
        """Restore a recording; it is only read.

        Raises:
            EngineError: it cannot be restored this way.
        """

    def facts(self) -> dict[str, Any]:
        """What it does, fit for JSON."""


@dataclass(frozen=True)
class ByTasks:
    """Tasks one after the other, as the window and the command line run them."""

    name: str
    tasks: tuple[Task, ...]
    equipment: Equipment = field(default=Equipment(), compare=False)

    def restore(self, degraded: Degraded, progress: Progress = ignore) -> Made:
        """Run all tasks; those that need to know where, on the gaps."""
        state = State(degraded.recording)
        for index, task in enumerate(self.tasks):
            if task.needs_region and not degraded.gaps:
                raise SettingsError(
                    f"{task.name} must be told where {degraded.name} is damaged; say so with "
                    "--inside gaps.json"
                )
            regions = degraded.gaps if task.needs_region else ()
            share = part(progress, index / len(self.tasks), (index + 1) / len(self.tasks))
            state = state.with_operation(restore(state, task, regions, share, self.equipment))
        models = dict.fromkeys(model for each in state.operations for model in each.models)
        notes = tuple(note for each in state.operations for note in each.notes)
        return Made(state.read(0, state.n_samples), tuple(models), notes)

    def facts(self) -> dict[str, Any]:
        """The tasks with all settings."""
        return {"tasks": [{"task": each.name, **each.described()} for each in self.tasks]}


@dataclass(frozen=True)
class ByNoisereduce:
    """The library noisereduce, told nothing of the noise."""

    is_stationary: bool

    @property
    def name(self) -> str:
        """As it was asked for."""
        return f"{NOISEREDUCE}:{STATIONARY}" if self.is_stationary else NOISEREDUCE

    def restore(self, degraded: Degraded, progress: Progress = ignore) -> Made:
        """Restore all channels at once."""
        progress(0.0)
        recording = degraded.recording
        samples = recording.read(0, recording.n_samples).samples
        restored = _noisereduce().reduce_noise(
            y=samples, sr=recording.sample_rate, stationary=self.is_stationary
        )
        progress(1.0)
        shaped = np.asarray(restored, np.float32).reshape(samples.shape)
        return Made(Audio(shaped, recording.sample_rate))

    def facts(self) -> dict[str, Any]:
        """Its kind."""
        return {"library": NOISEREDUCE, "stationary": self.is_stationary}


@dataclass(frozen=True)
class FromFolder:
    """Recordings that something else has restored, found by name."""

    name: str
    files: Mapping[str, Path]

    def restore(self, degraded: Degraded, progress: Progress = ignore) -> Made:
        """Read it."""
        progress(0.0)
        if degraded.name not in self.files:
            raise NoPartnerError(f"{degraded.name} has no restored recording")
        with open_audio(self.files[degraded.name]) as file:
            return Made(file.read(0, file.n_samples))

    def facts(self) -> dict[str, Any]:
        """Nothing is known of how they were made."""
        return {}


def find_method(
    name: str, presets: Iterable[Path], equipment: Equipment, seed: int | None = None
) -> Method:
    """The method of that name.

    Args:
        name: as the head of this module has them.
        presets: folders of presets.
        equipment: what tasks work with.
        seed: what methods that draw at random start from; None for their own.

    Raises:
        SettingsError: there is none, or the library it needs is not installed.
    """
    first, _, method = name.partition(":")
    if first == NOISEREDUCE:
        if method not in ("", STATIONARY):
            raise SettingsError(
                f"{NOISEREDUCE} has no method '{method}'; there is: {NOISEREDUCE}:{STATIONARY}"
            )
        _noisereduce()
        return ByNoisereduce(method == STATIONARY)
    if first in TASKS:
        task = TASKS[first].from_mapping({"method": method} if method else {})
        return ByTasks(name, with_seed((task,), seed), equipment)
    try:
        preset = find_preset(name, presets)
    except SettingsError as error:
        raise SettingsError(
            f"'{name}' is neither a task (such as denoise:spectral) nor {NOISEREDUCE}, and as a "
            f"preset it fails: {error}"
        ) from error
    return ByTasks(preset.name, with_seed(preset.tasks, seed), equipment)


def by_model(
    entry: Entry,
    equipment: Equipment,
    task: str | None = None,
    method: str = "",
    settings: Mapping[str, object] = NO_SETTINGS,
    seed: int | None = None,
) -> ByTasks:
    """What a model does as the method of a task.

    Args:
        entry: the model.
        equipment: its other models give way to this one.
        task: which of its tasks; None for the first.
        method: of that task; by default the first that works with the model.
        settings: of the task, besides.
        seed: as in `find_method`.

    Raises:
        SettingsError: the model does not serve that task or method, or a setting is wrong.
    """
    chosen = entry.tasks[0] if task is None else task
    if chosen not in entry.tasks:
        raise SettingsError(
            f"the model {entry.name} does not serve {chosen}; it serves: {', '.join(entry.tasks)}"
        )
    kind = TASKS[chosen]
    served = [each for each in kind.model_methods if kind.model_method(each) == entry.method]
    if not served or (method and method not in served):
        raise SettingsError(
            f"the model {entry.name} does not serve {chosen} by {method or entry.method}; "
            f"it serves: {', '.join(served) or 'no method of it'}"
        )
    made = kind.from_mapping({**settings, "method": method or served[0]})
    first = Catalog((entry, *equipment.catalog.entries))
    own = Equipment(first, equipment.device, equipment.preview)
    return ByTasks(entry.name, with_seed((made,), seed), own)


def _noisereduce() -> Any:
    try:
        return import_module(NOISEREDUCE)
    except ModuleNotFoundError as error:
        raise SettingsError(
            f"{NOISEREDUCE} is not installed; `pip install runout[peers]` brings it, or leave that "
            "baseline out"
        ) from error
