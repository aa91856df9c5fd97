"""Record: an operation as the document and the journal hold it; its samples lie in renders."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from engine.event import Decided, Decision
from engine.model_used import ModelUsed
from engine.project import Operation
from engine.region import Region
from engine.storage.disk import Damaged, one_line
from engine.storage.fields import (
    COUNT_LIMIT,
    Fields,
    Json,
    checked_json,
    region_of,
    region_values,
)
from engine.storage.opaque import Opaque
from engine.storage.profiles import fit_name

_KEY = re.compile(r"[0-9a-f]{64}")
_ID = re.compile(r"[0-9A-Za-z_-]{1,64}")
_MAX_CHANNELS = 64
_MAX_RATE_HZ = 10_000_000
_TITLE_LIMIT = 1000
REMARK_LIMIT = 2000
"""Most characters of what the user has noted on an operation."""


@dataclass(frozen=True)
class PatchesAt:
    """Where patches lie: their spans (patch 2) and all their samples, one after another."""

    n_channels: int
    count: int
    n_values: int
    spans: str
    samples: str


@dataclass(frozen=True)
class EventsAt:
    """Where events lie."""

    count: int
    key: str


@dataclass(frozen=True)
class StageAt:
    """Where the samples of a stage lie."""

    sample_rate: int
    n_channels: int
    n_samples: int
    key: str


@dataclass(frozen=True)
class Record:
    """What is written of an operation.

    settings: of its task, as plain values; those of a task this version has not included.
    profile: the name of the noise profile it has learnt.
    remark: what the user has noted on it.
    repeats: the id of the operation whose samples these are.
    """

    id: str
    parent: str | None
    task: str
    settings: dict[str, Json]
    title: str
    regions: tuple[Region, ...]
    started: datetime
    seconds: float
    changed: int
    outside_changed: int
    notes: tuple[str, ...]
    decided: tuple[Decided, ...]
    software: str
    patches: PatchesAt | None
    events: EventsAt | None
    stage: StageAt | None
    profile: str | None = None
    models: tuple[ModelUsed, ...] = ()
    remark: str = ""
    repeats: str = ""

    @property
    def keys(self) -> tuple[str, ...]:
        """The names of all its renders."""
        found: list[str] = []
        if self.patches:
            found += [self.patches.spans, self.patches.samples]
        if self.events:
            found.append(self.events.key)
        if self.stage:
            found.append(self.stage.key)
        return tuple(found)

    @staticmethod
    def of(
        operation: Operation,
        software: str,
        patches: PatchesAt | None,
        events: EventsAt | None,
        stage: StageAt | None,
        profile: str | None = None,
    ) -> "Record":
        """What is to be written of an operation whose renders lie on disk; without a parent."""
        task = operation.task
        return Record(
            id=operation.id,
            parent=None,
            task=task.name,
            settings=task.settings if isinstance(task, Opaque) else _settings(operation),
            title=operation.title,
            regions=operation.regions,
            started=operation.started,
            seconds=operation.seconds,
            changed=operation.changed,
            outside_changed=operation.outside_changed,
            notes=operation.notes,
            decided=operation.decided,
            software=software,
            patches=patches,
            events=events,
            stage=stage,
            profile=profile,
            models=operation.models,
            remark=operation.remark,
            repeats=operation.repeats,
        )

    def to_mapping(self) -> dict[str, object]:
        """Names and plain values, fit for JSON."""
        return {
            "id": self.id,
            "parent": self.parent,
            "task": self.task,
            "settings": self.settings,
            "title": self.title,
            "regions": [region_values(each) for each in self.regions],
            "started": self.started.astimezone(UTC).isoformat(),
            "seconds": self.seconds,
            "changed": self.changed,
            "outside_changed": self.outside_changed,
            "notes": list(self.notes),
            "decided": _decided_runs(self.decided),
            "software": self.software,
            "patches": self.patches
            and {
                "channels": self.patches.n_channels,
                "count": self.patches.count,
                "values": self.patches.n_values,
                "spans": self.patches.spans,
                "samples": self.patches.samples,
            },
            "events": self.events and {"count": self.events.count, "key": self.events.key},
            "stage": self.stage
            and {
                "sample_rate": self.stage.sample_rate,
                "channels": self.stage.n_channels,
                "samples": self.stage.n_samples,
                "key": self.stage.key,
            },
            "profile": self.profile,
            "models": [asdict(each) for each in self.models],
            "remark": self.remark,
            "repeats": self.repeats or None,
        }

    @staticmethod
    def read(fields: Fields) -> "Record":
        """The record of a mapping.

        Raises:
            Damaged: it is not as `to_mapping` makes it.
        """
        return Record(
            id=read_id(fields, "id"),
            parent=read_id(fields, "parent") if "parent" in fields else None,
            task=fields.text("task", limit=_TITLE_LIMIT),
            settings=fields.mapping("settings"),
            title=one_line(fields.text("title", limit=_TITLE_LIMIT)),
            regions=tuple(region_of(each, fields.what) for each in fields.listed("regions")),
            started=fields.time("started"),
            seconds=fields.number("seconds", 0.0),
            changed=fields.whole("changed"),
            outside_changed=fields.whole("outside_changed"),
            notes=fields.texts("notes"),
            decided=tuple(_read_decided(fields)),
            software=fields.text("software"),
            patches=_read_patches(fields.fields("patches")) if "patches" in fields else None,
            events=_read_events(fields.fields("events")) if "events" in fields else None,
            stage=_read_stage(fields.fields("stage")) if "stage" in fields else None,
            profile=_read_profile(fields) if "profile" in fields else None,
            models=tuple(_read_models(fields)) if "models" in fields else (),
            remark=read_remark(fields),
            repeats=read_id(fields, "repeats") if "repeats" in fields else "",
        )


def read_id(fields: Fields, name: str) -> str:
    """The id of an operation.

    Raises:
        Damaged: it is none.
    """
    return _checked_id(fields.text(name), fields.what)


def read_remark(fields: Fields) -> str:
    """What the user has noted on an operation; nothing where it is not there.

    Raises:
        Damaged: it is no text.
    """
    return one_line(fields.text("remark", "", limit=REMARK_LIMIT))


def _settings(operation: Operation) -> dict[str, Json]:
    """Settings as JSON has them, regions as exact numbers."""
    values: dict[str, Json] = {}
    for declared in operation.task.params():
        value = getattr(operation.task, declared.name)
        if isinstance(value, Region):
            value = {"region": region_values(value)}
        if isinstance(value, Path):  # a name that is not Unicode can only be told
            value = str(value).encode("utf-8", "replace").decode("utf-8")
        values[declared.name] = checked_json(value, f"{operation.task.name}.{declared.name}")
    return values


def _checked_id(value: object, what: str) -> str:
    if not isinstance(value, str) or not _ID.fullmatch(value):
        raise Damaged(f"{what} is damaged: an id is none")
    return value


def _read_key(fields: Fields, name: str, of: str = "name of a render") -> str:
    """A SHA-256 in 64 hexadecimal digits; a render of that name can lie nowhere else."""
    key = fields.text(name)
    if not _KEY.fullmatch(key):
        raise Damaged(f"{fields.what} is damaged: {name} is no {of}")
    return key


def _read_patches(fields: Fields) -> PatchesAt:
    return PatchesAt(
        n_channels=fields.whole("channels", 1, _MAX_CHANNELS),
        count=fields.whole("count", 1, COUNT_LIMIT),
        n_values=fields.whole("values"),
        spans=_read_key(fields, "spans"),
        samples=_read_key(fields, "samples"),
    )


def _read_events(fields: Fields) -> EventsAt:
    return EventsAt(fields.whole("count", 1, COUNT_LIMIT), _read_key(fields, "key"))


def _read_stage(fields: Fields) -> StageAt:
    return StageAt(
        sample_rate=fields.whole("sample_rate", 1, _MAX_RATE_HZ),
        n_channels=fields.whole("channels", 1, _MAX_CHANNELS),
        n_samples=fields.whole("samples"),
        key=_read_key(fields, "key"),
    )


def _read_profile(fields: Fields) -> str:
    """The name of a profile, which can lie nowhere but among the profiles."""
    name = fields.text("profile")
    if name != fit_name(name) or not name:
        raise Damaged(f"{fields.what} is damaged: profile is no name of one")
    return name


def _read_models(fields: Fields) -> Iterable[ModelUsed]:
    for each in fields.each("models"):
        yield ModelUsed(
            name=one_line(each.text("name", limit=_TITLE_LIMIT)),
            version=one_line(each.text("version", limit=_TITLE_LIMIT)),
            sha256=_read_key(each, "sha256", "SHA-256"),
            licence=one_line(each.text("licence", limit=_TITLE_LIMIT)),
            device=one_line(each.text("device", limit=_TITLE_LIMIT)),
        )


def _decided_runs(decided: Sequence[Decided]) -> list[dict[str, object]]:
    """Decisions with neighbouring events of one operation together as [first, last]."""
    runs: list[dict[str, object]] = []
    reach: list[int] = []
    before: tuple[str, Decision] | None = None
    for each in decided:
        kind = (each.operation, each.decision)
        if kind == before and each.event == reach[1] + 1:
            reach[1] = each.event
            continue
        reach, before = [each.event, each.event], kind
        runs.append({"operation": each.operation, "decision": each.decision, "events": reach})
    return runs


def _read_decided(fields: Fields) -> Iterable[Decided]:
    total = 0
    for run in fields.each("decided"):
        operation = read_id(run, "operation")
        try:
            decision = Decision(run.text("decision"))
        except ValueError as error:
            raise Damaged(f"{run.what} is damaged: there is no such decision") from error
        events = run.listed("events")
        ends = Fields(dict(zip(("first", "last"), events, strict=False)), run.what)
        first, last = ends.whole("first", 0, COUNT_LIMIT), ends.whole("last", 0, COUNT_LIMIT)
        total += last - first + 1
        if total > COUNT_LIMIT:
            raise Damaged(f"{run.what} is damaged: it decides on too many events")
        for event in range(first, last + 1):
            yield Decided(operation, event, decision)
