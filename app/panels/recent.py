"""Recent: the transfers and projects opened last, as links on the welcome page."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app import settings as keys
from app.panels import layout
from app.session import Session

MOST_SHOWN = 5
WIDEST = 420
"""Pixels of a name; a longer one is cut in its middle."""


class Recent(QWidget):
    """A button each, the newest first; hidden while there is none."""

    def __init__(self, session: Session, open_: Callable[[Path], object]) -> None:
        super().__init__()
        self._session, self._open = session, open_
        heading = layout.muted(self.tr("Opened last"))
        heading.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._column = QVBoxLayout()
        self._column.setSpacing(2)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(heading)
        column.addLayout(self._column)
        session.settings.changed.connect(self._on_setting_changed)
        self._fill()

    @property
    def links(self) -> list[QPushButton]:
        """The buttons shown."""
        return [] if self.isHidden() else self.findChildren(QPushButton)

    def _fill(self) -> None:
        while (item := self._column.takeAt(0)) is not None:
            row = item.widget()
            if row is not None:
                row.setParent(None)
                row.deleteLater()
        paths = self._session.recent_files[:MOST_SHOWN]
        for path in paths:
            self._column.addWidget(self._row(path))
        self.setVisible(bool(paths))

    def _row(self, path: Path) -> QWidget:
        row = QWidget()
        cut = QFontMetrics(self.font()).elidedText(path.name, Qt.TextElideMode.ElideMiddle, WIDEST)
        button = QPushButton(cut.replace("&", "&&"))
        button.setObjectName("link")
        button.setToolTip(str(path))
        button.setAccessibleName(self.tr("Open {name}").format(name=path.name))
        button.setProperty("path", str(path))
        button.clicked.connect(self._on_clicked)
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.addStretch(1)
        line.addWidget(button)
        line.addStretch(1)
        return row

    @Slot()
    def _on_clicked(self) -> None:
        button = self.sender()
        if button is not None:
            self._open(Path(str(button.property("path"))))

    @Slot(str)
    def _on_setting_changed(self, key: str) -> None:
        if key == keys.recent_files.key:
            self._fill()
