"""Ending: tells those who look elsewhere that a batch is over."""

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QApplication, QSystemTrayIcon, QWidget

SHOWN_MS = 15_000


class Ending(QObject):
    """A message of the system where it has a place for one; else the window asks to be looked at.

    Nobody is told who looks at the window anyway.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._tray: QSystemTrayIcon | None = None

    def tell(self, sentence: str, *, is_heard: bool, is_warning: bool) -> None:
        """Tell it; is_heard: with the sound that the system has for that."""
        if is_heard:
            QApplication.beep()
        if self._window.isActiveWindow():
            return
        if not QSystemTrayIcon.isSystemTrayAvailable():
            QApplication.alert(self._window)
            return
        kinds = QSystemTrayIcon.MessageIcon
        kind = kinds.Warning if is_warning else kinds.Information
        self.clear()
        icon = self._window.windowIcon()
        self._tray = QSystemTrayIcon(QApplication.windowIcon() if icon.isNull() else icon, self)
        self._tray.messageClicked.connect(self._on_clicked)
        self._tray.activated.connect(self._on_clicked)
        self._tray.show()
        self._tray.showMessage(self.tr("Batch"), sentence, kind, SHOWN_MS)
        QTimer.singleShot(SHOWN_MS, self, self.clear)

    @Slot()
    def clear(self) -> None:
        """Take the message away."""
        if self._tray is not None:
            self._tray.hide()
            self._tray.deleteLater()
            self._tray = None

    @Slot()
    def _on_clicked(self) -> None:
        self.clear()
        self._window.show()
        self._window.raise_()
        self._window.activateWindow()
