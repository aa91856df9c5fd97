"""Estimates: what the running job takes the recording to be so far, brought to the window."""

from PySide6.QtCore import QObject, Qt, Signal, Slot

from engine.equipment import Estimate


class Estimates(QObject):
    """Takes estimates on the thread of the job; `changed` is emitted on that of the window."""

    changed = Signal()
    _arrived = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.latest: Estimate | None = None
        self._is_open = False
        self._arrived.connect(self._on_arrived, Qt.ConnectionType.QueuedConnection)

    def take(self, estimate: Estimate) -> None:
        """Take one; called by the job."""
        self._arrived.emit(estimate)

    def begin(self) -> None:
        """A job begins whose estimates are wanted."""
        self._is_open = True

    @Slot()
    def end(self) -> None:
        """The job has ended: what it estimated is settled, or was given up."""
        self._is_open = False
        self._set(None)

    @Slot(object)
    def _on_arrived(self, estimate: Estimate) -> None:
        if self._is_open:  # else it comes from a job that has ended since
            self._set(estimate)

    def _set(self, estimate: Estimate | None) -> None:
        if estimate is not self.latest:
            self.latest = estimate
            self.changed.emit()
