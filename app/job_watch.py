"""Job watch: how far the running job is and how long it will take; what bars show."""

import time

from PySide6.QtCore import QObject, Signal, Slot

from app.jobs import JobRunner, JobWorker
from app.language import translated
from engine.units import format_time

TELLING_SHARE = 0.03
"""Share of the work after which the time left can be told."""
TELLING_S = 1.0


class JobWatch(QObject):
    """Follows the jobs of one runner; lives on the GUI thread."""

    changed = Signal()

    def __init__(self, runner: JobRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runner = runner
        self._began = 0.0
        self.title = ""
        self.fraction = 0.0
        self.message = ""
        runner.started.connect(self._on_started)
        runner.idle.connect(self.changed)

    @property
    def is_running(self) -> bool:
        """Whether a job runs."""
        return self._runner.current is not None

    @property
    def text(self) -> str:
        """Title, message, per cent and time left, as one line."""
        if not self.is_running:
            return ""
        parts = [f"{self.title} {self.fraction:.0%}"]
        if self.message:
            parts.append(self.message)
        left_s = remaining_s(self.fraction, time.monotonic() - self._began)
        if left_s is not None:
            parts.append(self.tr("{time} left").format(time=format_time(left_s, 0)))
        return " · ".join(parts)

    @Slot(object)
    def _on_started(self, worker: JobWorker) -> None:
        self._began = time.monotonic()
        self.title, self.fraction, self.message = translated(worker.title), 0.0, ""
        worker.progressed.connect(self._on_progressed)
        self.changed.emit()

    @Slot(float, str)
    def _on_progressed(self, fraction: float, message: str) -> None:
        self.fraction, self.message = min(max(fraction, 0.0), 1.0), translated(message)
        self.changed.emit()


def remaining_s(fraction: float, elapsed_s: float) -> float | None:
    """Seconds left if the work goes on as it did; None while nobody can tell."""
    if fraction < TELLING_SHARE or elapsed_s < TELLING_S:
        return None
    return elapsed_s * (1.0 - fraction) / fraction
