"""Queue: the list of the batch window; finds what was dropped, and keeps itself on disk."""

import contextlib
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app import paths
from app.batch.choices import Choices, target_of
from app.batch.feed import Feed
from app.batch.kept import KeepListJob, Kept, LoadListJob, snapshot, take_list
from app.batch.rows import Found, Row
from app.batch.scan import Facts, FactsJob, ScanJob
from app.batch.table import BatchModel
from app.jobs import JobRunner, JobWorker
from engine.errors import EngineError
from engine.storage.lock import Lock

REST_MS = 1500
"""Between two times that the list is written; a batch that is cut off loses no more of it."""


class BatchQueue(QObject):
    """Rows, and what goes on with them apart from the restoration; lives on the GUI thread.

    choices: how the batch is to be done; None while no folder is named.
    is_begun: whether the batch was started and has not come to its end.
    is_looking: whether sound files are looked for in what was dropped.
    """

    counted = Signal()
    """There are more rows, or fewer."""
    scanned = Signal(int, int)
    """So many files were found in what was dropped; so many were in the list already."""
    choices_kept = Signal(object)
    """The Choices of a list that is about to be taken over."""
    loaded = Signal(object)
    """The Kept list that a window before this one has left."""
    failed = Signal(str)

    def __init__(self, titles: Mapping[str, str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.choices: Choices | None = None
        self.is_begun = False
        self.model = BatchModel(titles, self._target, self)
        self._runner = JobRunner("batch list", self)
        self._keeper = JobRunner("batch keeper", self)
        self._lock: Lock | None = None
        self._is_loaded = False
        self._preset = ""
        self._n_known = 0
        self.is_looking = False
        self._n_found: int | None = None
        self._fresh: list[Row] = []
        self._found, self._read = Feed(self), Feed(self)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(REST_MS)
        self._timer.timeout.connect(self._write)
        self._found.arrived.connect(self._on_found)
        self._found.emptied.connect(self._end_scan)
        self._read.arrived.connect(self._on_read)

    @property
    def is_scanning(self) -> bool:
        """Whether files are looked for, or their headers read."""
        return self._runner.current is not None or not self._found.is_empty or self.is_looking

    def load(self) -> bool:
        """Take over the list that was left; False where another window has it, and keeps it."""
        try:
            self._lock = take_list(paths.batch())
        except EngineError as error:
            self.failed.emit(str(error))
            return True
        if self._lock is None:
            return False
        worker = JobWorker(LoadListJob(paths.batch(), others=True))
        worker.succeeded.connect(self._on_loaded)
        self._runner.submit(worker)
        return True

    def add(self, dropped: Sequence[str], preset: str) -> None:
        """Look for sound files in files and folders; rows appear as they are found."""
        self.is_looking = True
        self._preset = preset
        outputs = None if self.choices is None else self.choices.folder
        taken = {row.found.below.split(os.sep, 1)[0] for row in self.model.rows} or None
        worker = JobWorker(ScanJob(dropped, outputs, self._found.take, taken))
        worker.succeeded.connect(self._on_scanned)
        self._runner.submit(worker)

    def remove(self, rows: Sequence[Row]) -> None:
        """Take rows out of the list; files stay where they are."""
        gone = set(rows)
        self.model.replace([row for row in self.model.rows if row not in gone])
        self.counted.emit()
        self.keep()

    def reset(self) -> None:
        """Have all rows wait: they are going to become something else."""
        over = [row for row in self.model.rows if row.is_over]
        for row in over:
            row.reset()
        self.model.tell(self.model.rows)
        self.is_begun = False
        if over:
            self.counted.emit()
        self.keep()

    def keep(self) -> None:
        """Write the list soon; not before the one that was left is known."""
        if self._is_loaded and not self._timer.isActive():
            self._timer.start()

    def close(self) -> None:
        """Write the list and let others have it."""
        self._runner.stop()
        self._timer.stop()
        if self._keeper.current is not None:
            self._keeper.current.wait(REST_MS / 1000.0)
        self._keeper.stop()
        if self._is_loaded:
            with contextlib.suppress(EngineError):  # what was kept before is all there is then
                self._keep_job().run()
        if self._lock is not None:
            self._lock.close()
        self._lock, self._is_loaded = None, False

    def _target(self, row: Row) -> Path | None:
        choices = self.choices
        return None if choices is None or choices.is_survey else target_of(row, choices)

    def _keep_job(self) -> KeepListJob:
        told = snapshot(self.model.rows, self.choices, is_begun=self.is_begun)
        return KeepListJob(paths.batch(), told)

    @Slot()
    def _write(self) -> None:
        worker = JobWorker(self._keep_job())
        worker.failed.connect(self.failed)
        self._keeper.submit(worker)

    @Slot(list)
    def _on_found(self, found: list[Found]) -> None:
        rows = [Row(each, self._preset) for each in found]
        count = len(self.model.rows)
        n_fresh = self.model.add(rows)
        self._n_known += len(rows) - n_fresh
        self._fresh += self.model.rows[count:]
        self.counted.emit()

    @Slot(object)
    def _on_scanned(self, count: int) -> None:
        self._n_found = count + (self._n_found or 0)
        self._end_scan()

    @Slot()
    def _end_scan(self) -> None:
        """Once the last row has arrived, read the headers of those that are new."""
        count = self._n_found
        if count is None or not self._found.is_empty:
            return
        self._n_found = None
        self.is_looking = False
        fresh, self._fresh = self._fresh, []
        known, self._n_known = self._n_known, 0
        if fresh:
            self._runner.submit(JobWorker(FactsJob(fresh, self._read.take)))
        self.scanned.emit(count, known)
        self.keep()

    @Slot(list)
    def _on_read(self, facts: list[Facts]) -> None:
        self.model.take_facts(facts)

    @Slot(object)
    def _on_loaded(self, kept: Kept) -> None:
        self._is_loaded = True
        if kept.rows and not self.model.rows:
            if kept.choices is not None and kept.is_begun:
                self.choices_kept.emit(kept.choices)
            self.is_begun = kept.is_begun
            self.model.replace(kept.rows)
            self.counted.emit()
            self.loaded.emit(kept)
            unread = [row for row in kept.rows if row.duration_s is None and not row.problem]
            if unread:
                self._runner.submit(JobWorker(FactsJob(unread, self._read.take)))
