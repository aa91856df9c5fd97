"""Trainings page: those that were begun, and a new one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.panels import layout

_FOLDER = Qt.ItemDataRole.UserRole
_ROW_HEIGHT = 44


@dataclass(frozen=True)
class Begun:
    """A training that was begun.

    Attributes:
        folder: of it.
        title: what it is called.
        page: title of the page that was shown last.
        changed: when it was changed last.
        note: what is odd about it, or how far its run is.
    """

    folder: Path
    title: str
    page: str
    changed: datetime
    note: str = ""


class TrainingsPage(QWidget):
    """A list, and what can be done with it."""

    open_wanted = Signal(object)
    """The folder of a training that is to go on."""
    new_wanted = Signal()
    forget_wanted = Signal(object)
    """The folder of one that is to be thrown away."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        title = QLabel(self.tr("Train a model on your own discs"))
        title.setObjectName("title")
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Trainings that were begun"))
        self.list.setSpacing(2)
        self.new = QPushButton(self.tr("&New Training"))
        self.new.setObjectName("primary")
        self.go_on = QPushButton(self.tr("&Go On"))
        self.forget = QPushButton(self.tr("&Throw Away…"))
        buttons = QHBoxLayout()
        for button in (self.new, self.go_on, self.forget):
            buttons.addWidget(button)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        column.addWidget(title)
        column.addWidget(
            layout.muted(
                self.tr(
                    "Give Runout clean music and transfers whose noise you know, and it learns to "
                    "take that noise away. Nothing leaves this computer, every step can be gone on "
                    "with later, and your files are only read."
                )
            )
        )
        column.addLayout(buttons)
        column.addWidget(self.list, 1)
        self.new.clicked.connect(self.new_wanted)
        self.go_on.clicked.connect(self._on_go_on)
        self.forget.clicked.connect(self._on_forget)
        self.list.itemActivated.connect(self._on_go_on)
        self.list.currentRowChanged.connect(self._refresh)
        self._refresh()

    def show_trainings(self, begun: Sequence[Begun]) -> None:
        """Fill the list."""
        self.list.clear()
        for each in begun:
            when = f"{each.changed:%Y-%m-%d %H:%M}"
            below = " · ".join(filter(None, (each.page, when, each.note)))
            item = QListWidgetItem(f"{each.title}\n{below}")
            item.setData(_FOLDER, each.folder)
            item.setSizeHint(QSize(0, _ROW_HEIGHT))
            self.list.addItem(item)
        if begun:
            self.list.setCurrentRow(0)
        self._refresh()

    @property
    def chosen(self) -> Path | None:
        """The folder of the training that is chosen."""
        item = self.list.currentItem()
        folder: Path | None = None if item is None else item.data(_FOLDER)
        return folder

    @Slot()
    def _refresh(self) -> None:
        for button in (self.go_on, self.forget):
            button.setEnabled(self.chosen is not None)

    @Slot()
    def _on_go_on(self) -> None:
        if self.chosen is not None:
            self.open_wanted.emit(self.chosen)

    @Slot()
    def _on_forget(self) -> None:
        if self.chosen is not None:
            self.forget_wanted.emit(self.chosen)
