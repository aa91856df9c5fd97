"""RecordedHistory: the operations of an open project, each change written before it is made."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from engine.audio_file import AudioFile
from engine.branch import Branch
from engine.errors import StorageError
from engine.progress import Progress, ignore
from engine.project import Change, Operation, Project
from engine.storage.contents import Contents
from engine.storage.disk import one_line
from engine.storage.move import RENDERS, SUFFIX
from engine.storage.rebuild import Rebuilt, store
from engine.storage.record import REMARK_LIMIT, Record
from engine.storage.recorder import Recorder
from engine.storage.renders import Renders
from engine.storage.sizes import Sizes, measure_sizes


@dataclass(frozen=True, eq=False)
class Opened:
    """What it takes to hold a project folder."""

    source: AudioFile
    rebuilt: Rebuilt
    recorder: Recorder
    notes: tuple[str, ...]
    has_other_source: bool


class RecordedHistory:
    """What a project folder does with operations; the project and the folder change together.

    project: every operation of every branch, with samples read from the folder.
    """

    def __init__(self, opened: Opened) -> None:
        self.project: Project = opened.rebuilt.project
        self._recorder = opened.recorder
        self._notes = opened.notes
        self._renders = Renders(self.path / RENDERS)
        self._kept: dict[str, Record] = {}
        self._guard = threading.RLock()

    @property
    def path(self) -> Path:
        """The folder."""
        return self._recorder.path

    @property
    def title(self) -> str:
        """The name of the folder without its suffix."""
        return self.path.name.removesuffix(SUFFIX)

    @property
    def is_read_only(self) -> bool:
        """Whether nothing is recorded; `notes` say why."""
        return not self._recorder.is_writable

    def check_room(self, n_bytes: int) -> None:
        """See that the disk has twice the room a render needs, before it is made.

        Raises:
            StorageError: it has not.
        """
        self._renders.check_room(2 * n_bytes)

    def keep(self, operation: Operation, progress: Progress = ignore) -> Operation:
        """Write the samples and events of an operation; long, for a worker.

        Returns:
            The operation to commit, with its samples read from the folder.

        Raises:
            StorageError: the disk is full or cannot be written, or the project is read-only.
            Cancelled: progress said so.
        """
        while True:
            self._check_writable()
            renders = self._renders
            try:
                kept, record = store(operation, renders, self._contents.software, progress)
            except StorageError:
                if renders is self._renders:
                    raise
                continue
            with self._guard:
                if renders is self._renders:  # else the folder has gone elsewhere meanwhile
                    self._kept[operation.id] = record
                    return kept

    def commit(self, operation: Operation) -> None:
        """Add an operation that `keep` has returned at the head.

        Raises:
            StorageError: it cannot be recorded.
        """
        with self._guard:
            self.commit_after(self.project.head_id, operation)

    def commit_after(self, parent: str | None, operation: Operation) -> None:
        """Add what `keep` has returned after an operation in force, and put the head on it.

        It is one line of the journal: a crash leaves the head where it was or puts it there.

        Raises:
            StorageError: it cannot be recorded.
        """
        with self._guard:
            assert operation.id in self._kept, operation.id
            record = replace(self._kept[operation.id], parent=parent)
            self._record("commit", record.to_mapping())
            del self._kept[operation.id]
            self._contents.commit(record)
            self.project.commit_after(parent, operation)

    def follow(self, branch: Branch) -> None:
        """Go to where a branch begins, and repeat there what it repeats; writes no samples.

        Raises:
            StorageError: it cannot be recorded; the head is where it was.
        """
        with self._guard:
            before = self.project.head_id
            self.move_head(None if branch.start is None else branch.start.id)
            try:
                for each in branch.copies:
                    record = self._contents.records[each.repeats]
                    self._kept[each.id] = replace(
                        record, id=each.id, repeats=each.repeats, decided=each.decided
                    )
                    self.commit(each)
            except StorageError:
                self._contents.jump(before)
                self.project.jump(before)
                raise

    def move_head(self, head: str | None) -> Change:
        """Move the head to any operation, None being the source.

        Raises:
            StorageError: it cannot be recorded.
        """
        with self._guard:
            self._record("head", {"head": head})
            self._contents.jump(head)
            return self.project.jump(head)

    def set_remark(self, operation: Operation, remark: str) -> None:
        """Record what the user has noted on an operation, another object of the same id then.

        Raises:
            StorageError: it cannot be recorded.
        """
        noted = one_line(remark.strip()[:REMARK_LIMIT])
        with self._guard:
            self._record("remark", {"operation": operation.id, "remark": noted})
            self._contents.note(operation.id, noted)
            self.project.replace(replace(operation, remark=noted))

    def sizes(self) -> Sizes:
        """How large it is, and how much of that only serves what was undone."""
        renders = self._renders.sizes()
        with self._guard:
            standing = self._contents.keys(self._contents.line())
        return measure_sizes(self.path, renders, standing)

    def render_sizes(self) -> Mapping[str, int]:
        """Bytes of the samples and events of each operation, by its id."""
        renders = self._renders.sizes()
        with self._guard:
            records = tuple(self._contents.records.values())
        return {each.id: sum(renders.get(key, 0) for key in set(each.keys)) for each in records}

    @property
    def _contents(self) -> Contents:
        return self._recorder.contents

    def _check_writable(self) -> None:
        if self.is_read_only:
            why = self._notes[-1] if self._notes else "another program has it open"
            raise StorageError(f"nothing can be recorded in {self.title}: {why}")

    def _record(self, kind: str, data: dict[str, object]) -> None:
        """Write a line of the journal, unless the folder is read-only."""
        if not self.is_read_only:
            self._recorder.record(kind, data)
