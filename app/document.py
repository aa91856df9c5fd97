"""Document: wraps the open engine project for Qt and tells what changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from engine.audio import Audio, Recording
from engine.project import Change, Operation, Project, State
from engine.region import Region

MOST_SPANS = 64
"""Thousands of repaired clicks are told as no more spans than these."""


class Monitored(StrEnum):
    """What is heard and shown: the source, the state at the head, or their difference."""

    ORIGINAL = "original"
    RESULT = "result"
    REMOVED = "removed"


@dataclass(frozen=True, eq=False)
class Difference:
    """The recording of what was taken out: original minus result."""

    original: Recording
    result: Recording

    @property
    def sample_rate(self) -> int:
        """Samples per second."""
        return self.original.sample_rate

    @property
    def n_channels(self) -> int:
        """Number of channels."""
        return self.original.n_channels

    @property
    def n_samples(self) -> int:
        """Number of samples of each channel."""
        return self.original.n_samples

    def read(self, start: int, stop: int) -> Audio:
        """Read samples [start, stop)."""
        removed = self.original.read(start, stop).samples - self.result.read(start, stop).samples
        return Audio(removed, self.sample_rate)


class Document(QObject):
    """An open recording and its history; the only place that changes either."""

    changed = Signal(int, int)
    """Samples [start, stop) of the result may differ now."""
    stage_changed = Signal()
    """The result is another recording now, of other length or channels."""
    history_changed = Signal()
    noise_changed = Signal()

    def __init__(self, path: Path, source: Recording, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.path = path
        self._project = Project(source)
        self._revision = 0
        self._noise: Region | None = None
        self._exported: tuple[Operation, ...] = ()

    @property
    def source(self) -> Recording:
        """The recording as it was opened; never written to."""
        return self._project.source

    @property
    def original(self) -> Recording:
        """What the result is compared with: the source, or what the last stage task made of it."""
        return self.state.stage

    @property
    def state(self) -> State:
        """The recording as it is at the head of the history."""
        return self._project.state

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return self.original.n_samples / self.original.sample_rate

    @property
    def operations(self) -> Sequence[Operation]:
        """The whole history, undone operations included."""
        return self._project.operations

    @property
    def others(self) -> Sequence[Operation]:
        """The operations of other branches of the history."""
        return self._project.others

    def parent_of(self, operation: Operation) -> Operation | None:
        """What an operation of any branch was done after; None is the source."""
        return self._project.parent_of(operation)

    @property
    def head(self) -> int:
        """How many operations are in force."""
        return self._project.head

    @property
    def can_undo(self) -> bool:
        """Whether there is an operation to undo."""
        return self._project.can_undo

    @property
    def can_redo(self) -> bool:
        """Whether there is an operation to redo."""
        return self._project.can_redo

    @property
    def revision(self) -> int:
        """Counts every change; a job remembers the revision it began from."""
        return self._revision

    @property
    def n_unexported(self) -> int:
        """How many operations are in force that no export holds as they are."""
        done, exported = self.state.operations, self._exported
        return self.head - len(exported) if done[: len(exported)] == exported else self.head

    def mark_exported(self, state: State) -> None:
        """Remember that a state lies in a file now."""
        self._exported = state.operations
        self.history_changed.emit()

    @property
    def noise(self) -> Region | None:
        """The span marked as groove noise only."""
        return self._noise

    def mark_noise(self, region: Region | None) -> None:
        """Mark a span as groove noise only, or take the mark away."""
        self._noise = region
        self.noise_changed.emit()

    def recording(self, monitored: Monitored) -> Recording:
        """What is heard and shown in one of the three ways of listening."""
        if monitored is Monitored.ORIGINAL:
            return self.original
        if monitored is Monitored.RESULT:
            return self.state
        return Difference(self.original, self.state)

    def commit(self, operations: Sequence[Operation], revision: int) -> bool:
        """Put what a job did at the head; refused (False) if the document changed meanwhile."""
        if revision != self._revision:
            return False
        for operation in operations:
            self._project.commit(operation)
        spans = tuple(span for operation in operations for span in operation.spans)
        self._tell(Change(spans, any(each.stage is not None for each in operations)))
        return True

    def undo(self) -> None:
        """Move the head one operation back."""
        if self.can_undo:
            self.jump_to(self.head - 1)

    def redo(self) -> None:
        """Move the head one operation forward."""
        if self.can_redo:
            self.jump_to(self.head + 1)

    def jump_to(self, head: int) -> None:
        """Move the head along its line; computes nothing."""
        self._tell(self._project.move_head(head))

    def jump_to_operation(self, operation: Operation | None) -> None:
        """Move the head to an operation of any branch, None being the source."""
        self._tell(self._project.jump(None if operation is None else operation.id))

    def _tell(self, change: Change) -> None:
        self._revision += 1
        self.history_changed.emit()
        if change.is_staged:
            self.stage_changed.emit()
            return
        for start, stop in _joined(change.spans, self.original.n_samples // MOST_SPANS):
            self.changed.emit(start, stop)


def _joined(spans: Sequence[tuple[int, int]], gap: int) -> list[tuple[int, int]]:
    """Spans in order, those closer together than `gap` as one."""
    joined: list[tuple[int, int]] = []
    for start, stop in sorted(spans):
        if joined and start <= joined[-1][1] + gap:
            joined[-1] = (joined[-1][0], max(joined[-1][1], stop))
        else:
            joined.append((start, stop))
    return joined
