"""From operations to records with renders, and back."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.audio import Audio, MemoryRecording, Recording, Samples
from engine.event import Event
from engine.noise_file import NoiseProfile
from engine.progress import Progress, ignore, part
from engine.project import Operation, Patch, Project
from engine.storage.contents import Contents
from engine.storage.disk import Damaged, one_line
from engine.storage.opaque import task_of
from engine.storage.profiles import FOLDER as PROFILES
from engine.storage.profiles import Profiles, profile_name
from engine.storage.record import EventsAt, PatchesAt, Record, StageAt
from engine.storage.renders import BLOCK_BYTES, EVENT, SAMPLE, SPAN, Renders

_SAMPLES_SHARE = 0.95
_BLOCK_VALUES = BLOCK_BYTES // SAMPLE.itemsize
MOST_NOTES = 5


def store(
    operation: Operation, renders: Renders, software: str, progress: Progress = ignore
) -> tuple[Operation, Record]:
    """Write the renders of an operation; it comes back with its samples read from there.

    Raises:
        StorageError: the disk is full, or cannot be written.
        Cancelled: progress said so.
    """
    renders.check_room(render_bytes(operation))
    share = part(progress, 0.0, _SAMPLES_SHARE)
    patches = _store_patches(operation, renders, share) if operation.patches else None
    stage = _store_stage(operation.stage, renders, share) if operation.stage else None
    events = _store_events(operation, renders) if operation.events else None
    renders.sync()
    profile = _store_profile(operation, renders, software)
    record = Record.of(operation, software, patches, events, stage, profile)
    progress(1.0)
    return (
        replace(
            operation,
            patches=_load_patches(patches, renders) if patches else (),
            stage=_load_stage(stage, renders) if stage else None,
        ),
        record,
    )


def render_bytes(operation: Operation) -> int:
    """Bytes that the renders of an operation take, about."""
    values = sum(patch.samples.size for patch in operation.patches)
    if operation.stage is not None:
        values += operation.stage.n_samples * operation.stage.n_channels
    spans = 2 * SPAN.itemsize * len(operation.patches)
    return values * SAMPLE.itemsize + spans + EVENT.itemsize * len(operation.events)


@dataclass
class Rebuilt:
    """A project read from contents.

    left_out: the ids of operations that are not in it, for want of their renders.
    notes: sentences on them, and on tasks of other versions.
    n_events: how many events each operation has.
    """

    project: Project
    left_out: set[str] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)
    n_events: dict[str, int] = field(default_factory=dict)


def rebuild(contents: Contents, source: Recording, renders: Renders) -> Rebuilt:
    """Make the project of contents; an operation that cannot be read is left out with all after."""
    rebuilt = Rebuilt(Project(source))
    shapes: dict[str | None, Recording] = {None: source}
    for record in contents.records.values():
        if record.parent in rebuilt.left_out:
            rebuilt.left_out.add(record.id)
            continue
        try:
            _check_decided(record, rebuilt.n_events)
            operation, problem = _load(record, shapes[record.parent], renders)
            profile = _load_profile(record, renders, rebuilt.notes)
        except Damaged as error:
            rebuilt.left_out.add(record.id)
            rebuilt.notes.append(
                f"{record.title} and what follows it is left out, as {error}; "
                "its settings are kept, so it can be run again"
            )
            continue
        if problem:
            problem = one_line(problem)
            rebuilt.notes.append(f"{record.title} plays, but cannot be run again: {problem}")
        rebuilt.project.add(replace(operation, profile=profile), record.parent)
        rebuilt.n_events[record.id] = len(operation.events)
        shapes[record.id] = operation.stage or shapes[record.parent]
    standing = [name for name in contents.line() if name not in rebuilt.left_out]
    choices = {
        parent: child
        for parent, child in contents.choices.items()
        if child not in rebuilt.left_out and parent not in rebuilt.left_out
    }
    rebuilt.project.stand_at(standing[-1] if standing else None, choices)
    _shorten(rebuilt.notes)
    return rebuilt


def _shorten(notes: list[str]) -> None:
    if len(notes) > MOST_NOTES:
        more = len(notes) - MOST_NOTES
        notes[MOST_NOTES:] = [f"{more} more operations have such trouble"]


def _load(record: Record, base: Recording, renders: Renders) -> tuple[Operation, str | None]:
    """The operation of a record that lies over a recording, and why its task is not known."""
    task, problem = task_of(record.task, record.settings)
    patches = record.patches
    if patches and patches.n_channels != base.n_channels:
        raise Damaged(f"its patches have {patches.n_channels} channels, not {base.n_channels}")
    events = _load_events(record.events, base, renders) if record.events else ()
    operation = Operation(
        task=task,
        title=record.title,
        regions=record.regions,
        patches=_load_patches(patches, renders, base.n_samples) if patches else (),
        events=events,
        changed=record.changed,
        outside_changed=record.outside_changed,
        started=record.started,
        seconds=record.seconds,
        notes=record.notes,
        stage=_load_stage(record.stage, renders) if record.stage else None,
        decided=record.decided,
        models=record.models,
        remark=record.remark,
        repeats=record.repeats,
        id=record.id,
    )
    return operation, problem


def _check_decided(record: Record, n_events: Mapping[str, int]) -> None:
    for each in record.decided:
        if each.event >= n_events.get(each.operation, 0):
            raise Damaged("it decides on an event that is not there")


def _store_patches(operation: Operation, renders: Renders, progress: Progress) -> PatchesAt:
    patches = operation.patches
    spans = np.array(operation.spans, SPAN)
    n_values = sum(patch.samples.size for patch in patches)
    samples = (np.asarray(patch.samples, SAMPLE) for patch in patches)
    return PatchesAt(
        n_channels=int(patches[0].samples.shape[0]),
        count=len(patches),
        n_values=n_values,
        samples=renders.write(_joined(samples), SAMPLE, (n_values,), progress=progress),
        spans=renders.write([spans], SPAN, spans.shape),
    )


def _joined(arrays: Iterator[Samples]) -> Iterator[NDArray[Any]]:
    """Flat pieces: long arrays cut along their rows, thousands of short ones together."""
    waiting: list[NDArray[Any]] = []
    size = 0
    for array in arrays:
        for row in array:
            for start in range(0, len(row), _BLOCK_VALUES):
                piece = row[start : start + _BLOCK_VALUES]
                waiting.append(piece)
                size += piece.nbytes
                if size >= BLOCK_BYTES:
                    yield np.concatenate(waiting)
                    waiting, size = [], 0
    if waiting:
        yield np.concatenate(waiting)


def _load_patches(
    at: PatchesAt, renders: Renders, n_samples: int | None = None
) -> tuple[Patch, ...]:
    spans = renders.read(at.spans, SPAN, (at.count, 2))
    lengths = spans[:, 1] - spans[:, 0]
    is_good = (spans >= 0).all() and (lengths > 0).all()
    if n_samples is not None:
        is_good = is_good and (spans[:, 1] <= n_samples).all()
    total = float(lengths.sum(dtype=np.float64)) * at.n_channels  # integers could overflow
    if not is_good or total != at.n_values:
        raise Damaged("its patches lie where there is nothing")
    values = renders.read(at.samples, SAMPLE, (at.n_values,))
    stops = np.cumsum(lengths) * at.n_channels
    edges = zip((stops - lengths * at.n_channels).tolist(), stops.tolist(), strict=True)
    starts = spans[:, 0].tolist()
    return tuple(
        Patch(start, values[low:high].reshape(at.n_channels, -1))
        for start, (low, high) in zip(starts, edges, strict=True)
    )


def _store_events(operation: Operation, renders: Renders) -> EventsAt:
    rows = [
        (each.start, each.stop, each.channel, each.confidence, each.removed_db)
        for each in operation.events
    ]
    events = np.array(rows, EVENT)
    return EventsAt(len(events), renders.write([events], EVENT, events.shape))


def _load_events(at: EventsAt, base: Recording, renders: Renders) -> tuple[Event, ...]:
    events = renders.read(at.key, EVENT, (at.count,))
    start, stop, channel = events["start"], events["stop"], events["channel"]
    is_inside = (start >= 0) & (start <= stop) & (stop <= base.n_samples)
    is_inside &= (channel >= 0) & (channel < base.n_channels)
    is_number = np.isfinite(events["confidence"]) & np.isfinite(events["removed_db"])
    if not (is_inside & is_number).all():
        raise Damaged("its events lie where there is nothing")
    columns = (events[name].tolist() for name in EVENT.names or ())
    return tuple(Event(*row) for row in zip(*columns, strict=True))


def _store_stage(stage: Recording, renders: Renders, progress: Progress) -> StageAt:
    shape = (stage.n_channels, stage.n_samples)
    key = renders.write(_blocks(stage), SAMPLE, shape, fortran=True, progress=progress)
    return StageAt(stage.sample_rate, *shape, key)


def _store_profile(operation: Operation, renders: Renders, software: str) -> str | None:
    profile = operation.profile
    if profile is None:
        return None
    signed = replace(profile, software=profile.software or software)
    return _profiles(renders).add(signed, profile_name(profile))


def _load_profile(record: Record, renders: Renders, notes: list[str]) -> NoiseProfile | None:
    """What an operation has learnt; it plays without, so that is no reason to leave it out."""
    if record.profile is None:
        return None
    try:
        return _profiles(renders).load(record.profile)
    except Damaged as error:
        notes.append(f"{record.title} plays, but the noise it has learnt is lost: {error}")
        return None


def _profiles(renders: Renders) -> Profiles:
    return Profiles(renders.folder.with_name(PROFILES))


def _blocks(stage: Recording) -> Iterator[NDArray[Any]]:
    """Samples with the channels interleaved, some megabytes at a time."""
    length = max(1, BLOCK_BYTES // (SAMPLE.itemsize * stage.n_channels))
    for start in range(0, stage.n_samples, length):
        block = stage.read(start, min(stage.n_samples, start + length)).samples
        yield np.asarray(block.T, SAMPLE)


def _load_stage(at: StageAt, renders: Renders) -> Recording:
    shape = (at.n_channels, at.n_samples)
    return MemoryRecording(Audio(renders.read(at.key, SAMPLE, shape, fortran=True), at.sample_rate))
