"""Watchdog: how long the event loop is held up at a time."""

import time

from PySide6.QtCore import QAbstractEventDispatcher, QObject, Slot


class Watchdog(QObject):
    """Measures each turn of the event loop in time of the processor.

    So a busy machine makes no difference, nor does sleep; the loop of Glib does its work between
    "about to block" and "awake", that of Unix between "awake" and "about to block". The first turn
    does not count: in it Qt deletes what came before.

    longest_s: the longest turn so far.
    """

    def __init__(self) -> None:
        super().__init__()
        self.longest_s = 0.0
        self._began: float | None = None
        self._is_first = True
        dispatcher = QAbstractEventDispatcher.instance()
        assert dispatcher is not None
        is_glib = "Glib" in dispatcher.metaObject().className()
        self._dispatcher = dispatcher
        self._before, self._after = (
            (self._begin, self._end) if is_glib else (self._end, self._begin)
        )
        dispatcher.aboutToBlock.connect(self._before)
        dispatcher.awake.connect(self._after)

    def stop(self) -> None:
        """Measure no more."""
        self._dispatcher.aboutToBlock.disconnect(self._before)
        self._dispatcher.awake.disconnect(self._after)

    @Slot()
    def _begin(self) -> None:
        self._began = time.thread_time()

    @Slot()
    def _end(self) -> None:
        if self._began is not None and not self._is_first:
            self.longest_s = max(self.longest_s, time.thread_time() - self._began)
        self._is_first = self._is_first and self._began is None
        self._began = None
