"""Keeping what was done: operations into a project folder, and a folder for them if there is none.

Jobs that take long run in a worker: they write samples and wait for the disk. What they return is
committed afterwards, which is quick.
"""

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from engine.errors import StorageError
from engine.jobs.measure import Peak, measure
from engine.progress import Progress, ignore, part
from engine.project import Operation, Project, State
from engine.storage.folder import ProjectFolder, create_project
from engine.storage.move import SUFFIX, remove_folder

MOST_SESSIONS = 10_000
_BEGUN, _RESTORED, _KEPT = 0.02, 0.9, 0.98
"""Shares of the progress bar at which these are done."""


@dataclass(frozen=True, eq=False)
class Kept:
    """Operations whose samples lie in a folder, the peak of what they changed, and the folder.

    is_new: whether the folder was made for them; nothing is committed in it yet.
    """

    operations: tuple[Operation, ...]
    peak: Peak
    folder: ProjectFolder
    is_new: bool


class OperationsJob(Protocol):
    """A job that makes operations, to be committed after a state."""

    @property
    def title(self) -> str:
        """What a progress bar calls it."""

    @property
    def state(self) -> State:
        """What the operations are built upon."""

    def run(self, progress: Progress = ignore) -> tuple[Operation, ...]:
        """Make them."""


@dataclass(frozen=True, eq=False)
class KeepJob:
    """A job whose operations are written into a project folder, ready to be committed.

    folder: where; None to make one.
    begin: makes it, with the history that the operations are built upon.
    """

    job: OperationsJob
    folder: ProjectFolder | None
    begin: Callable[[Progress], ProjectFolder]

    @property
    def title(self) -> str:
        """That of the job."""
        return self.job.title

    def run(self, progress: Progress = ignore) -> Kept:
        """Work, write, measure; a folder that was made goes again when anything raises.

        Raises:
            EngineError: a setting does not fit the recording, or the disk is full.
            Cancelled: progress said so.
        """
        progress(0.0)
        folder = self.folder or self.begin(part(progress, 0.0, _BEGUN))
        try:
            return self._run(folder, progress)
        except BaseException:
            if folder is not self.folder:
                give_back(folder)
            raise

    def _run(self, folder: ProjectFolder, progress: Progress) -> Kept:
        operations = self.job.run(part(progress, _BEGUN, _RESTORED))
        operations = keep_all(folder, operations, part(progress, _RESTORED, _KEPT))
        state = self.job.state
        for operation in operations:
            state = state.with_operation(operation)
        spans = tuple(span for operation in operations for span in operation.spans)
        if any(operation.stage is not None for operation in operations):
            spans = ((0, state.n_samples),)
        peak = measure(state, spans, part(progress, _KEPT, 1.0))
        return Kept(operations, peak, folder, folder is not self.folder)


@dataclass(frozen=True, eq=False)
class KeepHistoryJob:
    """Makes no operation: the job of a session that is only to hold what was done already."""

    state: State
    title: str = "Keep the history"

    def run(self, progress: Progress = ignore) -> tuple[Operation, ...]:
        """Nothing."""
        return ()


def begin_session(
    history: Project, source: Path, sessions: Path, software: str, progress: Progress = ignore
) -> ProjectFolder:
    """Make a session that holds a history, which may be empty.

    Raises:
        EngineError: the disk is full or cannot be written, or the source cannot be read.
        Cancelled: progress said so.
    """
    folder = new_session(sessions, source, software)
    try:
        copy_history(history, folder, progress)
    except BaseException:
        give_back(folder)
        raise
    return folder


def keep_all(
    folder: ProjectFolder, operations: Sequence[Operation], progress: Progress = ignore
) -> tuple[Operation, ...]:
    """Write the samples of operations; they come back to be committed.

    Raises:
        StorageError: the disk is full or cannot be written.
        Cancelled: progress said so.
    """
    kept = []
    for index, operation in enumerate(operations):
        share = part(progress, index / len(operations), (index + 1) / len(operations))
        kept.append(folder.keep(operation, share))
    return tuple(kept)


def new_session(sessions: Path, source: Path, software: str) -> ProjectFolder:
    """Make a project that nobody has given a name yet, called as its source is.

    Raises:
        StorageError: the folder cannot be written.
        EngineError: the source cannot be read as audio.
    """
    for number in range(1, MOST_SESSIONS):
        name = source.stem if number == 1 else f"{source.stem} {number}"
        path = sessions / f"{name}{SUFFIX}"
        if not path.exists():
            return create_project(path, source, software=software, autosave=True)
    raise StorageError(f"{sessions} holds too many sessions; discard some of them")


def copy_history(project: Project, folder: ProjectFolder, progress: Progress = ignore) -> None:
    """Record the operations of all branches of a project in a folder that has none yet.

    Raises:
        StorageError: the disk is full or cannot be written.
        Cancelled: progress said so.
    """
    operations = project.all_operations
    for index, operation in enumerate(operations):
        parent = project.parent_of(operation)
        parent_id = None if parent is None else parent.id
        if folder.project.head_id != parent_id:
            folder.move_head(parent_id)
        share = part(progress, index / len(operations), (index + 1) / len(operations))
        folder.commit(folder.keep(operation, share))
    line = project.operations
    if line and folder.project.head_id != line[-1].id:
        folder.move_head(line[-1].id)  # so that redo goes on along the same line
    if folder.project.head_id != project.head_id:
        folder.move_head(project.head_id)


def give_back(folder: ProjectFolder) -> None:
    """Close and delete a folder in which nothing is to be kept."""
    with contextlib.suppress(StorageError):
        folder.close()
    remove_folder(folder.path)
