"""JobFeed: keeps one job at a time on the picture runner, choosing the next one when it has ended.

Nothing waits in the runner, so nothing in it can grow stale, and two feeds take turns.
"""

from PySide6.QtCore import QObject, Slot

from app.jobs import JobWorker
from app.session import Session
from engine.jobs.job import Job


class JobFeed(QObject):
    """Base of the caches that views draw from."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._worker: JobWorker | None = None

    def next_job(self) -> Job | None:
        """The most urgent job, or None if there is nothing to do."""
        raise NotImplementedError  # a QObject cannot be an ABC as well

    def take(self, result: object) -> None:
        """Use what a job has returned."""
        raise NotImplementedError  # a QObject cannot be an ABC as well

    def feed(self) -> None:
        """Begin the most urgent job unless one is running."""
        if self._worker is not None:
            return
        job = self.next_job()
        if job is None:
            return
        worker = JobWorker(job)
        self._worker = worker
        worker.succeeded.connect(self._on_succeeded)
        worker.failed.connect(self._on_failed)
        worker.ended.connect(self._on_ended)
        self._session.picture_runner.submit(worker)

    def forget_job(self) -> None:
        """Let the running job end unheard, as when its recording is closed.

        What it has already told may still be on its way to this thread, where disconnecting would
        not stop it; so those who are told ask who tells.
        """
        if self._worker is not None:
            self._worker.cancel()
            self._worker = None

    def give_up(self) -> None:
        """Ask for nothing more: the recording cannot be read."""
        raise NotImplementedError  # a QObject cannot be an ABC as well

    def _is_current(self) -> bool:
        return self._worker is not None and self.sender() is self._worker

    @Slot(object)
    def _on_succeeded(self, result: object) -> None:
        if self._is_current():
            self.take(result)

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        if self._is_current():
            self.give_up()
            self._session.failed.emit(sentence)

    @Slot()
    def _on_ended(self) -> None:
        if self._is_current():
            self._worker = None
            self.feed()
