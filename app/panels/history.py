"""History: the operations as a list; the head is where the recording is now."""

from collections.abc import Iterator

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Slot
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPalette
from PySide6.QtWidgets import (
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)
from typing_extensions import override

from app.document import Document
from app.panels import layout
from app.panels.history_rows import Row, current_row, rows_of
from app.session import Session

_LEADING = 2
_HEADING_GAP = 10
ROW = Qt.ItemDataRole.UserRole
Index = QModelIndex | QPersistentModelIndex


class HistoryPanel(QWidget):
    """Left panel; a row is the recording after that operation, the first one the source."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self._session = session
        self._document: Document | None = None
        self._list = QListWidget()
        self._list.setAccessibleName(self.tr("History"))
        self._list.setItemDelegate(_Rows(self._list))
        self._list.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.itemActivated.connect(self._on_activated)
        self._list.itemClicked.connect(self._on_activated)
        self._hint = layout.muted(self.tr("Click a row to go back or forward to it."))
        column = layout.column(self)
        column.addWidget(self._list, 1)
        column.addWidget(self._hint)
        session.document_changed.connect(self._on_document_changed)
        session.runner.started.connect(self._on_running_changed)
        session.runner.idle.connect(self._on_running_changed)
        self._on_document_changed()

    @property
    def rows(self) -> list[str]:
        """The text of each row."""
        return [self._list.item(row).text() for row in range(self._list.count())]

    @Slot()
    def _on_document_changed(self) -> None:
        self._document = self._session.document
        if self._document is not None:
            self._document.history_changed.connect(self._fill)
        self._fill()

    @Slot()
    def _on_running_changed(self) -> None:
        # a job is built upon the head, so that stays where it is until the job has ended
        self._list.setEnabled(not self._session.is_busy)

    @Slot()
    def _fill(self) -> None:
        self._list.clear()
        document = self._document
        self._hint.setVisible(document is not None and len(document.operations) > 0)
        if document is None:
            return
        rows = rows_of(document)
        for row in rows:
            self._add(row)
        at = current_row(rows, document)
        self._list.setCurrentRow(at)
        self._list.scrollToItem(self._list.item(at))

    def _add(self, row: Row) -> None:
        item = QListWidgetItem(row.title)
        item.setData(ROW, row)
        state = self.tr("undone, ") if row.is_undone else ""
        state = self.tr("another attempt, ") if row.is_other else state
        spoken = f"{row.title}, {state}{row.told}".replace("\n", ", ")
        item.setData(Qt.ItemDataRole.AccessibleTextRole, spoken)
        if row.is_heading:
            item.setFlags(Qt.ItemFlag.NoItemFlags)
        else:
            item.setToolTip("\n".join((row.title, row.told, *row.notes[1:])))
        self._list.addItem(item)

    @Slot(QListWidgetItem)
    def _on_activated(self, item: QListWidgetItem) -> None:
        row = item.data(ROW)
        document = self._document
        if document is None or row.is_heading:
            return
        here = document.state.operations[-1] if document.head else None
        if row.target is not here:
            document.jump_to_operation(row.target)


class _Rows(QStyledItemDelegate):
    """What was done, what it did, and where."""

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        row: Row = index.data(ROW)
        line = QFontMetrics(option.font).height() + _LEADING
        n_lines = 1 + (row.told.count("\n") + 1 if row.told else 0)
        return QSize(80, n_lines * line + 10 + (_HEADING_GAP if row.is_heading else 0))

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        style = QStyleOptionViewItem(option)
        self.initStyleOption(style, index)
        row: Row = index.data(ROW)
        rect: QRect = style.rect
        palette: QPalette = style.palette
        selected = bool(style.state & QStyle.StateFlag.State_Selected)
        painter.save()
        if selected:
            painter.fillRect(rect, palette.color(QPalette.ColorRole.Highlight))
        inner = rect.adjusted(10, 6, -8, -6)
        if row.is_heading:
            painter.setPen(palette.color(QPalette.ColorRole.Mid))
            painter.drawLine(inner.x(), rect.y() + 6, inner.right(), rect.y() + 6)
            inner.translate(0, _HEADING_GAP)
        font: QFont = style.font
        title = QFont(font)
        title.setBold(row.is_heading or not (row.is_undone or row.is_other))
        title.setStrikeOut(row.is_undone)
        for pen, (drawn_in, text, y) in zip(
            self._pens(row, palette, selected), self._lines(row, font, title), strict=False
        ):
            metrics = QFontMetrics(drawn_in)
            shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, inner.width())
            painter.setFont(drawn_in)
            painter.setPen(pen)
            painter.drawText(inner.x(), inner.y() + y + metrics.ascent(), shown)
        painter.restore()

    @staticmethod
    def _pens(row: Row, palette: QPalette, selected: bool) -> Iterator[QColor]:
        """Of the title, then of every further line."""
        title, rest = QPalette.ColorRole.Text, QPalette.ColorRole.PlaceholderText
        group = QPalette.ColorGroup.Active
        if selected:
            title = rest = QPalette.ColorRole.HighlightedText
        elif row.is_undone:
            group, rest = QPalette.ColorGroup.Disabled, title
        elif row.is_other or row.is_heading:
            title = rest
        yield palette.color(group, title)
        while True:
            yield palette.color(group, rest)

    @staticmethod
    def _lines(row: Row, font: QFont, title: QFont) -> Iterator[tuple[QFont, str, int]]:
        """Font, text and offset of each line."""
        line = QFontMetrics(font).height() + _LEADING
        yield title, row.title, 0
        for number, each in enumerate(row.told.split("\n"), 1):
            yield font, each, number * line
