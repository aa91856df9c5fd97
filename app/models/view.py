"""The table of the model window: rows are chosen whole, one at a time or two to be compared."""

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QWidget
from typing_extensions import override

from app.models.rows import Row, place_of
from app.models.table import PURPOSE, SCORES, TITLE, ModelTable
from app.widgets.row_table import RowTable

WIDTHS = (168, 138, 116, 138, 66, 88, 100, 100, 160, 120)
"""The least ones of the columns, in pixels of a font of ordinary size: the first six have room
beside the card in a window that is 1100 wide."""
SHARES = {TITLE: 2, PURPOSE: 2, SCORES: 1}
"""Of the room that is left over."""


class ModelView(RowTable):
    """Told by signals what is wanted of the rows that are chosen."""

    removal_wanted = Signal()
    menu_wanted = Signal(QPoint)

    def __init__(self, model: ModelTable, parent: QWidget | None = None) -> None:
        super().__init__(model, WIDTHS, parent, SHARES)
        self.setAccessibleName(self.tr("Models"))
        self._table = model
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._on_menu_wanted)

    @property
    def chosen(self) -> list[Row]:
        """The rows that are selected, from the top."""
        places = sorted(index.row() for index in self.selectionModel().selectedRows())
        return [self._table.rows[place] for place in places]

    def choose(self, key: tuple[str, str] | None) -> None:
        """Select the row of a key, or the first."""
        if self._table.rows:
            self.selectRow(max(0, place_of(self._table.rows, key)))

    @Slot(QPoint)
    def _on_menu_wanted(self, where: QPoint) -> None:
        if self.chosen:
            self.menu_wanted.emit(self.viewport().mapToGlobal(where))

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete:
            self.removal_wanted.emit()
        else:
            super().keyPressEvent(event)
