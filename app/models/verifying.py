"""Verifying: models one after the other, and what is known of them since Runout was started."""

from collections import deque
from collections.abc import Iterable

from PySide6.QtCore import QObject, Signal, Slot

from app.jobs import JobRunner, JobWorker
from app.models.rows import Known
from engine.catalog import Entry
from engine.jobs.models import Verified, VerifyModelJob


class Verifying(QObject):
    """Hashes files on the runner of the window."""

    progressed = Signal(object, float)
    """The Entry that is read now, and how far it is."""
    found = Signal(object)
    """What was Verified of one."""
    ended = Signal(list)
    """All that was found, once nothing more is to be read."""
    failed = Signal(str)

    def __init__(self, runner: JobRunner, parent: QObject) -> None:
        super().__init__(parent)
        self.known = Known()
        self._runner = runner
        self._waiting: deque[Entry] = deque()
        self._all: list[Verified] = []
        runner.idle.connect(self._on_idle)

    def verify(self, entries: Iterable[Entry]) -> None:
        """Verify some models, after those that wait."""
        for entry in entries:
            worker = JobWorker(VerifyModelJob(entry))
            worker.succeeded.connect(self._on_verified)
            worker.progressed.connect(self._on_progressed)
            worker.failed.connect(self.failed)
            self._waiting.append(entry)
            self._runner.submit(worker)

    @Slot(float, str)
    def _on_progressed(self, fraction: float, message: str) -> None:
        if self._waiting:
            self.progressed.emit(self._waiting[0], fraction)

    @Slot(object)
    def _on_verified(self, verified: Verified) -> None:
        if self._waiting:
            self._waiting.popleft()
        self.known.keep(verified)
        self._all.append(verified)
        self.found.emit(verified)

    @Slot()
    def _on_idle(self) -> None:
        found, self._all = self._all, []
        self._waiting.clear()
        self.ended.emit(found)
