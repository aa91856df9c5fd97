"""Stage dialog: what finding a groove mode and finding a speed have in common.

Both measure while one reads, let hear what comes of it, and change the whole side once that is
asked for.
"""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Slot
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from app.excerpt import Excerpt
from app.jobs import JobWorker
from app.session import Session
from app.widgets.banner import Banner
from engine.jobs.job import Job
from engine.project import State
from engine.tasks import StageTask


class StageDialog(QDialog):
    """Base of such a dialog; a subclass lays out its own part and ends it with `foot`."""

    def __init__(self, session: Session, state: State, parent: QWidget | None) -> None:
        super().__init__(parent)
        self._session, self._state = session, state
        self._excerpt = Excerpt(session.player, self)
        self._bar = QProgressBar()
        self._bar.setRange(0, 1000)
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(self.tr("Progress"))
        self._problem = Banner()
        self._make = QPushButton()
        self._make.setObjectName("primary")
        self._make.setDefault(True)
        self._close = QPushButton(self.tr("Close"))
        self._make.clicked.connect(self.make)
        self._close.clicked.connect(self.reject)
        self._excerpt.failed.connect(self._on_failed)

    @property
    def task(self) -> StageTask:
        """What would be run."""
        raise NotImplementedError  # a widget cannot be an ABC as well

    @Slot()
    def make(self) -> None:
        """Run it on the whole side."""
        task = self.task
        self.accept()
        self._session.restore(task.title, (task,), ())

    def column(self) -> QVBoxLayout:
        """The layout of the dialog, to be filled from the top."""
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(10)
        return column

    def foot(self, column: QVBoxLayout) -> None:
        """Add progress, what went wrong, and the buttons."""
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self._close)
        buttons.addWidget(self._make)
        column.addWidget(self._bar)
        column.addWidget(self._problem)
        column.addLayout(buttons)

    def submit(self, job: Job, succeeded: Callable[[Any], None]) -> JobWorker:
        """Measure, or make an excerpt, beside all else that runs."""
        worker = JobWorker(job)
        worker.succeeded.connect(succeeded)
        worker.failed.connect(self._on_failed)
        self._session.measuring_runner.submit(worker)
        return worker

    @Slot(float, str)
    def _on_progressed(self, fraction: float, message: str) -> None:
        self._bar.setValue(round(1000 * fraction))

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        self._problem.tell(sentence, "error")

    @override
    def done(self, result: int) -> None:
        self._excerpt.stop()
        super().done(result)
