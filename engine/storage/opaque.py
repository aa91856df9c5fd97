"""Tasks made from their names and settings again, and those that cannot be."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, cast

from engine.errors import SettingsError
from engine.params import Params
from engine.region import Region
from engine.review import PutBack, Review
from engine.storage.disk import Damaged
from engine.storage.fields import Json, region_of
from engine.tasks import TASKS


@dataclass(frozen=True)
class Opaque(Params):
    """A task of another version: what it made can be played, but it cannot be run again.

    Its `name` is that of the task.
    """

    name: ClassVar[str] = "unknown"
    task: str = ""
    settings: dict[str, Json] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", self.task)

    def to_mapping(self) -> dict[str, bool | int | float | str | None]:
        """The settings as they were written."""
        return cast(dict[str, bool | int | float | str | None], dict(self.settings))


def task_of(name: str, settings: Mapping[str, Json]) -> tuple[Params, str | None]:
    """The task of a name and settings; an Opaque one and the reason where there is none such."""
    known: Mapping[str, type[Params]] = {**TASKS, Review.name: Review, PutBack.name: PutBack}
    if name not in known:
        return Opaque(name, dict(settings)), f"this version of Runout has no task '{name}'"
    try:
        values = {key: _value(value) for key, value in settings.items()}
        task = known[name].from_mapping(values)
        _check_regions(task)
        return task, None
    except (SettingsError, Damaged) as error:
        return Opaque(name, dict(settings)), str(error)


def _value(value: Json) -> object:
    """What a setting holds: a region where it was written as one."""
    if not isinstance(value, dict):
        return value
    return region_of(value.get("region"), "a setting")


def _check_regions(task: Params) -> None:
    for declared in task.params():
        value = getattr(task, declared.name)
        if declared.kind == "region" and not (value is None or isinstance(value, Region)):
            raise SettingsError(f"{declared.name} = {value!r} is no region")
