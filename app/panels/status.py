"""Status line: what runs, what lies under the pointer, what the last operation did."""

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QTimer, Slot
from PySide6.QtWidgets import QLabel, QProgressBar, QStatusBar, QWidget

from app.job_watch import JobWatch
from app.language import translated
from app.panels.numbers import counted, told_seconds
from app.session import Session
from engine.jobs.measure import Peak
from engine.project import Operation

PASSING_MS = 5000
QUICK_MS = 300
"""A job that has ended by then is not told: all that would be seen of it is a flicker."""


class StatusLine(QStatusBar):
    """From left to right: job or passing word, pointer, last operation."""

    def __init__(self, session: Session, watch: JobWatch, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._watch = session, watch
        self._passing_word = ""
        self._passing = QTimer(self)
        self._passing.setSingleShot(True)
        self._passing.setInterval(PASSING_MS)
        self._passing.timeout.connect(self._on_passed)
        self._due = QTimer(self)
        self._due.setSingleShot(True)
        self._due.setInterval(QUICK_MS)
        self._due.timeout.connect(self._on_due)
        self._is_told = False
        self._word = QLabel()
        self._word.setAccessibleName(self.tr("Status"))
        self._bar = QProgressBar()
        self._bar.setRange(0, 1000)
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(140)
        self._bar.setAccessibleName(self.tr("Progress"))
        self._pointer = QLabel()
        self._pointer.setAccessibleName(self.tr("Under the pointer"))
        self._stage = QLabel()
        self._stage.setAccessibleName(self.tr("What the result is compared with"))
        self._late = QLabel()
        self._late.setAccessibleName(self.tr("Gaps while playing"))
        self._late.hide()
        self._done = QLabel()
        self._done.setObjectName("muted")
        self._done.setAccessibleName(self.tr("Last operation"))
        self.setSizeGripEnabled(False)
        for label in (self._word, self._pointer, self._late, self._stage, self._done):
            label.setContentsMargins(6, 0, 6, 0)
        self.addWidget(self._bar)
        self.addWidget(self._word)
        self.addWidget(self._pointer, 1)
        self.addPermanentWidget(self._late)
        self.addPermanentWidget(self._stage)
        self.addPermanentWidget(self._done)
        watch.changed.connect(self._on_watch_changed)
        session.restored.connect(self._on_restored)
        session.player.under_ran.connect(self._on_under_ran)
        session.document_changed.connect(self._on_document_changed)
        self._on_watch_changed()

    @property
    def done(self) -> str:
        """What is told of the last operation."""
        return self._done.text()

    @property
    def late(self) -> str:
        """What is told of gaps while playing; empty while there were none."""
        return self._late.text()

    @property
    def stage(self) -> str:
        """What the original is, where that is not the source."""
        return self._stage.text()

    @property
    def word(self) -> str:
        """What is told of the job, or in passing."""
        return self._word.text()

    def tell(self, sentence: str) -> None:
        """Show a sentence for a while."""
        self._passing_word = translated(sentence)
        self._word.setText(self._passing_word)
        self._passing.start()

    @Slot(str)
    def show_pointer(self, readout: str) -> None:
        """Show what lies under the pointer."""
        self._pointer.setText(readout)

    @Slot()
    def _on_passed(self) -> None:
        self._word.setText(self._watch.text if self._is_told else "")

    @Slot()
    def _on_due(self) -> None:
        self._is_told = True
        self._on_watch_changed()

    @Slot()
    def _on_watch_changed(self) -> None:
        if not self._watch.is_running:
            self._is_told = False
            self._due.stop()
        elif not self._is_told and not self._due.isActive():
            self._due.start()
        running = self._is_told
        self._bar.setVisible(running)
        self._bar.setValue(round(1000 * self._watch.fraction))
        is_passing = self._passing.isActive() and not running
        text = self._watch.text if running else ""
        self._word.setText(self._passing_word if is_passing else text)

    @Slot(int)
    def _on_under_ran(self, count: int) -> None:
        self._late.setVisible(count > 0)
        self._late.setText(self.tr("{count} gaps").format(count=counted(count)) if count else "")
        self._late.setToolTip(
            self.tr(
                "Blocks of 10 or 20 ms that came too late to be heard since the recording was "
                "opened: this computer was too busy. The recording itself has no gaps."
            )
        )

    @Slot(object, object)
    def _on_restored(self, operations: Sequence[Operation], peak: Peak) -> None:
        self._done.setText(summary(operations, peak))
        self._done.setToolTip(self._done.text())

    @Slot()
    def _on_document_changed(self) -> None:
        self._pointer.clear()
        self._done.clear()
        if self._session.document is not None:
            self._session.document.history_changed.connect(self._on_history_changed)
        self._tell_stage()

    @Slot()
    def _on_history_changed(self) -> None:
        self._done.clear()  # of what a job has just done, `restored` tells anew
        self._tell_stage()

    def _tell_stage(self) -> None:
        document = self._session.document
        maker = document.state.staged_by if document is not None else None
        self._stage.setVisible(maker is not None)
        if maker is None:
            self._stage.clear()
            return
        self._stage.setText(
            self.tr("Original: after {title}").format(title=translated(maker.title))
        )
        self._stage.setToolTip(told_stage(maker))


def told_stage(maker: Operation) -> str:
    """What Original and Removed mean once an operation has made the recording anew."""
    return QCoreApplication.translate(
        "stage", "Original is the recording after {title}; Removed is told against it."
    ).format(title=translated(maker.title))


def summary(operations: Sequence[Operation], peak: Peak) -> str:
    """What operations did, with the proof that they did no more."""
    changed = any(operation.changed for operation in operations)
    events = sum(len(operation.events) for operation in operations)
    outside = sum(operation.outside_changed for operation in operations)
    # samples that two operations changed count in each, so their sum would be of nothing
    counts = " + ".join(counted(operation.changed) for operation in operations)
    parts = [translated("{count} samples changed").format(count=counts)]
    if events:
        parts.insert(0, translated("{count} events").format(count=counted(events)))
    if any(operation.regions for operation in operations):
        parts.append(translated("outside the region: {count} changed").format(count=outside))
    if changed:
        parts.append(translated("peak {peak:+.1f} dBFS").format(peak=peak.peak_dbfs))
    if peak.over:
        parts.append(translated("{count} beyond full scale").format(count=counted(peak.over)))
    parts.append(told_seconds(sum(operation.seconds for operation in operations)))
    return "  ·  ".join(parts)
