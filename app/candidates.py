"""Candidates: several attempts at the same region, made after the same state, heard in turn.

They are branches of the history that begin at the same operation, or at the source. The one the
head is on is the one that is kept; the others stay where they are.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from app.language import translated
from app.session import Session
from app.widgets.parameter_form import shown_choice, told_setting
from engine.jobs.measure import Peak
from engine.params import Params, matters
from engine.project import Operation
from engine.region import Region
from engine.tasks import Task


@dataclass(frozen=True, eq=False)
class Candidate:
    """What one run has made: its first operation, its last, and what the run is called."""

    first: Operation
    last: Operation
    tasks: tuple[Params, ...]
    title: str


class Candidates(QObject):
    """The attempts beside the one at the head; another one, and going from one to the next."""

    changed = Signal()
    """There are others now, or the head is on another one."""
    told = Signal(str)
    """One sentence in passing."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._runs: dict[str, Candidate] = {}
        """What was done in this session, by the ids of first and last operation."""
        self._found: tuple[Candidate, ...] = ()
        self._current = 0
        session.document_changed.connect(self._on_document_changed)
        session.restored.connect(self._on_restored)

    @property
    def count(self) -> int:
        """How many there are for the region of the operation at the head; 0 without one."""
        return len(self._found)

    @property
    def current(self) -> int:
        """The one the head is on, from 0."""
        return self._current

    @property
    def text(self) -> str:
        """Which of them is heard, as a line; empty unless there are several."""
        if self.count < 2:
            return ""
        return self.tr("Candidate {number} of {count}: {title}").format(
            number=self._current + 1, count=self.count, title=self.title(self._current)
        )

    @property
    def can_try(self) -> bool:
        """Whether what was done last can be done in another way now."""
        return self.count > 0 and not self._session.is_busy

    def title(self, index: int) -> str:
        """What sets a candidate apart: its method, and the settings in which the others differ."""
        candidate = self._found[index]
        if len(candidate.tasks) > 1:
            return translated(candidate.title)
        alike = [each.tasks[0] for each in self._found if type(each.tasks[0]) is _kind(candidate)]
        return _told(candidate.title, candidate.tasks[0], alike)

    def go_to(self, index: int) -> None:
        """Hear and keep another one; what is playing goes on with it."""
        document = self._session.document
        if document is not None and not self._session.is_busy and 0 <= index < self.count:
            document.jump_to_operation(self._found[index].last)

    def step(self, step: int) -> None:
        """Hear the next (1) or the one before (-1); after the last comes the first."""
        if self.count > 1:
            self.go_to((self._current + step) % self.count)

    def try_another(self, title: str, tasks: Sequence[Task]) -> None:
        """Do this in place of the last run, after the same state and on the same regions.

        The last run stays in force until it is done. What has been tried already is tried with
        another seed, where it has one.
        """
        if self._session.document is None or not self.can_try:
            return
        here = self._found[self._current]
        regions = _regions(here.first, tasks)
        if regions is None:
            told = self.tr("{title} does not work on a region.")
            self.told.emit(told.format(title=translated(title)))
            return
        fresh = self._fresh(tuple(task.suited(regions) for task in tasks))
        if fresh is None:
            self.told.emit(
                self.tr("That was tried already: choose another method or setting first.")
            )
            return
        self._session.restore(title, fresh, regions, here.first)

    def _fresh(self, tasks: tuple[Task, ...]) -> tuple[Task, ...] | None:
        """The tasks as no candidate has had them; None if that cannot be."""
        tried = [[_settings(task) for task in each.tasks] for each in self._found]
        for index, task in enumerate(tasks):
            if [_settings(each) for each in tasks] not in tried:
                return tasks
            if _matters(task, "seed"):
                others = [each.tasks[index] for each in self._found if len(each.tasks) > index]
                used = [getattr(each, "seed", 0) for each in others]
                tasks = (*tasks[:index], _with_seed(task, 1 + max(used)), *tasks[index + 1 :])
        return tasks if [_settings(each) for each in tasks] not in tried else None

    @Slot(object, object)
    def _on_restored(self, operations: Sequence[Operation], peak: Peak) -> None:
        session = self._session
        if operations and session.last is not None:
            title = session.last[0] if len(operations) > 1 else operations[0].title
            tasks = tuple(each.task for each in operations)
            run = Candidate(operations[0], operations[-1], tasks, title)
            self._runs[run.first.id] = self._runs[run.last.id] = run
        self._look()

    @Slot()
    def _on_document_changed(self) -> None:
        self._runs.clear()
        if self._session.document is not None:
            self._session.document.history_changed.connect(self._look)
        self._look()

    @Slot()
    def _look(self) -> None:
        self._found, self._current = (), 0
        document = self._session.document
        head = document.state.operations[-1] if document is not None and document.head else None
        if document is not None and head is not None and not head.decided:
            first = self._run_of(head).first
            beside = document.project.siblings(first)
            alike = [each for each in beside if each is first or _is_alike(each, first)]
            self._found = tuple(self._run_of(each) for each in alike)
            self._current = alike.index(first)
        self.changed.emit()

    def _run_of(self, operation: Operation) -> Candidate:
        alone = Candidate(operation, operation, (operation.task,), operation.title)
        return self._runs.get(operation.id, alone)


def _is_alike(operation: Operation, other: Operation) -> bool:
    """Whether two attempts are at the same region."""
    return operation.regions == other.regions and not operation.decided


def _regions(operation: Operation, tasks: Sequence[Task]) -> tuple[Region, ...] | None:
    """Where tasks work in place of an operation; None if they cannot work there."""
    if all(task.takes_region for task in tasks):
        needs_one = any(task.needs_region for task in tasks)
        return None if needs_one and not operation.regions else operation.regions
    return None if operation.regions else ()


def _kind(candidate: Candidate) -> type[Params]:
    return type(candidate.tasks[0])


def _settings(task: Params) -> tuple[str, dict[str, Any]]:
    """What makes a task give what it gives."""
    names = [each.name for each in task.params() if _matters(task, each.name)]
    return task.name, {name: getattr(task, name) for name in names}


def _matters(task: Params, name: str) -> bool:
    declared = {each.name: each for each in task.params()}
    values = {each: getattr(task, each) for each in declared}
    return name in declared and matters(declared[name], declared.values(), values)


def _with_seed(task: Task, seed: int) -> Task:
    return replace(task, seed=seed)  # type: ignore[call-arg]  # _matters found that it has one


def _told(title: str, task: Params, alike: Sequence[Params]) -> str:
    method = getattr(task, "method", "")
    named = translated(title)
    parts = [f"{named} ({translated(shown_choice(method))})" if method else named]
    for declared in task.params():
        values = {getattr(each, declared.name) for each in alike}
        if declared.name != "method" and len(values) > 1 and _matters(task, declared.name):
            parts.append(told_setting(declared, getattr(task, declared.name)))
    return ", ".join(parts)
