"""Exports: what was written of the open recording since Runout was started."""

from pathlib import Path

from PySide6.QtCore import QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from app.panels import layout
from app.session import Session
from engine.export import Exported


class Exports(QWidget):
    """Their names, the newest first, and a button that shows the folder of that; hidden if none."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._done: dict[Path, list[Path]] = {}
        self._names = QLabel()
        self._names.setWordWrap(True)
        self._names.setAccessibleName(self.tr("Exported"))
        self.show_folder = QPushButton(self.tr("Show in Folder"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 6, 0, 0)
        column.addWidget(layout.heading(self.tr("EXPORTED")))
        column.addWidget(self._names)
        column.addWidget(self.show_folder)
        session.exported.connect(self._on_exported)
        session.document_changed.connect(self._fill)
        self.show_folder.clicked.connect(self._on_show)
        self._fill()

    @property
    def told(self) -> list[str]:
        """The names shown."""
        return [] if self.isHidden() else self._names.text().replace("\u200b", "").split("\n")

    @property
    def _results(self) -> list[Path]:
        document = self._session.document
        return [] if document is None else self._done.get(document.path, [])

    @Slot(object)
    def _on_exported(self, exported: Exported) -> None:
        document = self._session.document
        if document is not None:
            others = [each for each in self._results if each != exported.result]
            self._done[document.path] = [exported.result, *others]
        self._fill()

    @Slot()
    def _fill(self) -> None:
        results = self._results
        self._names.setText("\n".join(layout.breakable(each.name) for each in results))
        self._names.setToolTip("\n".join(map(str, results)))
        self.setVisible(bool(results))

    @Slot()
    def _on_show(self) -> None:
        if self._results:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._results[0].parent)))
