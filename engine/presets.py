"""Preset: a named, ordered list of tasks, read from TOML.

title = "78 rpm side"
description = "One sentence on when to take it."

[[task]]
name = "declick"
sensitivity = 0.5
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from engine.documents import read_toml, reason
from engine.errors import SettingsError
from engine.region import Region
from engine.tasks import TASKS, Task

_LIMIT_BYTES = 1 << 20


@dataclass(frozen=True)
class Preset:
    """Tasks in the order they run; the name is the file's."""

    name: str
    title: str
    description: str
    tasks: tuple[Task, ...]


def load_preset(path: Path) -> Preset:
    """Read one preset.

    Raises:
        SettingsError: the file cannot be read, is not TOML, or names what does not exist.
    """
    try:
        table = read_toml(path, _LIMIT_BYTES)
    except OSError as error:
        raise SettingsError(f"the preset {path.name} cannot be read: {reason(error)}") from error
    except ValueError as error:
        raise SettingsError(f"the preset {path.name} is not valid TOML: {error}") from error
    unknown = sorted(set(table) - {"title", "description", "task"})
    if unknown:
        raise SettingsError(
            f"the preset {path.name} has an unknown entry '{unknown[0]}'; "
            "it may have title, description and [[task]]"
        )
    steps = table.get("task", [])
    if not isinstance(steps, list) or not all(isinstance(step, dict) for step in steps):
        raise SettingsError(f"the preset {path.name} must write each task as [[task]]")
    tasks = tuple(_task(step, path.name) for step in steps)
    title = str(table.get("title", path.stem))
    return Preset(path.stem, title, str(table.get("description", "")), tasks)


def load_presets(folders: Iterable[Path]) -> dict[str, Preset]:
    """Read all presets of some folders, by name; a later folder wins, missing ones are empty."""
    paths = (path for folder in folders for path in sorted(folder.glob("*.toml")))
    return {path.stem: load_preset(path) for path in paths}


def find_preset(name: str, folders: Iterable[Path]) -> Preset:
    """Read the preset of that name, or the file if the name ends in .toml.

    Raises:
        SettingsError: there is none, or it is damaged.
    """
    if name.endswith(".toml"):
        return load_preset(Path(name))
    paths = {path.stem: path for folder in folders for path in sorted(folder.glob("*.toml"))}
    if name not in paths:
        raise SettingsError(f"there is no preset '{name}'; there are: {', '.join(sorted(paths))}")
    return load_preset(paths[name])


def with_noise(tasks: Iterable[Task], noise: Region | Path | None) -> tuple[Task, ...]:
    """The tasks, those that can learn from marked noise and name none learning from this.

    One whose method works blind takes the first of its methods that learns from it instead.

    noise: a stretch of the recording, or the file of a noise profile.
    """
    return tuple(
        _learning(task, noise) if noise is not None and _is_free(task) else task for task in tasks
    )


def with_seed(tasks: Iterable[Task], seed: int | None) -> tuple[Task, ...]:
    """The tasks, those that draw at random starting from this seed if there is one."""
    return tuple(
        task
        if seed is None or "seed" not in task.to_mapping()
        else type(task).from_mapping({**task.to_mapping(), "seed": seed})
        for task in tasks
    )


def _learning(task: Task, noise: Region | Path) -> Task:
    """The task, learning from that noise."""
    setting = "profile" if isinstance(noise, Path) else "noise"
    values: dict[str, object] = {**task.to_mapping(), setting: noise}
    declared = next(each for each in task.params() if each.name == setting)
    methods = declared.when.get("method", ())
    if methods and values["method"] not in methods:
        values["method"] = methods[0]
    return type(task).from_mapping(values)


def _is_free(task: Task) -> bool:
    """Whether a task learns from noise and has not been told from which."""
    settings = task.to_mapping()
    return "noise" in settings and settings["noise"] is None and settings.get("profile") is None


def _task(step: Mapping[str, object], where: str) -> Task:
    settings = dict(step)
    name = settings.pop("name", None)
    if not isinstance(name, str) or name not in TASKS:
        raise SettingsError(
            f"the preset {where} names the task {name!r}; there are: {', '.join(TASKS)}"
        )
    try:
        return TASKS[name].from_mapping(settings)
    except SettingsError as error:
        raise SettingsError(f"in the preset {where}: {error}") from error
