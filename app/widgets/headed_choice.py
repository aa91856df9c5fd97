"""HeadedChoice: a combo box whose entries stand under headings, which cannot be chosen."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QStandardItemModel
from PySide6.QtWidgets import QComboBox, QWidget
from typing_extensions import override


class HeadedChoice(QComboBox):
    """Home goes to the first entry, where Qt stops at the heading above it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.view().installEventFilter(self)

    def add_heading(self, text: str) -> None:
        """Add a line that stands above the entries added next."""
        self.addItem(text)
        model = self.model()
        assert isinstance(model, QStandardItemModel)
        item = model.item(self.count() - 1)
        item.setFlags(Qt.ItemFlag.NoItemFlags)
        font = item.font()
        font.setBold(True)
        item.setFont(font)

    def _first(self) -> int:
        """The first row that is no heading."""
        model = self.model()
        rows = range(self.count())
        flags = (model.flags(model.index(row, 0)) for row in rows)
        return next((row for row, each in zip(rows, flags, strict=True) if each), -1)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        is_press = event.type() is QEvent.Type.KeyPress and watched is self.view()
        if is_press and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Home:
            self.view().setCurrentIndex(self.model().index(self._first(), 0))
            return True
        return super().eventFilter(watched, event)
