"""The table of clean music, and what its keys do."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget
from typing_extensions import override

from app.wizard.music_model import MusicModel

WIDTHS = (270, 72, 62, 72, 72, 72, 120)
"""Of the columns, in pixels of a font of ordinary size."""
_ORDINARY_FONT = 17
_LEAST_ROWS = 9


class MusicTable(QTableView):
    """Rows are selected whole, several at once; the space bar ticks all that are selected."""

    removal_wanted = Signal()

    def __init__(self, model: MusicModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self.setModel(model)
        self.setObjectName("batch")
        self.setAccessibleName(self.tr("Clean music"))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self._dress()

    @property
    def chosen(self) -> list[int]:
        """The rows that are selected, from the top; asking Qt for each of thousands is slow."""
        spans = self.selectionModel().selection().toList()
        return sorted({row for each in spans for row in range(each.top(), each.bottom() + 1)})

    def _dress(self) -> None:
        rows, header = self.verticalHeader(), self.horizontalHeader()
        rows.hide()
        # of one height: asking thousands of rows for theirs would take seconds
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(self.fontMetrics().height() + 8)
        header.setHighlightSections(False)
        header.setStretchLastSection(True)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        scale = max(1.0, self.fontMetrics().height() / _ORDINARY_FONT)
        for number, width in enumerate(WIDTHS):
            title = str(self._model.headerData(number, Qt.Orientation.Horizontal))
            room = header.fontMetrics().horizontalAdvance(title) + 18
            header.resizeSection(number, max(round(scale * width), room))
        self.setMinimumHeight(_LEAST_ROWS * rows.defaultSectionSize())

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
