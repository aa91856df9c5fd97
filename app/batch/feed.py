"""Feed: brings what a job finds to the window in spoonfuls, a turn of the event loop each."""

import threading
from typing import Any

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

SPOON_MS = 15
SPOONFUL = 200
"""Rows a table takes in between two frames."""


class Feed(QObject):
    """Takes things on any thread; `arrived` is emitted on that of the window."""

    arrived = Signal(list)
    emptied = Signal()
    """All that was taken has arrived."""
    _woken = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._gate = threading.Lock()
        self._items: list[Any] = []
        self._is_awake = False
        self._timer = QTimer(self)
        self._timer.setInterval(SPOON_MS)
        self._timer.timeout.connect(self._on_spoon)
        self._woken.connect(self._timer.start, Qt.ConnectionType.QueuedConnection)

    @property
    def is_empty(self) -> bool:
        """Whether nothing waits to arrive."""
        return not self._is_awake

    def take(self, items: list[Any]) -> None:
        """Take some; called by a job."""
        with self._gate:
            self._items += items
            is_new, self._is_awake = not self._is_awake, True
        if is_new:
            self._woken.emit()

    @Slot()
    def _on_spoon(self) -> None:
        with self._gate:
            items, self._items = self._items[:SPOONFUL], self._items[SPOONFUL:]
            self._is_awake = bool(self._items)
            if not self._is_awake:
                self._timer.stop()
        self.arrived.emit(items)
        if self.is_empty:
            self.emptied.emit()
