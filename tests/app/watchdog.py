"""Watchdog: how long the event loop is held up at a time."""

import gc
import threading
import time

from PySide6.QtCore import QAbstractEventDispatcher, QObject, Slot


class Watchdog(QObject):
    """Measures each turn of the event loop in time of the processor.

    So a busy machine makes no difference, nor does sleep; the loop of Glib does its work between
    "about to block" and "awake", that of Unix between "awake" and "about to block". The first turn
    does not count: in it Qt deletes what came before. Nor do collections of garbage: here they go
    through what all tests before have left, and the application has its own way with them
    (app/collector.py).

    longest_s: the longest turn so far.
    """

    def __init__(self) -> None:
        super().__init__()
        self.longest_s = 0.0
        self._began: float | None = None
        self._collected_s = 0.0
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
        self._thread = threading.get_ident()
        gc.callbacks.append(self._on_collection)

    def stop(self) -> None:
        """Measure no more."""
        self._dispatcher.aboutToBlock.disconnect(self._before)
        self._dispatcher.awake.disconnect(self._after)
        gc.callbacks.remove(self._on_collection)

    def _on_collection(self, phase: str, _info: dict[str, int]) -> None:
        if threading.get_ident() == self._thread:
            self._collected_s += time.thread_time() * (1.0 if phase == "stop" else -1.0)

    @Slot()
    def _begin(self) -> None:
        self._began, self._collected_s = time.thread_time(), 0.0

    @Slot()
    def _end(self) -> None:
        if self._began is not None and not self._is_first:
            took_s = time.thread_time() - self._began - self._collected_s
            self.longest_s = max(self.longest_s, took_s)
        self._is_first = self._is_first and self._began is None
        self._began = None
