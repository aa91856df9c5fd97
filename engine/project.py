"""Project: a source, the operations done to it, and a head that moves among them.

A state of the recording is the source with the patches of the operations up to the head over it.
Samples outside all patches are the source's by construction.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np

from engine.audio import Audio, Recording, Samples
from engine.event import Event
from engine.params import Params
from engine.region import Region


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
    """One task done to one or more regions: settings, patches, what was found and measured."""

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

    @property
    def spans(self) -> tuple[tuple[int, int], ...]:
        """The sample spans its patches cover."""
        return tuple((patch.start, patch.stop) for patch in self.patches)


@dataclass(frozen=True, eq=False)
class State:
    """The source with the patches of some operations over it; read like any recording."""

    source: Recording
    operations: tuple[Operation, ...] = ()

    @property
    def sample_rate(self) -> int:
        """Samples per second."""
        return self.source.sample_rate

    @property
    def n_channels(self) -> int:
        """Number of channels."""
        return self.source.n_channels

    @property
    def n_samples(self) -> int:
        """Number of samples of each channel."""
        return self.source.n_samples

    def read(self, start: int, stop: int) -> Audio:
        """Read samples [start, stop): the newest patch that covers a sample decides it."""
        patches = [
            p for op in self.operations for p in op.patches if p.start < stop and start < p.stop
        ]
        covering = [i for i, p in enumerate(patches) if p.start <= start and stop <= p.stop]
        if covering:
            base = patches[covering[-1]]
            samples = np.array(base.samples[:, start - base.start : stop - base.start], np.float32)
            patches = patches[covering[-1] + 1 :]
        else:
            samples = self.source.read(start, stop).samples
        for patch in patches:
            low, high = max(start, patch.start), min(stop, patch.stop)
            fresh = patch.samples[:, low - patch.start : high - patch.start]
            samples[:, low - start : high - start] = fresh
        return Audio(samples, self.sample_rate)

    def with_operation(self, operation: Operation) -> "State":
        """The state after one more operation."""
        return State(self.source, (*self.operations, operation))


@dataclass
class Project:
    """A source and its history; undo, redo and jump move the head and compute nothing."""

    source: Recording
    _operations: list[Operation] = field(default_factory=list)
    _head: int = 0

    @property
    def operations(self) -> Sequence[Operation]:
        """The whole history, undone operations included."""
        return tuple(self._operations)

    @property
    def head(self) -> int:
        """How many operations are in force."""
        return self._head

    @property
    def state(self) -> State:
        """The recording as it is at the head."""
        return self.state_at(self._head)

    @property
    def can_undo(self) -> bool:
        """Whether an operation is in force."""
        return self._head > 0

    @property
    def can_redo(self) -> bool:
        """Whether an operation was undone."""
        return self._head < len(self._operations)

    def state_at(self, head: int) -> State:
        """The recording after the first `head` operations."""
        return State(self.source, tuple(self._operations[:head]))

    def commit(self, operation: Operation) -> None:
        """Add an operation at the head; operations undone before are given up."""
        del self._operations[self._head :]
        self._operations.append(operation)
        self._head += 1

    def move_head(self, head: int) -> tuple[tuple[int, int], ...]:
        """Move the head; returns the sample spans whose content may differ now."""
        assert 0 <= head <= len(self._operations), head
        low, high = sorted((self._head, head))
        self._head = head
        return tuple(span for op in self._operations[low:high] for span in op.spans)
