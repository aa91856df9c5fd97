"""The table of the batch window: rows, and what keys and the right button do with them."""

from collections.abc import Mapping

from PySide6.QtCore import QItemSelectionModel, QPoint, Qt, Signal, Slot
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QMenu, QWidget
from typing_extensions import override

from app.batch.delegates import NameDelegate, PresetDelegate, ProgressDelegate
from app.batch.rows import Row
from app.batch.table import FILE, NOTE, OUTPUT, PRESET, PROGRESS, BatchModel
from app.widgets.row_table import RowTable

WIDTHS = (120, 66, 72, 94, 118, 68, 54, 84, 70, 128)
"""The least ones of the columns, in pixels of a font of ordinary size."""
SHARES = {FILE: 1, OUTPUT: 1, NOTE: 4}
"""Of the room that is left over."""
_EDIT_KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2)


class BatchTable(RowTable):
    """Rows are selected whole, several at once."""

    preset_chosen = Signal(str)
    """The name of a preset for the rows that are selected."""
    removal_wanted = Signal()
    folder_wanted = Signal()
    """Of the rows that are selected."""

    def __init__(
        self, model: BatchModel, titles: Mapping[str, str], parent: QWidget | None = None
    ) -> None:
        super().__init__(model, WIDTHS, parent, SHARES)
        self.setAccessibleName(self.tr("Files of the batch"))
        self._model, self._titles = model, titles
        self.setEditTriggers(QAbstractItemView.EditTrigger.DoubleClicked)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._on_menu_wanted)
        self._presets = PresetDelegate(titles, self)
        self._presets.chosen.connect(self.preset_chosen)
        self._bars, self._names = ProgressDelegate(self), NameDelegate(self)
        self.setItemDelegateForColumn(PRESET, self._presets)
        self.setItemDelegateForColumn(PROGRESS, self._bars)
        for column in (FILE, OUTPUT):
            self.setItemDelegateForColumn(column, self._names)

    @property
    def chosen(self) -> list[Row]:
        """The rows that are selected, from the top."""
        places = sorted(index.row() for index in self.selectionModel().selectedRows())
        return [self._model.rows[place] for place in places]

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
