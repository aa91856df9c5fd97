"""The table of the model window: rows are chosen whole, one at a time or two to be compared."""

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget
from typing_extensions import override

from app.models.rows import Row, place_of
from app.models.table import ModelTable

WIDTHS = (214, 172, 138, 136, 70, 82, 110, 110, 220, 150)
"""Of the columns, in pixels of a font of ordinary size."""
_ORDINARY_FONT = 17


class ModelView(QTableView):
    """Told by signals what is wanted of the rows that are chosen."""

    removal_wanted = Signal()
    menu_wanted = Signal(QPoint)

    def __init__(self, model: ModelTable, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._table = model
        self.setModel(model)
        self.setObjectName("batch")
        self.setAccessibleName(self.tr("Models"))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._on_menu_wanted)
        self._dress()

    @property
    def chosen(self) -> list[Row]:
        """The rows that are selected, from the top."""
        places = sorted(index.row() for index in self.selectionModel().selectedRows())
        return [self._table.rows[place] for place in places]

    def choose(self, key: tuple[str, str] | None) -> None:
        """Select the row of a key, or the first."""
        if self._table.rows:
            self.selectRow(max(0, place_of(self._table.rows, key)))

    def _dress(self) -> None:
        rows, header = self.verticalHeader(), self.horizontalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(self.fontMetrics().height() + 8)
        header.setHighlightSections(False)
        header.setStretchLastSection(True)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        scale = max(1.0, self.fontMetrics().height() / _ORDINARY_FONT)
        for number, width in enumerate(WIDTHS):
            title = str(self._table.headerData(number, Qt.Orientation.Horizontal))
            room = header.fontMetrics().horizontalAdvance(title) + 18
            header.resizeSection(number, max(round(scale * width), room))

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
