"""Document: wraps the open engine project for Qt and tells what changed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from enum import StrEnum
from itertools import takewhile
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.difference import Difference
from app.marks import Marks
from engine.audio import Recording
from engine.branch import Branch, within, without
from engine.errors import EngineError
from engine.project import Change, Operation, Project, State
from engine.region import Region
from engine.storage.folder import ProjectFolder
from engine.tile_store import merge_spans

MOST_SPANS = 64
"""Thousands of repaired clicks are told as no more spans than these."""


class Monitored(StrEnum):
    """What is heard and shown: the source, the state at the head, or their difference."""

    ORIGINAL = "original"
    RESULT = "result"
    REMOVED = "removed"


class Document(QObject):
    """An open recording and its history; the only place that changes either.

    path: the sound file. folder: where every change is recorded as it is made; None while nothing
    was done, or where the project may not be written to.
    """

    changed = Signal(int, int)
    """Samples [start, stop) of the result may differ now."""
    stage_changed = Signal()
    """The result is another recording now, of other length or channels."""
    history_changed = Signal()
    noise_changed = Signal()
    recorded = Signal()
    """Something was recorded in the folder, or that is another one now."""
    failed = Signal(str)
    """One sentence: a change could not be recorded, so it was not made."""

    def __init__(
        self,
        path: Path,
        source: Recording,
        parent: QObject | None = None,
        opened: ProjectFolder | None = None,
    ) -> None:
        super().__init__(parent)
        self.path = path
        self.folder: ProjectFolder | None = None
        self.project_path: Path | None = None
        """The project it was opened from, be that written to or not."""
        self.saved: datetime | None = None
        """When something was recorded last."""
        self._project = Project(source)
        self._revision = 0
        self._previewed: State | None = None
        self.marks = Marks(self._record_if_kept, lambda: self._project.head_id, self)
        self.marks.noise_changed.connect(self.noise_changed)
        self._exported: tuple[str, ...] = ()
        self._held: tuple[str, ...] = ()
        if opened is not None:
            self._take_over(opened)
            self.marks.take(opened.marks, opened.noise)
            if not opened.is_autosave:
                self._held = self._in_force()
                self.marks.hold()

    @property
    def title(self) -> str:
        """The name of the project, or that of the file while it has none."""
        if self.folder is not None and not self.folder.is_autosave:
            return self.folder.title
        if self.folder is None and self.project_path is not None:
            return self.project_path.stem
        return self.path.name

    @property
    def home(self) -> Path:
        """The folder that what is made of it goes into: beside the file, and never in a project."""
        project = self.project_path
        if project is not None and self.path.is_relative_to(project):
            return project.parent
        return self.path.parent

    @property
    def is_named(self) -> bool:
        """Whether all that is done lies in a project that has a name."""
        return self.folder is not None and not self.folder.is_autosave

    @property
    def n_unsaved(self) -> int:
        """How many operations in force are in no named project and no export."""
        is_held = self.is_named or self._in_force() == self._held
        return 0 if is_held else self.n_unexported

    @property
    def project(self) -> Project:
        """The history of all branches, to be read only."""
        return self._project

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
        done, exported = self._in_force(), self._exported
        return self.head - len(exported) if done[: len(exported)] == exported else self.head

    @property
    def exported(self) -> tuple[str, ...]:
        """The ids of the operations of the last export."""
        return self._exported

    def remember_exported(self, ids: tuple[str, ...]) -> None:
        """Take operations for exported that were so when the recording was left."""
        self._exported = ids
        self.history_changed.emit()

    def mark_exported(self, state: State) -> None:
        """Remember that a state lies in a file now."""
        self._exported = tuple(each.id for each in state.operations)
        self.history_changed.emit()

    @property
    def noise(self) -> Region | None:
        """The span marked as groove noise only."""
        return self.marks.noise

    def mark_noise(self, region: Region | None) -> None:
        """Mark a span as groove noise only and learn from it, or take all such marks away."""
        self.marks.set_noise(region)

    def remember_view(self, view: Mapping[str, object]) -> None:
        """Keep what the window shows along with the history."""
        if self.folder is not None:
            self._record(lambda folder: folder.set_view(view), is_told=False)

    @property
    def shown(self) -> State:
        """What is heard and shown as the result: the state at the head, or a preview upon it."""
        return self.state if self._previewed is None else self._previewed

    def preview(self, state: State | None, start: int, stop: int) -> None:
        """Hear and show a state that differs in samples [start, stop) alone; None ends that."""
        self._previewed = state
        self.changed.emit(start, stop)

    def recording(self, monitored: Monitored) -> Recording:
        """What is heard and shown in one of the three ways of listening."""
        if monitored is Monitored.ORIGINAL:
            return self.original
        if monitored is Monitored.RESULT:
            return self.shown
        return Difference(self.original, self.shown)

    def commit(self, operations: Sequence[Operation], revision: int) -> bool:
        """Put what a job did at the head; refused (False) if the document changed meanwhile.

        What no job has kept in the folder is kept here, so it had better be small.
        """
        if revision != self._revision:
            return False
        folder = self.folder
        if folder is not None:
            try:
                operations = [folder.keep(operation) for operation in operations]
            except EngineError as error:
                self.failed.emit(str(error))
                return True
        return self.commit_kept(operations, revision)

    def commit_kept(
        self, operations: Sequence[Operation], revision: int, beside: Operation | None = None
    ) -> bool:
        """Put what lies in the folder already at the head; refused (False) if it is stale.

        beside: an operation in force that it is another attempt at, and takes the place of.
        What cannot be recorded is told by `failed` and not done, nor is what comes after it.
        """
        if revision != self._revision:
            return False
        line = self._project.state.operations
        at = len(line) if beside is None else [each.id for each in line].index(beside.id)
        after = (line[at - 1].id if at else None, *(each.id for each in operations))
        done = list(takewhile(self._commit, zip(after, operations, strict=False)))
        moved = [*line[at:], *(each for _, each in done)]
        spans = tuple(span for each in moved for span in each.spans)
        if done:
            self._tell(Change(spans, any(each.stage is not None for each in moved)))
        return True

    def adopt(self, folder: ProjectFolder) -> None:
        """Record everything in a folder that holds the same history from now on."""
        self._take_over(folder)
        self._record(self.marks.write_to, is_told=False)
        self._on_recorded()

    def let_go(self) -> ProjectFolder | None:
        """Record no more, as when the folder turned out to have another source; the history stays.

        Returns:
            The folder, to be closed.
        """
        if self.is_named:
            self._held = self._in_force()
            self.marks.hold()
        folder, self.folder = self.folder, None
        self.recorded.emit()
        return folder

    def save(self) -> None:
        """Make what is recorded a generation of its own."""
        self._record(lambda folder: folder.save())

    def clean_up(self, operations: Sequence[Operation]) -> int:
        """Give up operations of other branches for good; returns the bytes freed."""
        freed: list[int] = []
        self._record(lambda folder: freed.append(folder.clean_up(operations)))
        self.history_changed.emit()
        return sum(freed)

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
        line = self._project.operations
        assert 0 <= head <= len(line), head
        self.jump_to_operation(line[head - 1] if head else None)

    def jump_to_operation(self, operation: Operation | None) -> None:
        """Move the head to an operation of any branch, None being the source."""
        head = None if operation is None else operation.id
        changes: list[Change] = []
        if self.folder is None:
            changes.append(self._project.jump(head))
        else:
            self._record(lambda folder: changes.append(folder.move_head(head)))
        for change in changes:
            self._tell(change)

    def leave_out(self, operations: Sequence[Operation]) -> None:
        """Go on along a branch without some operations in force.

        Raises:
            SettingsError: what was done later is built upon it.
        """
        self._follow(without(self._project, operations))

    def put_in(self, operations: Sequence[Operation]) -> None:
        """Go on along a branch with operations that were left out.

        Raises:
            SettingsError: they do not fit there any more.
        """
        self._follow(within(self._project, operations))

    def set_remark(self, operation: Operation, remark: str) -> None:
        """Keep what the user notes on an operation of any branch."""
        if remark.strip() == operation.remark:
            return
        if self.folder is None:
            self._project.replace(replace(operation, remark=remark.strip()))
        elif not self._record(lambda folder: folder.set_remark(operation, remark)):
            return
        self.history_changed.emit()

    def _follow(self, branch: Branch) -> None:
        before = {each.origin: each for each in self.state.operations}
        if self.folder is not None:
            if not self._record(lambda folder: folder.follow(branch)):
                return
        else:
            self._project.jump(None if branch.start is None else branch.start.id)
            for each in branch.copies:
                self._project.commit(each)
        after = {each.origin: each for each in self.state.operations}
        differing = [(before.get(name) or after[name]) for name in before.keys() ^ after.keys()]
        spans = tuple(span for each in differing for span in each.spans)
        self._tell(Change(spans, any(each.stage is not None for each in differing)))

    def _in_force(self) -> tuple[str, ...]:
        """The ids of the operations in force."""
        return tuple(each.id for each in self.state.operations)

    def _take_over(self, folder: ProjectFolder) -> None:
        """Go on with the history of a folder.

        The source stays the recording that views and player know: the folder may be closed, and
        its own source with it, while they still read.
        """
        source = self._project.source
        self._project = folder.project
        self._project.source = source
        self.folder = None if folder.is_read_only else folder
        self.project_path = None if folder.is_autosave else folder.path

    def _commit(self, step: tuple[str | None, Operation]) -> bool:
        if self.folder is None:
            self._project.commit_after(*step)
            return True
        return self._record(lambda folder: folder.commit_after(*step))

    def _record_if_kept(self, change: Callable[[ProjectFolder], object]) -> bool:
        """Make a change in the folder if there is one."""
        return self.folder is None or self._record(change)

    def _record(self, change: Callable[[ProjectFolder], object], *, is_told: bool = True) -> bool:
        """Make a change in the folder; False, and a sentence, where it cannot be recorded."""
        assert self.folder is not None
        try:
            change(self.folder)
        except EngineError as error:
            self.failed.emit(str(error))
            return False
        if is_told:
            self._on_recorded()
        return True

    def _on_recorded(self) -> None:
        self.saved = datetime.now(UTC)
        self.recorded.emit()

    def _tell(self, change: Change) -> None:
        self._revision += 1
        self._previewed = None
        self.history_changed.emit()
        if change.is_staged:
            self.stage_changed.emit()
            return
        for start, stop in merge_spans(change.spans, self.original.n_samples // MOST_SPANS):
            self.changed.emit(start, stop)
