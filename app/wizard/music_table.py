"""The table of clean music, and what its keys do."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QWidget
from typing_extensions import override

from app.widgets.row_table import RowTable
from app.wizard.music_model import MusicModel

WIDTHS = (270, 72, 62, 72, 72, 72, 120)
"""Of the columns, in pixels of a font of ordinary size."""
_LEAST_ROWS = 9


class MusicTable(RowTable):
    """Rows are selected whole, several at once; the space bar ticks all that are selected."""

    removal_wanted = Signal()

    def __init__(self, model: MusicModel, parent: QWidget | None = None) -> None:
        super().__init__(model, WIDTHS, parent)
        self.setAccessibleName(self.tr("Clean music"))
        self._model = model
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setMinimumHeight(_LEAST_ROWS * self.verticalHeader().defaultSectionSize())

    @property
    def chosen(self) -> list[int]:
        """The rows that are selected, from the top; asking Qt for each of thousands is slow."""
        spans = self.selectionModel().selection().toList()
        return sorted({row for each in spans for row in range(each.top(), each.bottom() + 1)})

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete:
            self.removal_wanted.emit()
        elif event.key() == Qt.Key.Key_Space and self.currentIndex().isValid():
            row = self.currentIndex().row()
            is_used = self._model.is_used(self._model.files[row])
            self._model.use(self.chosen or [row], on=not is_used)
        else:
            super().keyPressEvent(event)
