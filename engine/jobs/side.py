"""A side of a batch: what is to become of one file, and what became of it."""

import hashlib
import json
import os
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Self

from engine.equipment import Equipment
from engine.errors import StorageError
from engine.export import ExportRequest
from engine.export_check import file_sha256
from engine.info import read_info
from engine.jobs.restore import NOTHING
from engine.jobs.survey import Survey
from engine.kinds import check_kinds
from engine.region import Region
from engine.tasks import Task

DONE, FAILED, STOPPED = "done", "failed", "stopped"
SILENT_DB = -160.0
"""What is told of nothing at all."""


@dataclass(frozen=True, eq=False)
class Side:
    """What is to become of one file.

    Attributes:
        source: never written to.
        request: what to write; the report tells the name of the preset that it names.
        tasks: what the preset holds.
        regions: where they work; none for all of it.
        equipment: the models, and the device.
        is_survey: whether nothing is to be written, only looked.
    """

    source: Path
    request: ExportRequest
    tasks: tuple[Task, ...]
    regions: tuple[Region, ...] = ()
    equipment: Equipment = NOTHING
    is_survey: bool = False

    @property
    def targets(self) -> tuple[Path, ...]:
        """The files that it becomes."""
        return () if self.is_survey else self.request.targets

    @property
    def needs_network(self) -> bool:
        """Whether one of its tasks works with a model, by the method it is set to."""
        return not self.is_survey and any(
            task.to_mapping().get("method") in (*task.model_methods, "auto")
            for task in self.tasks
            if task.model_methods
        )

    def at_work(self, token: str, *, overwrite: bool) -> Self:
        """The side, its temporary files named so, and what lies under its names written over."""
        overwrite = overwrite or self.request.overwrite
        return replace(self, request=replace(self.request, token=token, overwrite=overwrite))

    def fingerprint(self, settings: str = "") -> str:
        """What tells it from the same file restored otherwise: settings, models, version.

        settings: as `settings` tells them, where they are known already; a survey has none.
        """
        request = self.request
        if self.is_survey:
            return _checksum({"version": request.version, "survey": True})
        told = {
            "version": request.version,
            "survey": False,
            "settings": settings or self.settings(),
            "regions": [str(region) for region in self.regions],
            "device": self.equipment.device,
            "targets": [target.name for target in request.targets],
            "headroom_db": request.headroom_db,
            "depth": str(request.depth),
            "told": [request.preset, request.operator, request.institution],
        }
        return _checksum(told)

    def settings(self) -> str:
        """A checksum of all settings of the tasks, and of all models they could work with.

        Raises:
            StorageError: a file that a setting names cannot be read.
        """
        names = {task.name for task in self.tasks if task.model_methods}
        models = [
            (each.name, each.version, each.sha256)
            for each in self.equipment.catalog.entries
            if names & set(each.tasks)
        ]
        return _checksum([[(task.name, _settings(task)) for task in self.tasks], models])


@dataclass(frozen=True)
class Stamp:
    """What tells quickly that a file is still as it was: its size and time."""

    size: int
    modified_ns: int

    @classmethod
    def of(cls, path: Path) -> Self:
        """The stamp of a file.

        Raises:
            OSError: it is not there.
        """
        status = path.stat()
        return cls(status.st_size, status.st_mtime_ns)


@dataclass(frozen=True)
class Written:
    """A file that was written, beside the result."""

    name: str
    sha256: str
    stamp: Stamp

    def is_at(self, path: Path) -> bool:
        """Whether the file is there as it was written; read only where its time has changed."""
        try:
            now = Stamp.of(path)
            if now.size != self.stamp.size or not path.is_file():
                return False
            return now == self.stamp or file_sha256(path) == self.sha256
        except OSError:
            return False


@dataclass(frozen=True)
class Outcome:
    """What became of a side, fit for JSON but for the two pictures.

    Attributes:
        state: done, failed or stopped.
        error: why it failed, one sentence.
        written: all files, the result first, the report last.
        clicks: how many events all tasks found.
        removed_db: power of what was taken out, relative to the source; None where the result is
            of another shape.
        seconds: of work.
        before, after: PNG files.
    """

    state: str
    error: str = ""
    fingerprint: str = ""
    source: str = ""
    source_stamp: Stamp | None = None
    audio_sha256: str = ""
    sample_rate: int = 0
    n_channels: int = 0
    n_samples: int = 0
    encoding: str = ""
    preset: str = ""
    written: tuple[Written, ...] = ()
    clicks: int = 0
    removed_db: float | None = None
    peak_before_dbfs: float | None = None
    peak_after_dbfs: float | None = None
    notes: tuple[str, ...] = ()
    survey: Survey | None = None
    seconds: float = 0.0
    before: bytes = field(default=b"", repr=False)
    after: bytes = field(default=b"", repr=False)

    @property
    def duration_s(self) -> float:
        """Length of the source; 0 where it could not be read."""
        return self.n_samples / self.sample_rate if self.sample_rate else 0.0

    def to_mapping(self) -> dict[str, Any]:
        """Names and plain values, without the pictures."""
        told = asdict(self)
        del told["before"], told["after"]
        return told

    @classmethod
    def from_mapping(cls, told: Mapping[str, Any]) -> Self:
        """What `to_mapping` told.

        Raises:
            TypeError, KeyError: it is no outcome.
        """
        if not isinstance(told, Mapping):
            raise TypeError("it is no mapping")
        values = dict(told)
        stamp, survey = values.get("source_stamp"), values.get("survey")
        values["source_stamp"] = stamp and Stamp(**stamp)
        values["survey"] = survey and Survey(**survey)
        values["notes"] = tuple(values["notes"])
        values["written"] = tuple(
            Written(each["name"], each["sha256"], Stamp(**each["stamp"]))
            for each in values["written"]
        )
        outcome = cls(**values)
        check_kinds(outcome)
        return outcome


def is_current(side: Side, outcome: Outcome, settings: str = "") -> bool:
    """Whether an outcome of a run before is what the side would come to again.

    Nothing is read where sizes and times are as they were.

    settings: of the side, where they are known already.
    """
    if outcome.state != DONE or outcome.fingerprint != side.fingerprint(settings):
        return False
    folder = side.request.output.parent
    if {folder / each.name for each in outcome.written} != set(side.targets):
        return False
    return _has_source(side, outcome) and all(
        each.is_at(folder / each.name) for each in outcome.written
    )


def _has_source(side: Side, outcome: Outcome) -> bool:
    try:
        stamp = Stamp.of(side.source)
    except OSError:
        return False
    if stamp == outcome.source_stamp:
        return True
    if outcome.source_stamp is None or stamp.size != outcome.source_stamp.size:
        return False
    return read_info(side.source).audio_sha256 == outcome.audio_sha256


def _checksum(told: object) -> str:
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def _settings(task: Task) -> dict[str, object]:
    """Its settings; of a file they name, what is in it."""
    settings: dict[str, object] = dict(task.to_mapping())
    for each in task.params():
        value = getattr(task, each.name)
        if isinstance(value, Path):
            settings[each.name] = _content(value)
    return settings


def _content(path: Path) -> str:
    """A checksum of a file, or of what is told of the files in a folder."""
    try:
        if not path.is_dir():
            return file_sha256(path)
        told = [(each.name, *asdict(Stamp.of(each)).values()) for each in sorted(path.iterdir())]
        return hashlib.sha256(repr(told).encode()).hexdigest()
    except OSError as error:
        raise StorageError(f"{path} cannot be read: {error.strerror or error}") from error


def remove_leftovers(folder: Path, tokens: Collection[str]) -> None:
    """Delete the temporary files of processes that were killed."""
    for each in folder.glob(".runout-*"):
        if any(each.name.startswith(f".runout-{token}") for token in tokens):
            each.unlink(missing_ok=True)


def is_occupied(side: Side) -> bool:
    """Whether one of its files is there already."""
    return any(os.path.lexists(target) for target in side.targets)
