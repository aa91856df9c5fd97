"""What the commands on projects do with an open folder; apart, as it is not quick to load."""

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from app.console import progress_bar, tell, warn
from app.event_commands import choose_operation
from app.version import VERSION
from engine.containers import Encoding
from engine.errors import SettingsError, StorageError
from engine.jobs.keep import keep_all
from engine.jobs.projects import naming
from engine.progress import Progress, part
from engine.project import Operation
from engine.report import operation_mappings
from engine.saved_report import SavedEvent, told_events
from engine.storage.folder import SUFFIX, ProjectFolder, create_project, open_project
from engine.sum_errors import SumErrors

SOURCE = "source"
"""How the commands name the state without any operation."""


def create(source: Path, output: Path | None, *, copy_source: bool) -> Path:
    """Make a project and read its source once, so that it is known again.

    Raises:
        EngineError: the folder exists or cannot be written, or the source cannot be read.
        Cancelled: the user asked to stop.
    """
    place = output or source.with_suffix(SUFFIX)
    with progress_bar(place.name) as progress:
        half = part(progress, 0.0, 0.5)
        with create_project(
            place, source, software=VERSION, copy_source=copy_source, progress=half
        ) as folder:
            folder.verify_source(part(progress, 0.5, 1.0))
            return folder.path


def relink(project: Path, source: Path) -> Path:
    """Open a project with its source at another place.

    Raises:
        EngineError: the source has other audio, or the project cannot be written.
        Cancelled: the user asked to stop.
    """
    with (
        progress_bar(project.name) as progress,
        open_project(project, software=VERSION, relink=source, progress=progress) as folder,
    ):
        check_writable(folder)
        return folder.source.path


def record(folder: ProjectFolder, operations: Sequence[Operation], progress: Progress) -> None:
    """Write operations and put them at the head, and tell them.

    Raises:
        StorageError: the disk is full or cannot be written.
        Cancelled: the user asked to stop.
    """
    kept = keep_all(folder, operations, progress)
    for operation in kept:
        folder.commit(operation)
    tell_head(folder, kept)


def project_events(project: Path) -> tuple[SavedEvent, ...]:
    """The events of all operations in force, with what is decided on them.

    Raises:
        EngineError: it is no project, or cannot be read.
    """
    with opened(project, writes=False) as (folder, _):
        operations = folder.project.state.operations
        rate, sums = folder.source.sample_rate, SumErrors((), Encoding(16))
        told = operation_mappings(operations, rate, sums)
        numbers = {each.id: n for n, each in enumerate(folder.project.all_operations, start=1)}
        return tuple(
            replace(event, operation=numbers[each["id"]])
            for each in told
            for event in told_events([each])
        )


@contextlib.contextmanager
def opened(path: Path, *, writes: bool = True) -> Iterator[tuple[ProjectFolder, Progress]]:
    """An open project with a progress bar; refused if it is to be written to and may not be."""
    with progress_bar(path.name) as progress, naming(path), contextlib.ExitStack() as stack:
        folder = stack.enter_context(open_project(path, software=VERSION, progress=progress))
        if writes:
            check_writable(folder)
        for note in folder.notes:
            warn(f"{note}.")
        yield folder, progress


def check_writable(folder: ProjectFolder) -> None:
    """Refuse what another program has open, or has another source.

    Raises:
        StorageError: it is read-only.
    """
    if folder.is_read_only:
        raise StorageError(folder.notes[-1])


def operation_of(folder: ProjectFolder, number: str) -> Operation:
    """The operation of any branch, as `project info` numbers them.

    Raises:
        SettingsError: there is none.
    """
    operations = folder.project.all_operations
    if not number.isdecimal() or not 1 <= int(number) <= len(operations):
        raise SettingsError(
            f"{folder.path.name} has no operation {number}; "
            f"it has {len(operations)}, listed by `runout project info`"
        )
    return operations[int(number) - 1]


def reviewed(folder: ProjectFolder, task: str | None, operation: int | None) -> Operation:
    """The operation in force whose events are decided on."""
    operations, line = folder.project.all_operations, folder.project.state.operations
    offered = [(each.task.name, len(each.events) if each in line else 0) for each in operations]
    return operations[choose_operation(offered, task, operation) - 1]


def move(folder: ProjectFolder, head: int) -> None:
    """Move the head along its line, and tell where it is."""
    line = folder.project.operations
    folder.move_head(line[head - 1].id if head else None)
    tell_head(folder, ())


def tell_head(folder: ProjectFolder, done: Sequence[Operation]) -> None:
    """What was done, an operation a line; else where the head is."""
    operations = folder.project.all_operations
    state = folder.project.state.operations
    for each in done or state[-1:]:
        events = f", {len(each.events)} events" if each.events else ""
        number = operations.index(each) + 1
        tell(f"{number} {each.title}{events}, {each.changed} samples changed")
    if not done and not state:
        tell(SOURCE)
