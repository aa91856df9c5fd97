"""Project: a source, the operations done to it, and a head that moves among them.

A state of the recording is a stage with the patches of the operations up to the head over it. The
first stage is the source; an operation that changes length or channels makes the next one. Samples
outside all patches are the stage's by construction.

Operations form a tree: work after an undo starts a branch, and what was undone stays.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from uuid import uuid4

import numpy as np

from engine.audio import Audio, Recording, Samples
from engine.event import Decided, Decision, Event
from engine.mapped import let_go
from engine.model_used import ModelUsed
from engine.noise_file import NoiseProfile
from engine.params import Params
from engine.region import Region


def new_id() -> str:
    """A name no other operation has."""
    return uuid4().hex


@dataclass(frozen=True, eq=False)
class Patch:
    """What a job wants changed: a start sample and new samples (channel time)."""

    start: int
    samples: Samples

    @property
    def stop(self) -> int:
        """One past the last sample it holds."""
        return self.start + int(self.samples.shape[1])


@dataclass(frozen=True, eq=False)
class Operation:
    """One task done to one or more regions: settings, patches, what was found and measured.

    stage: the whole recording it made, where it changed length or channels; no patches then.
    decided: what was decided on events of operations before it.
    profile: the noise it has learnt, so that it can be done again without the stretch it is from.
    models: those it has worked with, and where they ran.
    remark: what the user has noted on it.
    repeats: the id of the operation of another branch whose samples these are.
    """

    task: Params
    title: str
    regions: tuple[Region, ...]
    patches: tuple[Patch, ...]
    events: tuple[Event, ...]
    changed: int
    outside_changed: int
    started: datetime
    seconds: float
    notes: tuple[str, ...] = ()
    stage: Recording | None = None
    decided: tuple[Decided, ...] = ()
    profile: NoiseProfile | None = None
    models: tuple[ModelUsed, ...] = ()
    remark: str = ""
    repeats: str = ""
    id: str = field(default_factory=new_id)

    @property
    def origin(self) -> str:
        """The id of the operation that its samples were made by first."""
        return self.repeats or self.id

    @cached_property
    def spans(self) -> tuple[tuple[int, int], ...]:
        """The sample spans its patches cover."""
        return tuple((patch.start, patch.stop) for patch in self.patches)

    @cached_property
    def _rising(self) -> tuple["np.ndarray[tuple[int], np.dtype[np.int64]]", ...]:
        """Order of the patches by start, their starts, and the furthest stop up to each."""
        starts = np.array([patch.start for patch in self.patches], np.int64)
        stops = np.array([patch.stop for patch in self.patches], np.int64)
        order = np.argsort(starts, kind="stable")
        return order, starts[order], np.maximum.accumulate(stops[order])

    def patches_in(self, start: int, stop: int) -> Iterator[Patch]:
        """The patches that touch samples [start, stop), in the order they were made."""
        if not self.patches:
            return
        order, starts, reach = self._rising
        first = int(np.searchsorted(reach, start, side="right"))
        last = int(np.searchsorted(starts, stop, side="left"))
        for index in np.sort(order[first:last]):
            if self.patches[index].stop > start:
                yield self.patches[index]


@dataclass(frozen=True, eq=False)
class State:
    """The source with some operations done to it; read like any recording."""

    source: Recording
    operations: tuple[Operation, ...] = ()

    @cached_property
    def staged_by(self) -> Operation | None:
        """The operation that made the stage it stands on; None if that is the source."""
        makers = [each for each in self.operations if each.stage is not None]
        return makers[-1] if makers else None

    @cached_property
    def stage(self) -> Recording:
        """What its last operations lie over: the source, or what the last stage task made."""
        maker = self.staged_by
        return self.source if maker is None or maker.stage is None else maker.stage

    @cached_property
    def staged_operations(self) -> tuple[Operation, ...]:
        """The operations over the stage."""
        maker = self.staged_by
        if maker is None:
            return self.operations
        return self.operations[self.operations.index(maker) + 1 :]

    @property
    def sample_rate(self) -> int:
        """Samples per second."""
        return self.stage.sample_rate

    @property
    def n_channels(self) -> int:
        """Number of channels."""
        return self.stage.n_channels

    @property
    def n_samples(self) -> int:
        """Number of samples of each channel."""
        return self.stage.n_samples

    def read(self, start: int, stop: int) -> Audio:
        """Read samples [start, stop): the newest patch that covers a sample decides it."""
        touched = [p for op in self.staged_operations for p in op.patches_in(start, stop)]
        patches = touched
        covering = [i for i, p in enumerate(patches) if p.start <= start and stop <= p.stop]
        if covering:
            base = patches[covering[-1]]
            samples = np.array(base.samples[:, start - base.start : stop - base.start], np.float32)
            patches = patches[covering[-1] + 1 :]
        else:
            samples = self.stage.read(start, stop).samples
        for patch in patches:
            low, high = max(start, patch.start), min(stop, patch.stop)
            fresh = patch.samples[:, low - patch.start : high - patch.start]
            samples[:, low - start : high - start] = fresh
        let_go(patch.samples for patch in touched)
        return Audio(samples, self.sample_rate)

    def with_operation(self, operation: Operation) -> "State":
        """The state after one more operation."""
        return State(self.source, (*self.operations, operation))

    def up_to(self, operation: Operation) -> "State":
        """The state right after one of its operations."""
        return State(self.source, self.operations[: self.operations.index(operation) + 1])

    def before(self, operation: Operation) -> "State":
        """The state right before one of its operations."""
        return State(self.source, self.operations[: self.operations.index(operation)])

    def decisions(self, operation: Operation) -> tuple[Decision, ...]:
        """What is decided on each event of one of its operations."""
        return decisions(self.operations, operation)


def decisions(operations: Sequence[Operation], operation: Operation) -> tuple[Decision, ...]:
    """What some operations, in order, leave decided on each event of one of them."""
    found = [Decision.PENDING] * len(operation.events)
    for each in (d for op in operations for d in op.decided):
        if each.operation == operation.id:
            found[each.event] = each.decision
    return tuple(found)


@dataclass(frozen=True)
class Change:
    """What a move of the head changes: sample spans that may differ, or the whole stage."""

    spans: tuple[tuple[int, int], ...]
    is_staged: bool


class Project:
    """A source and its history; undo, redo and jump move the head and compute nothing."""

    def __init__(self, source: Recording) -> None:
        self.source = source
        self._nodes: dict[str, Operation] = {}
        self._parents: dict[str, str | None] = {}
        self._next: dict[str | None, str] = {}
        self._head: str | None = None

    @property
    def operations(self) -> Sequence[Operation]:
        """The line of history the head is on, undone operations included."""
        line = list(self._path(self._head))
        after = self._next.get(self._head)
        while after is not None:
            line.append(after)
            after = self._next.get(after)
        return tuple(self._nodes[each] for each in line)

    @property
    def all_operations(self) -> Sequence[Operation]:
        """Every operation of every branch, in the order they were done."""
        return tuple(self._nodes.values())

    @property
    def others(self) -> Sequence[Operation]:
        """The operations of other branches, in the order they were done."""
        line = {each.id for each in self.operations}
        return tuple(each for each in self._nodes.values() if each.id not in line)

    def parent_of(self, operation: Operation) -> Operation | None:
        """What an operation was done after; None is the source."""
        parent = self._parents[operation.id]
        return None if parent is None else self._nodes[parent]

    def siblings(self, operation: Operation) -> tuple[Operation, ...]:
        """What was done after the same operation, itself included, in the order it was done."""
        parent = self._parents[operation.id]
        return tuple(self._nodes[name] for name, after in self._parents.items() if after == parent)

    def operation(self, name: str) -> Operation:
        """The operation of that id."""
        return self._nodes[name]

    def find(self, name: str) -> Operation | None:
        """The operation of that id, if it is there."""
        return self._nodes.get(name)

    def path_to(self, operation: Operation) -> Sequence[Operation]:
        """What was done from the source up to an operation of any branch, that included."""
        return tuple(self._nodes[each] for each in self._path(operation.id))

    def children_of(self, operation: Operation | None) -> Sequence[Operation]:
        """What was done right after an operation, None being the source."""
        wanted = None if operation is None else operation.id
        return tuple(self._nodes[name] for name, at in self._parents.items() if at == wanted)

    @property
    def head(self) -> int:
        """How many operations are in force."""
        return len(self._path(self._head))

    @property
    def head_id(self) -> str | None:
        """The id of the last operation in force; None at the source."""
        return self._head

    @property
    def state(self) -> State:
        """The recording as it is at the head."""
        return State(self.source, tuple(self._nodes[each] for each in self._path(self._head)))

    @property
    def can_undo(self) -> bool:
        """Whether an operation is in force."""
        return self._head is not None

    @property
    def can_redo(self) -> bool:
        """Whether an operation was undone."""
        return self._head in self._next

    def commit(self, operation: Operation) -> None:
        """Add an operation at the head; what was undone before stays as another branch."""
        self.commit_after(self._head, operation)

    def commit_after(self, parent: str | None, operation: Operation) -> None:
        """Add what was done after an operation in force, or the source, and put the head on it."""
        assert operation.id not in self._nodes, operation.id
        self.add(operation, parent)
        self._next[parent] = operation.id
        self._head = operation.id

    def add(self, operation: Operation, parent: str | None) -> None:
        """Put an operation into the tree without moving the head, as when a project is read."""
        self._nodes[operation.id] = operation
        self._parents[operation.id] = parent

    def stand_at(self, head: str | None, redo: Mapping[str | None, str]) -> None:
        """Take up a head, and what redo goes to after each operation, as when a project is read."""
        self._head = head
        self._next = dict(redo)

    def replace(self, operation: Operation) -> None:
        """Put another object in the place of the operation with the same id."""
        assert operation.id in self._nodes, operation.id
        self._nodes[operation.id] = operation

    def move_head(self, head: int) -> Change:
        """Move the head along its line."""
        line = self.operations
        assert 0 <= head <= len(line), head
        return self.jump(line[head - 1].id if head else None)

    def jump(self, head: str | None) -> Change:
        """Move the head to any operation of any branch, None being the source."""
        new = self._path(head)
        moved = set(self._path(self._head)) ^ set(new)
        differing = [each for name, each in self._nodes.items() if name in moved]
        for parent, child in zip((None, *new), new, strict=False):
            self._next[parent] = child
        self._head = head
        spans = tuple(span for operation in differing for span in operation.spans)
        return Change(spans, any(each.stage is not None for each in differing))

    def forget(self, operations: Sequence[Operation]) -> None:
        """Give up operations of other branches, each with all that was done after it."""
        gone = {each.id for each in operations}
        for name, parent in self._parents.items():  # parents come before their children
            if parent in gone:
                gone.add(name)
        assert not gone & {each.id for each in self.operations}, gone
        for name in gone:
            del self._nodes[name], self._parents[name]
        self._next = {p: c for p, c in self._next.items() if p not in gone and c not in gone}

    def _path(self, head: str | None) -> tuple[str, ...]:
        path: list[str] = []
        while head is not None:
            path.append(head)
            head = self._parents[head]
        return tuple(reversed(path))
