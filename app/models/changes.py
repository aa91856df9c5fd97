"""Changes: models taken out, brought back, or given the file that they lack."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from app import paths
from app.jobs import JobRunner, JobWorker
from app.models.asking import ask_removing, choose_weights
from app.models.rows import Row
from app.settings import Settings
from engine.catalog import Entry
from engine.jobs.job import Job
from engine.jobs.models import BringBackJob, RemoveModelJob, SupplyWeightsJob


class Changes(QObject):
    """Asks first where it is not easily undone, and works on the runner of the window."""

    removed = Signal(str)
    """The name of what is in the trash now."""
    done = Signal(str, object)
    """A sentence on what else was done, and the Entry it was done to, if that is to be shown."""
    progressed = Signal(float, str)
    failed = Signal(str)

    def __init__(self, runner: JobRunner, settings: Settings, parent: QWidget) -> None:
        super().__init__(parent)
        self._runner, self._settings, self._window = runner, settings, parent
        self._trashed: Path | None = None

    def remove(self, row: Row) -> None:
        """Move one of the user's models into the trash."""
        if row.can_be_removed and ask_removing(self._window, row.title):
            self._submit(RemoveModelJob(row.file, paths.trash()), self._on_removed)

    @Slot()
    def undo(self) -> None:
        """Bring back what was removed last."""
        place, self._trashed = self._trashed, None
        if place is not None:
            self._submit(BringBackJob(place, paths.user_models()), self._on_brought_back)

    def locate(self, row: Row) -> None:
        """Ask for the file that a model lacks; it is taken if it is the very one."""
        if row.entry is None:
            return
        title = self.tr("Locate the file of {title}").format(title=row.title)
        file = choose_weights(self._window, self._settings, title)
        if file is not None:
            job = SupplyWeightsJob(file, row.entry, paths.user_models())
            self._submit(job, self._on_supplied)

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
        self.done.emit(self.tr("The model is back."), None)

    @Slot(object)
    def _on_supplied(self, entry: Entry) -> None:
        self.done.emit(self.tr("{title} has its file again.").format(title=entry.title), entry)
