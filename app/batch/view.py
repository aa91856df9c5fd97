"""The table of the batch window: rows, and what keys and the right button do with them."""

from collections.abc import Mapping

from PySide6.QtCore import QItemSelectionModel, QPoint, Qt, Signal, Slot
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QMenu, QTableView, QWidget
from typing_extensions import override

from app.batch.delegates import NameDelegate, PresetDelegate, ProgressDelegate
from app.batch.rows import Row
from app.batch.table import FILE, OUTPUT, PRESET, PROGRESS, BatchModel

WIDTHS = (180, 72, 62, 124, 124, 86, 62, 92, 186, 180)
"""Of the columns, in pixels of a font of ordinary size."""
_ORDINARY_FONT = 17
_EDIT_KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2)


class BatchTable(QTableView):
    """Rows are selected whole, several at once."""

    preset_chosen = Signal(str)
    """The name of a preset for the rows that are selected."""
    removal_wanted = Signal()
    folder_wanted = Signal()
    """Of the rows that are selected."""

    def __init__(
        self, model: BatchModel, titles: Mapping[str, str], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._model, self._titles = model, titles
        self.setModel(model)
        self.setObjectName("batch")
        self.setAccessibleName(self.tr("Files of the batch"))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.DoubleClicked)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._on_menu_wanted)
        self._presets = PresetDelegate(titles, self)
        self._presets.chosen.connect(self.preset_chosen)
        self._bars, self._names = ProgressDelegate(self), NameDelegate(self)
        self.setItemDelegateForColumn(PRESET, self._presets)
        self.setItemDelegateForColumn(PROGRESS, self._bars)
        for column in (FILE, OUTPUT):
            self.setItemDelegateForColumn(column, self._names)
        self._dress()

    @property
    def chosen(self) -> list[Row]:
        """The rows that are selected, from the top."""
        places = sorted(index.row() for index in self.selectionModel().selectedRows())
        return [self._model.rows[place] for place in places]

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

    @Slot(QPoint)
    def _on_menu_wanted(self, where: QPoint) -> None:
        if not self.chosen:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        may_change = any(map(self._model.may_change, self.chosen))
        presets = menu.addMenu(self.tr("&Preset"))
        presets.setEnabled(may_change)
        for name, title in self._titles.items():
            action = presets.addAction(title.replace("&", "&&"))
            action.setData(name)
            action.triggered.connect(self._on_preset)
        menu.addAction(self.tr("Open the Output &Folder")).triggered.connect(self.folder_wanted)
        menu.addSeparator()
        remove = menu.addAction(self.tr("&Remove from the List"))
        remove.setEnabled(may_change)
        remove.triggered.connect(self.removal_wanted)
        menu.popup(self.viewport().mapToGlobal(where))

    @Slot()
    def _on_preset(self) -> None:
        action = self.sender()
        if isinstance(action, QAction):
            self.preset_chosen.emit(action.data())

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete:
            self.removal_wanted.emit()
        elif event.key() in _EDIT_KEYS and self.currentIndex().isValid():
            index = self._model.index(self.currentIndex().row(), PRESET)
            self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)
            if self._model.flags(index) & Qt.ItemFlag.ItemIsEditable:
                self.edit(index)
        else:
            super().keyPressEvent(event)
