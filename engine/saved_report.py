"""A report, or a file of events, as it was written beside an export, read again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.audio_file import shown
from engine.documents import is_deep, read_json, reason
from engine.errors import SettingsError, StorageError
from engine.event import Decision, Event
from engine.report import SCHEMA

_MOST_BYTES = 1 << 30
_MOST_SAMPLES = 1 << 62
_NO_REPORT = (LookupError, TypeError, ValueError, OverflowError)
_NUMBER = (int, float)
_OF_EVENT = ("time_s", "width_ms", "confidence", "removed_db")
_OF_REPORT: Mapping[str, Any] = {
    "outputs": list,
    "operations": list,
    "source": dict,
    "notes": list,
    "headroom_db": _NUMBER,
    "seconds": _NUMBER,
    "sum_errors": int,
}
_OF_OPERATION: Mapping[str, Any] = {
    "id": str,
    "title": str,
    "task": str,
    "changed": int,
    "events": list,
    "stage": (dict, type(None)),
}


@dataclass(frozen=True)
class SavedEvent:
    """An event as a report tells it.

    operation: which of the operations has found it, counted from 1; number: its place therein.
    source_samples: (sample, the source's value) where `result + removed` rounds to another one.
    """

    operation: int
    task: str
    number: int
    time_s: float
    width_ms: float
    event: Event
    decision: Decision
    source_samples: tuple[tuple[int, float], ...] = ()

    def to_mapping(self) -> dict[str, Any]:
        """Names and plain values, fit for JSON."""
        return {
            "operation": self.operation,
            "task": self.task,
            "number": self.number,
            "time_s": self.time_s,
            "width_ms": self.width_ms,
            "start": self.event.start,
            "stop": self.event.stop,
            "channel": self.event.channel,
            "confidence": self.event.confidence,
            "removed_db": self.event.removed_db,
            "decision": self.decision.value,
        }


@dataclass(frozen=True, eq=False)
class SavedReport:
    """A report of an export; `told` is the document."""

    path: Path
    told: Mapping[str, Any]
    events: tuple[SavedEvent, ...]

    @property
    def operations(self) -> Sequence[Mapping[str, Any]]:
        """The operations as the document tells them."""
        found: Sequence[Mapping[str, Any]] = self.told["operations"]
        return found

    def output(self, role: str) -> Mapping[str, Any] | None:
        """What is told of the result or the removed part; None if that was not written."""
        return next((each for each in self.told["outputs"] if each["role"] == role), None)

    def find(self, operation: int, numbers: Sequence[int]) -> tuple[SavedEvent, ...]:
        """Events of an operation by their numbers.

        Raises:
            SettingsError: there is no such event.
        """
        found = {each.number: each for each in self.events if each.operation == operation}
        missing = [number for number in numbers if number not in found]
        if missing:
            title = self.operations[operation - 1]["title"]
            raise SettingsError(
                f"{title} has no event {missing[0]}: {shown(self.path)} lists {len(found)}; "
                "see them with `runout events`"
            )
        return tuple(found[number] for number in sorted(set(numbers)))


def read_report(path: Path) -> SavedReport:
    """Read the report of an export.

    Raises:
        StorageError: it cannot be read, or is none.
    """
    told = _document(path)
    try:
        _check(told)
        events = told_events(told["operations"])
    except _NO_REPORT as error:
        raise _no_report(path) from error
    return SavedReport(path, told, events)


def told_events(operations: Sequence[Mapping[str, Any]]) -> tuple[SavedEvent, ...]:
    """The events of operations as a report tells them; KeyError and the like if it does not."""
    return tuple(
        _event(index, operation["task"], each)
        for index, operation in enumerate(operations, start=1)
        for each in operation["events"]
    )


def read_events(path: Path) -> tuple[SavedEvent, ...]:
    """Read the events of a report, or of a file that was written with `--events`.

    Raises:
        StorageError: it cannot be read, or is neither.
    """
    told = _document(path)
    if "operations" in told:
        return read_report(path).events
    try:
        return tuple(_event(each["operation"], each["task"], each) for each in told["events"])
    except _NO_REPORT as error:
        raise _no_report(path) from error


def _document(path: Path) -> Mapping[str, Any]:
    try:
        told = read_json(path, _MOST_BYTES)
    except FileNotFoundError as error:
        raise StorageError(
            f"{shown(path)} cannot be read: there is no such file; check the name and the folder"
        ) from error
    except IsADirectoryError as error:
        raise StorageError(f"{shown(path)} is a folder; name the report in it") from error
    except OSError as error:
        raise StorageError(
            f"{shown(path)} cannot be read: {reason(error).lower()}; check the disk"
        ) from error
    except ValueError as error:
        raise _no_report(path) from error
    if not isinstance(told, dict) or told.get("schema") != SCHEMA or is_deep(told):
        raise _no_report(path)
    return told


def _check(told: Mapping[str, Any]) -> None:
    """See that what is said of an export and its operations is of the kind it must be.

    Raises:
        KeyError, TypeError: something is not.
    """
    _check_kinds(told, _OF_REPORT)
    _check_kinds(told["source"], {"sample_rate": int})
    for each in told["outputs"]:
        _check_kinds(each, {"role": str})
    for each in told["operations"]:
        _check_kinds(each, _OF_OPERATION)


def _check_kinds(told: Any, kinds: Mapping[str, Any]) -> None:
    if not isinstance(told, dict):
        raise TypeError(f"{told!r:.40} is no mapping")
    for name, kind in kinds.items():
        if not isinstance(told[name], kind) or (isinstance(told[name], bool) and kind is not bool):
            raise TypeError(f"{name} is of another kind")


def _no_report(path: Path) -> StorageError:
    return StorageError(
        f"{shown(path)} is not a report of Runout, or it is damaged; "
        "name the .runout.json that was written beside the export"
    )


def _event(operation: int, task: str, told: Mapping[str, Any]) -> SavedEvent:
    start, stop, channel = int(told["start"]), int(told["stop"]), int(told["channel"])
    if not 0 <= start < stop < _MOST_SAMPLES or channel < 0:
        raise ValueError(f"event {start}-{stop}")
    removed_db = float(told["removed_db"])
    if not all(isinstance(told[name], _NUMBER) for name in _OF_EVENT):
        raise TypeError("what is measured of an event is a number")
    return SavedEvent(
        operation=int(operation),
        task=str(task),
        number=int(told["number"]),
        time_s=float(told["time_s"]),
        width_ms=float(told["width_ms"]),
        event=Event(start, stop, channel, float(told["confidence"]), removed_db),
        decision=Decision(told["decision"]),
        source_samples=tuple((int(at), float(v)) for at, v in told.get("source_samples", ())),
    )
