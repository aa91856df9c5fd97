"""Errors nobody foresaw: written to the log, shown once with details to copy."""

import logging
import logging.handlers
import sys
import traceback
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QMessageBox, QPushButton, QWidget

from app.diagnostics import diagnostics
from app.settings import Settings

_log = logging.getLogger(__name__)
LOG_BYTES = 1_000_000


def start_log(path: Path) -> None:
    """Write warnings and worse to a file; a folder that cannot be written to is no reason to stop.

    The log of the last megabyte is kept.
    """
    form = logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s")
    root = logging.getLogger()
    handlers: list[logging.Handler] = [logging.StreamHandler()]
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handlers.append(
            logging.handlers.RotatingFileHandler(
                path, maxBytes=LOG_BYTES, backupCount=1, encoding="utf-8", delay=True
            )
        )
    except OSError as error:
        _log.warning("no log is kept: %s", error)
    for handler in handlers:
        handler.setFormatter(form)
        handler.setLevel(logging.WARNING)
        root.addHandler(handler)


class ErrorReporter(QObject):
    """Takes over sys.excepthook: log, then a dialog; from any thread."""

    caught = Signal(str, str)
    """One sentence and the details; emitted for each exception nobody handled."""

    def __init__(self, settings: Settings, log_file: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self._log_file = log_file
        self._dialog: QMessageBox | None = None
        self.caught.connect(self._on_caught, Qt.ConnectionType.QueuedConnection)

    def install(self) -> None:
        """Catch what nobody handles from now on."""
        sys.excepthook = self.report

    def report(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        """Log an exception and show it; Ctrl+C in a terminal ends the program as ever."""
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        _log.error("unhandled", exc_info=(kind, error, trace))
        details = "".join(traceback.format_exception(kind, error, trace))
        said = str(error).strip().splitlines()
        sentence = self.tr("A defect of Runout stopped the last step: {kind}{what}").format(
            kind=kind.__name__, what=f": {said[0]}" if said else ""
        )
        self.caught.emit(sentence, details)

    @Slot(str, str)
    def _on_caught(self, sentence: str, details: str) -> None:
        if self._dialog is not None:  # one at a time; the log has them all
            return
        text = f"{sentence}\n\n{details}\n{diagnostics(self._settings)}\n"
        dialog = ErrorDialog(sentence, text, self._log_file, QApplication.activeWindow())
        dialog.finished.connect(self._on_finished)
        self._dialog = dialog
        dialog.open()

    @Slot()
    def _on_finished(self) -> None:
        if self._dialog is not None:
            self._dialog.deleteLater()
            self._dialog = None


class ErrorDialog(QMessageBox):
    """What went wrong, that nothing is lost, and the details on demand."""

    def __init__(
        self, sentence: str, details: str, log_file: Path, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._details = details
        self.setIcon(QMessageBox.Icon.Warning)
        self.setWindowTitle(self.tr("Runout"))
        self.setText(sentence)
        self.setInformativeText(
            self.tr(
                "Your files and the operations in the history are as they were. "
                "If it happens again, send the details along with what you did.\n\nLog: {path}"
            ).format(path=log_file)
        )
        self.addButton(QMessageBox.StandardButton.Close)
        self._copy = QPushButton(self.tr("Copy details"))
        self.addButton(self._copy, QMessageBox.ButtonRole.ActionRole)
        self._copy.clicked.disconnect()  # copying shall not close the dialog
        self._copy.clicked.connect(self._on_copy)

    @Slot()
    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self._details)
        self._copy.setText(self.tr("Copied"))
