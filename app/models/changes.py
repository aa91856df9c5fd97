"""Changes: models taken out, brought back, or given the file that they lack."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from app import paths
from app.jobs import JobRunner, JobWorker
from engine.catalog import Entry
from engine.jobs.job import Job
from engine.jobs.models import BringBackJob, RemoveModelJob, SupplyWeightsJob


class Changes(QObject):
    """Does them on the runner of the window; all can be undone or repeated."""

    removed = Signal(str)
    """The name of what is in the trash now."""
    brought_back = Signal()
    supplied = Signal(object)
    """The Entry that has its file again."""
    progressed = Signal(float, str)
    failed = Signal(str)

    def __init__(self, runner: JobRunner, parent: QObject) -> None:
        super().__init__(parent)
        self._runner = runner
        self._trashed: Path | None = None

    def remove(self, file: Path) -> None:
        """Move the model of a catalogue's file into the trash."""
        self._submit(RemoveModelJob(file, paths.trash()), self._on_removed)

    @Slot()
    def undo(self) -> None:
        """Bring back what was removed last."""
        place, self._trashed = self._trashed, None
        if place is not None:
            self._submit(BringBackJob(place, paths.user_models()), self._on_brought_back)

    def supply(self, entry: Entry, file: Path) -> None:
        """Give a model a file that it lacks, if that is the very one."""
        self._submit(SupplyWeightsJob(file, entry, paths.user_models()), self._on_supplied)

    def _submit(self, job: Job, succeeded: Callable[[Any], object]) -> None:
        worker = JobWorker(job)
        worker.succeeded.connect(succeeded)
        worker.failed.connect(self.failed)
        worker.progressed.connect(self.progressed)
        self._runner.submit(worker)

    @Slot(object)
    def _on_removed(self, place: Path) -> None:
        self._trashed = place
        self.removed.emit(place.name.rsplit(" ", 1)[0])

    @Slot(object)
    def _on_brought_back(self, nothing: object) -> None:
        self.brought_back.emit()

    @Slot(object)
    def _on_supplied(self, entry: Entry) -> None:
        self.supplied.emit(entry)
