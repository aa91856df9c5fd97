"""Review: repairs put back, or put on again, one by one.

A repair that nothing lies over is put back exactly: its samples become those from before it, bit
for bit. Under a later operation, what the repair had taken out is added to what is there now.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import ClassVar

import numpy as np

from engine.audio import Samples
from engine.errors import SettingsError
from engine.event import Decided, Decision, Event
from engine.params import Params
from engine.progress import Progress, ignore
from engine.project import Operation, Patch, State

_VERBS = {
    Decision.PENDING: "Reopen",
    Decision.ACCEPTED: "Accept",
    Decision.REJECTED: "Reject",
    Decision.REVERTED: "Revert",
}


@dataclass(frozen=True)
class Review(Params):
    """What an operation names as its task that only decides on events; it has no settings."""

    name: ClassVar[str] = "review"


@dataclass(frozen=True)
class PutBack(Params):
    """What an operation names as its task that puts the original back; it has no settings."""

    name: ClassVar[str] = "put_back"


def decide(
    state: State,
    operation: Operation,
    events: Sequence[int],
    decision: Decision,
    progress: Progress = ignore,
) -> Operation:
    """Decide on events of an operation in force.

    Args:
        state: the recording as it is; the operation is one of those in force.
        operation: what has found the events.
        events: places in its `events`.
        decision: rejected and reverted put the samples from before the repair back, pending and
            accepted put the repair on again.
        progress: asked at every group of events that overlap.

    Returns:
        The operation to commit after the state; without patches where no sample changes.

    Raises:
        SettingsError: there is no such event, or the operation is out of reach.
        Cancelled: progress said so.
    """
    started, clock = datetime.now(UTC), time.perf_counter()
    _check(state, operation, events)
    standing = state.decisions(operation)
    before, after = state.before(operation), state.up_to(operation)
    differing = [
        operation.events[index]
        for index in set(events)
        if standing[index].is_repaired != decision.is_repaired
    ]
    old, new = (before, after) if decision.is_repaired else (after, before)
    patches, changed = [], 0
    groups = _groups(differing)
    for number, group in enumerate(groups):
        progress(number / len(groups))
        start, stop = group[0].start, max(event.stop for event in group)
        present = state.read(start, stop).samples
        swapped = _swapped(
            present, old.read(start, stop).samples, new.read(start, stop).samples, group
        )
        changed_here = int(np.count_nonzero(swapped != present))
        if changed_here:
            patches.append(Patch(start, swapped))
            changed += changed_here
    return Operation(
        task=Review(),
        title=_title(operation, events, decision, state.sample_rate),
        regions=(),
        patches=tuple(patches),
        events=(),
        changed=changed,
        outside_changed=0,
        started=started,
        seconds=time.perf_counter() - clock,
        decided=tuple(Decided(operation.id, index, decision) for index in sorted(set(events))),
    )


def _check(state: State, operation: Operation, events: Sequence[int]) -> None:
    if operation not in state.operations:
        raise SettingsError(f"{operation.title} is undone; redo it to review what it found")
    if operation not in state.staged_operations:
        maker = state.staged_by
        assert maker is not None
        raise SettingsError(
            f"{operation.title} was done before {maker.title}, which made the recording anew; "
            f"go back to before {maker.title} to review it"
        )
    wrong = [index for index in events if not 0 <= index < len(operation.events)]
    if wrong:
        raise SettingsError(
            f"{operation.title} has no event {wrong[0] + 1}; it found {len(operation.events)}"
        )


def _groups(events: Sequence[Event]) -> list[list[Event]]:
    """Events by their start, those that overlap in time together, of whatever channel."""
    groups: list[list[Event]] = []
    reach = 0
    for event in sorted(events, key=lambda each: each.start):
        if groups and event.start < reach:
            groups[-1].append(event)
        else:
            groups.append([event])
            reach = 0
        reach = max(reach, event.stop)
    return groups


def _swapped(present: Samples, old: Samples, new: Samples, events: Sequence[Event]) -> Samples:
    """What is present with the new in place of the old at the events; all begin at the first."""
    samples = present.copy()
    for event in events:
        here = (event.channel, slice(event.start - events[0].start, event.stop - events[0].start))
        is_bare = present[here] == old[here]
        under = present[here] + (new[here] - old[here])
        samples[here] = np.where(is_bare, new[here], under)
    return samples


def _title(
    operation: Operation, events: Sequence[int], decision: Decision, sample_rate: int
) -> str:
    count = len(set(events))
    if count != 1:
        return f"{_VERBS[decision]} {count} of {operation.title}"
    at_s = operation.events[events[0]].start / sample_rate
    return f"{_VERBS[decision]} {operation.title} at {at_s:.3f} s"
