"""The report beside every export: what was done to which audio, and whether it adds up.

A JSON document with English keys, times in UTC as ISO 8601, and no path but the one the source was
opened by. Its keys are only ever added to; a change of meaning raises SCHEMA.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from engine.audio import AudioFormat, Recording
from engine.containers import Encoding
from engine.event import Decision, Event
from engine.model_used import ModelUsed
from engine.project import Operation, decisions
from engine.sum_errors import SumErrors
from engine.units import samples_to_seconds

SCHEMA = 1


@dataclass(frozen=True)
class SourceFacts:
    """The source as it was found; path as it was given."""

    path: str
    name: str
    format: AudioFormat
    audio_sha256: str
    audio_md5: str
    md5_status: str


@dataclass(frozen=True)
class OutputFacts:
    """A file written. role: result or removed."""

    role: str
    name: str
    format: AudioFormat
    bytes: int
    sha256: str
    audio_sha256: str
    audio_md5: str


@dataclass(frozen=True)
class Balance:
    """What was measured while writing, and again on the files as they were read back.

    over_range: samples that came out beyond full scale, limited where the file holds integers.
    bent: samples changed by the limit that keeps `result + removed` exact.
    outside_changed: samples outside of all operations that differ from the source.
    sum_exact: whether `result + removed` is the source, sample for sample.
    """

    peak_before_dbfs: float
    peak_after_dbfs: float
    over_range: int
    over_range_peak_dbfs: float
    bent: int
    outside_changed: int
    sum_exact: bool
    sum_errors: int


@dataclass(frozen=True)
class Report:
    """All of it; `to_mapping` is the document.

    coding_history: the line added to the result, None where its source keeps no such history.
    sums: of result and removed part, as they were read back.
    operator, institution: who restored it; empty where nobody said.
    rounded_to: the depth that all samples were rounded to; empty where none was.
    """

    version: str
    preset: str | None
    headroom_db: float
    source: SourceFacts
    operations: tuple[Operation, ...]
    balance: Balance
    outputs: tuple[OutputFacts, ...]
    coding_history: str | None
    notes: tuple[str, ...]
    created: datetime
    sums: SumErrors
    operator: str = ""
    institution: str = ""
    rounded_to: str = ""

    @property
    def removed_against(self) -> str:
        """What result and removed part add up to: the source, or the last stage by its title."""
        titles = [each.title for each in self.operations if each.stage is not None]
        against = titles[-1] if titles else "source"
        return f"{against} rounded to {self.rounded_to}" if self.rounded_to else against

    @property
    def models(self) -> tuple[ModelUsed, ...]:
        """The models that were worked with, each once."""
        return tuple(dict.fromkeys(each for one in self.operations for each in one.models))

    @property
    def seed(self) -> int | None:
        """What the first operation that draws at random was seeded with."""
        seeds = (operation.task.to_mapping().get("seed") for operation in self.operations)
        return next((seed for seed in seeds if isinstance(seed, int)), None)

    @property
    def device(self) -> str:
        """Where networks ran; what needs none runs on the CPU."""
        return ", ".join(dict.fromkeys(each.device for each in self.models)) or "cpu"

    def to_mapping(self) -> dict[str, Any]:
        """Names and plain values, fit for JSON."""
        rate = self.source.format.sample_rate
        return {
            "schema": SCHEMA,
            "software": {"name": "Runout", "version": self.version},
            "created": iso_time(self.created),
            "operator": self.operator,
            "institution": self.institution,
            "source": _source(self.source),
            "preset": self.preset,
            "operations": operation_mappings(self.operations, rate, self.sums),
            "models": [asdict(each) for each in self.models],
            "seed": self.seed,
            "device": self.device,
            "headroom_db": self.headroom_db,
            "seconds": round(sum(each.seconds for each in self.operations), 3),
            **asdict(self.balance),
            "outputs": [output_mapping(each) for each in self.outputs],
            "removed_against": self.removed_against,
            "coding_history": self.coding_history and self.coding_history.strip(),
            "notes": list(self.notes),
        }

    def to_json(self) -> str:
        """The document."""
        return report_text(self.to_mapping())


def report_text(told: Mapping[str, Any]) -> str:
    """The document as it lies in its file."""
    return json.dumps(told, indent=2, ensure_ascii=True, allow_nan=False) + "\n"


def operation_mappings(
    operations: Sequence[Operation], sample_rate: int, sums: SumErrors
) -> list[dict[str, Any]]:
    """Operations in order with what they leave decided; sample_rate is that of the source."""
    told, rate = [], sample_rate
    for operation in operations:
        standing = decisions(operations, operation)
        told.append(operation_mapping(operation, rate, standing, sums))
        rate = rate if operation.stage is None else operation.stage.sample_rate
    return told


def operation_mapping(
    operation: Operation, sample_rate: int, standing: Sequence[Decision], sums: SumErrors
) -> dict[str, Any]:
    """One operation: settings, regions, what was found and changed, what is decided on it."""
    return {
        "id": operation.id,
        "task": operation.task.name,
        "title": operation.title,
        "settings": operation.task.described(),
        "regions": [str(region) for region in operation.regions],
        "started": iso_time(operation.started),
        "seconds": round(operation.seconds, 3),
        "changed": operation.changed,
        "outside_changed": operation.outside_changed,
        "notes": list(operation.notes),
        "remark": operation.remark,
        "invents": operation.task.invents,
        "repeats": operation.repeats or None,
        "models": [asdict(each) for each in operation.models],
        "stage": _stage(operation.stage),
        "decided": [
            {"operation": each.operation, "event": each.event, "decision": each.decision}
            for each in operation.decided
        ],
        "n_events": len(operation.events),
        "events": [
            event_mapping(number, event, decision, sample_rate) | sums.told_of(operation, event)
            for number, (event, decision) in enumerate(
                zip(operation.events, standing, strict=True), start=1
            )
        ],
    }


def _stage(stage: Recording | None) -> dict[str, int] | None:
    """The shape of the recording an operation made anew; what is removed is told against it."""
    if stage is None:
        return None
    return {
        "sample_rate": stage.sample_rate,
        "n_channels": stage.n_channels,
        "n_samples": stage.n_samples,
    }


def event_mapping(
    number: int, event: Event, decision: Decision, sample_rate: int
) -> dict[str, Any]:
    """One event: where, how wide, how sure, how much was taken out, what is decided.

    number: its place in its operation, counted from 1; it stays whatever is decided.
    """
    return {
        "number": number,
        "time_s": round(samples_to_seconds(event.start, sample_rate), 6),
        "width_ms": round(1000.0 * samples_to_seconds(event.stop - event.start, sample_rate), 4),
        "start": event.start,
        "stop": event.stop,
        "channel": event.channel,
        "confidence": round(event.confidence, 4),
        "removed_db": round(event.removed_db, 2),
        "decision": decision.value,
    }


def iso_time(time: datetime) -> str:
    """A time in UTC, ISO 8601."""
    return time.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def events_json(operations: Sequence[Operation], sample_rate: int) -> str:
    """The events of some operations as a JSON document of their own; sample_rate as above."""
    told = operation_mappings(operations, sample_rate, SumErrors((), Encoding(16)))
    events = [
        {"operation": number, "task": operation["task"], **event}
        for number, operation in enumerate(told, start=1)
        for event in operation["events"]
    ]
    return json.dumps({"schema": SCHEMA, "events": events}, indent=2) + "\n"


def _source(source: SourceFacts) -> dict[str, Any]:
    return {
        "path": source.path,
        "name": source.name,
        **_format(source.format),
        "audio_sha256": source.audio_sha256,
        "audio_md5": source.audio_md5,
        "md5_status": source.md5_status,
    }


def output_mapping(output: OutputFacts) -> dict[str, Any]:
    """A file written, with its checksums."""
    return {
        "role": output.role,
        "name": output.name,
        **_format(output.format),
        "bytes": output.bytes,
        "sha256": output.sha256,
        "audio_sha256": output.audio_sha256,
        "audio_md5": output.audio_md5,
    }


def _format(described: AudioFormat) -> dict[str, Any]:
    return {**asdict(described), "duration_s": round(described.duration_s, 6)}
