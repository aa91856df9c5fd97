"""RestoreJob: run tasks on regions of a recording, piece by piece, and hand back operations.

Every task sees each piece with real context; what it makes outside the piece is thrown away.
A region with a band keeps everything outside the band; no sample outside a region is touched.
A stage task makes the whole recording anew instead.
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import numpy as np

from engine.audio import Audio, Samples
from engine.equipment import Equipment, Estimate, Preview, unseen
from engine.errors import EngineError, SettingsError
from engine.event import Event
from engine.jobs.blend import cross_fade, feather, keep_band, keep_shape
from engine.jobs.stage import make_stage
from engine.memory import give_back
from engine.progress import Progress, ignore, part
from engine.project import Operation, Patch, State
from engine.region import Region
from engine.spool import Spool
from engine.tasks import LocalTask, StageTask, Task

NOTHING = Equipment()
"""For tasks that need no model."""
FIT_SHARE = 0.2
"""Share of the progress bar that learning the whole recording takes."""
BAND_FEATHER_S = 0.02
SPOOL_BYTES = 128 * 2**20
"""Patches that need more than this together lie on disk."""
JOIN_GAP = 4096
"""Changed samples closer together than this share a patch."""


@dataclass(frozen=True, eq=False)
class RestoreJob:
    """Tasks, one after the other, on the same regions; no region means the whole recording."""

    title: str
    state: State
    tasks: tuple[Task, ...]
    regions: tuple[Region, ...] = ()
    equipment: Equipment = NOTHING

    def run(self, progress: Progress = ignore) -> tuple[Operation, ...]:
        """Run all tasks; nothing of the recording or of earlier operations is changed.

        Raises:
            EngineError: a setting does not fit the recording.
            Cancelled: progress said so.
        """
        state, operations = self.state, []
        for index, task in enumerate(self.tasks):
            share = part(progress, index / len(self.tasks), (index + 1) / len(self.tasks))
            operation = restore(state, task, self.regions, share, self.equipment)
            operations.append(operation)
            state = state.with_operation(operation)
        progress(1.0)
        return tuple(operations)


def restore(
    state: State,
    task: Task,
    regions: Sequence[Region],
    progress: Progress = ignore,
    equipment: Equipment = NOTHING,
    excerpt: slice | None = None,
) -> Operation:
    """Run one task on regions of a state (none: all of it) and return the operation.

    excerpt: the only samples that are wanted, for a task that works in place; they become what they
        would in the whole run, bit for bit, and no piece that has none of them is restored.

    Raises:
        EngineError: a setting or region does not fit the recording.
        Cancelled: progress said so.
    """
    task = task.suited(regions)
    if isinstance(task, StageTask):
        return make_stage(state, task.equip(equipment), regions, progress)
    assert isinstance(task, LocalTask), task
    preview = _Placed(equipment.preview)
    shown = equipment.preview if equipment.preview is unseen else preview
    equipped = task.equip(replace(equipment, preview=shown))
    return _restore(state, equipped, regions, preview, progress, excerpt)


class _Placed:
    """Takes estimates counted from the start of a piece, and hands them on counted from 0."""

    def __init__(self, preview: Preview) -> None:
        self._preview = preview
        self.start = 0

    def __call__(self, estimate: Estimate) -> None:
        self._preview(replace(estimate, start=estimate.start + self.start))


def _restore(
    state: State,
    task: LocalTask,
    regions: Sequence[Region],
    preview: _Placed,
    progress: Progress,
    excerpt: slice | None,
) -> Operation:
    if task.needs_region and not regions:
        raise SettingsError(f"{task.name} needs a region: say which samples are damaged")
    regions = [part for region in regions for part in region.parts()]
    _check_bands(regions, state.sample_rate)
    spans = [region.to_samples(state.sample_rate, state.n_samples) for region in regions]
    started, clock = datetime.now(UTC), time.perf_counter()
    fitted = task.fit(state, part(progress, 0.0, FIT_SHARE))
    collected = _Collected(state, fitted, preview, excerpt)
    work = part(progress, FIT_SHARE, 1.0)
    whole = slice(0, state.n_samples)
    todo: list[tuple[slice, Region | None]] = list(zip(spans, regions, strict=True))
    todo = todo or [(whole, None)]
    for index, (span, region) in enumerate(todo):
        collected.add(span, region, part(work, index / len(todo), (index + 1) / len(todo)))
    return Operation(
        task=task,
        title=task.title,
        regions=tuple(regions),
        patches=tuple(collected.patches),
        events=tuple(collected.events),
        changed=collected.changed,
        outside_changed=_outside(collected.patches, [span for span, _ in todo]),
        started=started,
        seconds=time.perf_counter() - clock,
        notes=fitted.notes(),
        profile=fitted.noise_profile(),
        models=fitted.models_used(),
    )


class _Collected:
    """The patches and events of one operation, while its pieces are restored."""

    def __init__(
        self, state: State, task: LocalTask, preview: _Placed, excerpt: slice | None
    ) -> None:
        self.patches: list[Patch] = []
        self.events: list[Event] = []
        self.changed = 0
        self._state = state
        self._task = self._told = task
        self._preview, self._excerpt = preview, excerpt
        self._reach = task.reach()
        self._tail: Samples | None = None
        self._spool: Spool | None = None
        if state.n_samples * state.n_channels * 4 > SPOOL_BYTES:
            self._spool = Spool()

    def add(self, span: slice, region: Region | None, progress: Progress) -> None:
        """Restore one region; regions done before are seen as they are now."""
        state = _state_with(self._state, self._task, self.patches)
        self._told = self._task.within(region)
        rate = state.sample_rate
        with_band = region is not None and region.has_band
        segment_s = None if with_band else self._reach.segment_s
        length = span.stop - span.start if segment_s is None else round(segment_s * rate)
        pieces = list(_pieces(span, length))
        for index, piece in enumerate(pieces):
            share = part(progress, index / len(pieces), (index + 1) / len(pieces))
            if not self._is_wanted(piece, rate):
                self._tail = None
                continue
            before, after = self._joined(state, piece, span, share)
            if region is not None and region.shape:
                after = keep_shape(before, after, region, piece.start, rate)
            elif region is not None and region.has_band:
                after = keep_band(before, after, region, rate)
            fade_s = max(self._reach.feather_s, BAND_FEATHER_S if with_band else 0.0)
            fade_s = max(fade_s, region.feather_s if region is not None else 0.0)
            fade = round(fade_s * rate)
            after = feather(
                before,
                after,
                fade if piece.start == span.start > 0 else 0,
                fade if piece.stop == span.stop < state.n_samples else 0,
            )
            self._keep(piece.start, before, after)
            if len(pieces) > 1:
                give_back()  # or what networks leave behind is there on top of the next piece
        self._tail = None

    def _is_wanted(self, piece: slice, sample_rate: int) -> bool:
        """Whether some of the excerpt is made of a piece: its samples, or what follows on them."""
        if self._excerpt is None:
            return True
        join = round(self._reach.join_s * sample_rate)
        return bool(piece.start < self._excerpt.stop and self._excerpt.start < piece.stop + join)

    def _joined(
        self, state: State, piece: slice, span: slice, progress: Progress
    ) -> tuple[Samples, Samples]:
        """A piece before and after; its start cross-fades from what the piece before it made."""
        join = round(self._reach.join_s * state.sample_rate)
        wider = slice(piece.start, min(piece.stop + join, span.stop))
        before, after = self._restored(state, wider, piece.stop, progress)
        if self._tail is not None:
            after = cross_fade(self._tail, after)
        length = piece.stop - piece.start
        self._tail = after[:, length:] if wider.stop > piece.stop else None
        return before[:, :length], after[:, :length]

    def _restored(
        self, state: State, piece: slice, events_stop: int, progress: Progress
    ) -> tuple[Samples, Samples]:
        context = round(self._reach.context_s * state.sample_rate)
        start = max(0, piece.start - context)
        degraded = state.read(start, min(state.n_samples, piece.stop + context))
        inner = slice(piece.start - start, piece.stop - start)
        self._preview.start = start
        placed = self._told.at(start / state.sample_rate)
        restored = placed.apply(degraded, inner, progress)
        _check(self._task, degraded, restored.audio)
        self.events += [
            replace(event, start=event.start + start, stop=event.stop + start)
            for event in restored.events
            if piece.start <= event.start + start < events_stop
        ]
        return degraded.samples[:, inner], restored.audio.samples[:, inner]

    def _keep(self, start: int, before: Samples, after: Samples) -> None:
        if self._excerpt is not None:
            first = max(self._excerpt.start - start, 0)
            inside = slice(first, max(self._excerpt.stop - start, first))
            start, before, after = start + first, before[:, inside], after[:, inside]
        differs = before != after
        self.changed += int(np.count_nonzero(differs))
        for run in _runs(differs.any(axis=0)):
            samples = np.ascontiguousarray(after[:, run])
            kept = self._spool.keep(samples) if self._spool else samples
            self.patches.append(Patch(start + run.start, kept))


def _state_with(state: State, task: Task, patches: Sequence[Patch]) -> State:
    if not patches:
        return state
    so_far = Operation(task, "", (), tuple(patches), (), 0, 0, datetime.now(UTC), 0.0)
    return state.with_operation(so_far)


def _pieces(span: slice, length: int) -> Iterator[slice]:
    """Cut a span into pieces of about equal length, none longer than `length`."""
    total = span.stop - span.start
    count = max(1, -(-total // length))
    edges = [span.start + total * index // count for index in range(count + 1)]
    return (slice(a, b) for a, b in zip(edges[:-1], edges[1:], strict=True))


def _runs(changed: "np.ndarray[tuple[int], np.dtype[np.bool_]]") -> Iterator[slice]:
    """Spans that hold all changed samples, those closer than JOIN_GAP together."""
    at = np.flatnonzero(changed)
    if not len(at):
        return
    breaks = np.flatnonzero(np.diff(at) > JOIN_GAP)
    starts = at[np.concatenate(([0], breaks + 1))]
    stops = at[np.concatenate((breaks, [len(at) - 1]))] + 1
    for start, stop in zip(starts, stops, strict=True):
        yield slice(int(start), int(stop))


def _check(task: Task, degraded: Audio, restored: Audio) -> None:
    assert restored.samples.shape == degraded.samples.shape, task.name
    if not np.isfinite(restored.samples).all():
        raise EngineError(
            f"{task.name} made samples that are not numbers, so its result was thrown away; "
            "try other settings or a smaller region"
        )


def _check_bands(regions: Sequence[Region], sample_rate: int) -> None:
    for region in regions:
        if region.low_hz is not None and region.low_hz >= sample_rate / 2:
            raise SettingsError(
                f"the band of region {region} lies above {sample_rate / 2:g} Hz, "
                "the highest frequency of the recording"
            )


def _outside(patches: Sequence[Patch], spans: Sequence[slice]) -> int:
    """How many samples of the patches lie in none of the spans."""
    count = 0
    for patch in patches:
        outside = np.ones(patch.stop - patch.start, bool)
        for span in spans:
            outside[max(0, span.start - patch.start) : max(0, span.stop - patch.start)] = False
        count += int(np.count_nonzero(outside))
    return count
