"""Engine jobs off the GUI thread: one runner owns one QThread, jobs run in order."""

import logging
import threading
import time

from PySide6.QtCore import QMetaObject, QObject, Qt, QThread, Signal, Slot
from typing_extensions import override

from engine.errors import EngineError
from engine.jobs.job import Job
from engine.progress import Cancelled

_log = logging.getLogger(__name__)
TELL_EVERY_S = 0.04
"""Reports between these are not passed on, so that a busy job cannot flood the window."""

SETTLE_S = 5.0
"""Longest time to wait for a job that was cancelled."""


class JobWorker(QObject):
    """One job and its signals; connect first (bound methods of QObjects only), submit last."""

    progressed = Signal(float, str)
    succeeded = Signal(object)
    failed = Signal(str)
    cancelled = Signal()
    ended = Signal()
    """Always emitted, last."""

    def __init__(self, job: Job) -> None:
        super().__init__()
        self.title = job.title
        """What the job is called."""
        self._job: Job | None = job
        self._stop_asked = threading.Event()
        self._has_run = threading.Event()
        self._told_at = 0.0

    def cancel(self) -> None:
        """Ask to stop; called directly, as a slot would wait for the run to return."""
        self._stop_asked.set()

    def wait(self, limit_s: float) -> None:
        """Wait until the job has run, or was found cancelled."""
        self._has_run.wait(limit_s)

    @Slot()
    def run(self) -> None:
        """Run the job in the thread this worker lives in; it is let go of afterwards."""
        job, self._job = self._job, None
        assert job is not None
        try:
            self._report(0.0)
            result = job.run(self._report)
        except Cancelled:
            self.cancelled.emit()
        except EngineError as error:
            self.failed.emit(str(error))
        except Exception as error:
            _log.exception("the job '%s' broke", self.title)
            self.failed.emit(f"{self.title} stopped by a defect of Runout: {error!r}")
        else:
            self.succeeded.emit(result)
        finally:
            self.ended.emit()
            self._has_run.set()

    def _report(self, fraction: float, message: str = "") -> None:
        if self._stop_asked.is_set():
            raise Cancelled
        now = time.monotonic()
        if now - self._told_at >= TELL_EVERY_S or fraction >= 1.0:
            self._told_at = now
            self.progressed.emit(fraction, message)


class _PythonThread(QThread):
    """A QThread that stays one thread to Python from its start to its end.

    Entered from C++ anew for each job, a thread is a new one to Python each time. Torch keeps a
    pointer to the first for good if that job imported torch, and the next job crashed on it.
    """

    @override
    def run(self) -> None:
        self.exec()


class JobRunner(QObject):
    """Runs workers one after the other on its own QThread."""

    started = Signal(object)
    """The worker that begins."""
    idle = Signal()
    """The last worker has ended."""

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread = _PythonThread(self)
        self._thread.setObjectName(name)
        self._waiting: list[JobWorker] = []
        self._current: JobWorker | None = None
        self._ended: JobWorker | None = None
        """The last one; were it let go at once, Qt might still be in the call that ran it."""
        self._is_stopped = False

    @property
    def current(self) -> JobWorker | None:
        """The worker that runs now."""
        return self._current

    def submit(self, worker: JobWorker) -> None:
        """Queue a worker; the runner keeps the reference until it has ended.

        A runner that has been stopped takes none: the end of its last job would start the next.
        """
        if self._is_stopped:
            return
        if not self._thread.isRunning():
            self._thread.start()
        worker.moveToThread(self._thread)
        worker.ended.connect(self._on_ended, Qt.ConnectionType.QueuedConnection)
        self._waiting.append(worker)
        if self._current is None:
            self._start_next()

    def cancel_all(self) -> None:
        """Cancel the current worker and drop those that wait."""
        self._waiting.clear()
        if self._current is not None:
            self._current.cancel()

    def settle(self) -> None:
        """Cancel everything and wait until nothing runs; a job stops at its next report."""
        self.cancel_all()
        if self._current is not None and self._thread.isRunning():
            self._current.wait(SETTLE_S)

    def stop(self) -> None:
        """Cancel everything and join the thread, for good."""
        self._is_stopped = True
        self.cancel_all()
        self._thread.quit()
        self._thread.wait()

    def _start_next(self) -> None:
        if not self._waiting:
            self.idle.emit()
            return
        self._current = self._waiting.pop(0)
        self.started.emit(self._current)
        QMetaObject.invokeMethod(self._current, "run", Qt.ConnectionType.QueuedConnection)

    @Slot()
    def _on_ended(self) -> None:
        self._ended, self._current = self._current, None
        self._start_next()
