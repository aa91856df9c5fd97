"""OpenRequests: files that the system asks to open; on macOS they come as events, not as arguments.

Double clicks, drops on the Dock's icon and "Open with" send a QFileOpenEvent to the application,
for the first file too, some time after the start.
"""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication
from typing_extensions import override

from app.main_window import MainWindow


class OpenRequests(QObject):
    """Opens them: in an empty window if there is one, else in the one that is being used."""

    def __init__(self, application: QApplication, windows: Sequence[MainWindow]) -> None:
        super().__init__(application)
        self._application = application
        self._windows = windows
        # It sees every event of every window, so it is only there where such events are sent.
        application.installEventFilter(self)

    def _window(self) -> MainWindow:
        empty = [window for window in self._windows if window.session.document is None]
        used = [window for window in self._windows if window.isActiveWindow()]
        return next(iter([*empty, *used, *self._windows]))

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not isinstance(event, QFileOpenEvent) or not event.file():
            return super().eventFilter(watched, event)
        window = self._window()
        window.open(Path(event.file()))
        window.show()
        window.raise_()
        window.activateWindow()
        return True
