"""Find bar: words in the page that is shown, forwards and backwards."""

from PySide6.QtCore import QKeyCombination, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QTextCursor, QTextDocument
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QTextEdit,
    QWidget,
)
from typing_extensions import override


class FindBar(QFrame):
    """A line below the page; hidden until it is wanted."""

    closed = Signal()

    def __init__(self, page: QTextEdit, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._page = page
        self.field = QLineEdit()
        self.field.setPlaceholderText(self.tr("Find in this chapter"))
        self.field.setAccessibleName(self.tr("Find in this chapter"))
        self.told = QLabel()
        self.told.setObjectName("muted")
        self.back = QPushButton(self.tr("Pre&vious"))
        self.next = QPushButton(self.tr("Ne&xt"))
        self._close = QPushButton(self.tr("Close"))
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 12, 8)
        row.addWidget(self.field, 1)
        for each in (self.told, self.back, self.next, self._close):
            row.addWidget(each)
        self.field.textChanged.connect(self._on_typed)
        self.field.returnPressed.connect(self.find_next)
        self.next.clicked.connect(self.find_next)
        self.back.clicked.connect(self.find_previous)
        self._close.clicked.connect(self.close_bar)
        self.hide()

    @Slot()
    def open_bar(self) -> None:
        """Show it, with the keys in its field."""
        self.show()
        self.field.setFocus()
        self.field.selectAll()

    @Slot()
    def close_bar(self) -> None:
        """Hide it; what was found stays selected."""
        self.hide()
        self.closed.emit()

    @Slot()
    def find_next(self) -> None:
        """Go to the next place, from the beginning again after the last."""
        self._find(QTextDocument.FindFlag(0))

    @Slot()
    def find_previous(self) -> None:
        """Go to the place before, from the end again before the first."""
        self._find(QTextDocument.FindFlag.FindBackward)

    def refresh(self) -> None:
        """Count anew, in another chapter."""
        count = self._count()
        text = self.field.text()
        told = self.tr("Not in this chapter") if text and not count else ""
        self.told.setText(self.tr("{n} in all").format(n=count) if count else told)
        for each in (self.back, self.next):
            each.setEnabled(count > 0)

    def _find(self, way: QTextDocument.FindFlag) -> None:
        text = self.field.text()
        if not text or self._page.find(text, way):
            return
        is_back = way is QTextDocument.FindFlag.FindBackward
        move = QTextCursor.MoveOperation
        self._page.moveCursor(move.End if is_back else move.Start)
        self._page.find(text, way)

    def _count(self) -> int:
        text, document = self.field.text(), self._page.document()
        if not text:
            return 0
        count, cursor = 0, document.find(text)
        while not cursor.isNull():
            count += 1
            cursor = document.find(text, cursor)
        return count

    @Slot()
    def _on_typed(self) -> None:
        """What is typed is looked for from where the reader is."""
        cursor = self._page.textCursor()
        cursor.setPosition(cursor.selectionStart())
        self._page.setTextCursor(cursor)
        self.refresh()
        self.find_next()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        combination = event.keyCombination()
        if combination == QKeyCombination(Qt.Key.Key_Escape):
            self.close_bar()
        elif combination == QKeyCombination(Qt.KeyboardModifier.ShiftModifier, Qt.Key.Key_Return):
            self.find_previous()
        else:
            super().keyPressEvent(event)
