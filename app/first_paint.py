"""First paint: tells when the window is on the screen for the first time, for whoever measures."""

import json
import sys
import time

from PySide6.QtCore import QEvent, QObject, QTimer, Slot
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from app.console import tell


class FirstPaint(QObject):
    """Prints, once a window and all in it are painted, JSON of one line.

    painted_s is the moment in seconds since 1970, as whoever started the program knows when that
    was; cpu_s is what the process has computed until then; has_torch is whether torch is loaded.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        window.installEventFilter(self)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self._window.removeEventFilter(self)
            # all in the window is painted and put on the screen before this turn ends
            QTimer.singleShot(0, self._tell)
        return False

    @Slot()
    def _tell(self) -> None:
        facts = {"painted_s": time.time(), "cpu_s": time.process_time()}
        tell(json.dumps({**facts, "has_torch": "torch" in sys.modules}))
        sys.stdout.flush()
