"""History: the operations as a list; the head is where the recording is now."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Slot
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPalette
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
from app.panels.numbers import counted, told_seconds
from app.session import Session
from app.widgets.region_text import region_text
from engine.project import Operation

DETAILS = Qt.ItemDataRole.UserRole
UNDONE = Qt.ItemDataRole.UserRole + 1
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
        self._add(self.tr("Source"), self.tr("the transfer, never changed"), undone=False)
        for index, operation in enumerate(document.operations):
            self._add(operation.title, details(operation), undone=index >= document.head)
        self._list.setCurrentRow(document.head)
        self._list.scrollToItem(self._list.item(document.head))

    def _add(self, title: str, told: str, *, undone: bool) -> None:
        item = QListWidgetItem(title)
        item.setData(DETAILS, told)
        item.setData(UNDONE, undone)
        state = self.tr("undone, ") if undone else ""
        spoken = f"{title}, {state}{told}".replace("\n", ", ")
        item.setData(Qt.ItemDataRole.AccessibleTextRole, spoken)
        item.setToolTip(told)
        self._list.addItem(item)

    @Slot(QListWidgetItem)
    def _on_activated(self, item: QListWidgetItem) -> None:
        row = self._list.row(item)
        if self._document is not None and row != self._document.head:
            self._document.jump_to(row)


class _Rows(QStyledItemDelegate):
    """What was done, what it did, and where."""

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        line = QFontMetrics(option.font).height()
        return QSize(80, (1 + str(index.data(DETAILS)).count("\n") + 1) * (line + 2) + 10)

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        style = QStyleOptionViewItem(option)
        self.initStyleOption(style, index)
        rect: QRect = style.rect
        palette: QPalette = style.palette
        font: QFont = style.font
        painter.save()
        selected = bool(style.state & QStyle.StateFlag.State_Selected)
        if selected:
            painter.fillRect(rect, palette.color(QPalette.ColorRole.Highlight))
        undone = bool(index.data(UNDONE))
        roles = (QPalette.ColorRole.Text, QPalette.ColorRole.PlaceholderText)
        if selected:
            roles = (QPalette.ColorRole.HighlightedText, QPalette.ColorRole.HighlightedText)
        group = QPalette.ColorGroup.Disabled if undone else QPalette.ColorGroup.Active
        inner = rect.adjusted(10, 6, -8, -6)
        line = QFontMetrics(font).height()
        bold = QFont(font)
        bold.setBold(not undone)
        bold.setStrikeOut(undone)
        told = str(index.data(DETAILS))
        painter.setFont(bold)
        painter.setPen(palette.color(group, roles[0]))
        painter.drawText(inner.x(), inner.y() + QFontMetrics(bold).ascent(), str(index.data()))
        painter.setFont(font)
        painter.setPen(palette.color(group, roles[0] if undone else roles[1]))
        metrics = QFontMetrics(font)
        for number, each in enumerate(told.split("\n"), 1):
            shown = metrics.elidedText(each, Qt.TextElideMode.ElideRight, inner.width())
            y = inner.y() + number * (line + 2) + metrics.ascent()
            painter.drawText(inner.x(), y, shown)
        painter.restore()


def details(operation: Operation) -> str:
    """What an operation did, and on a second line where."""
    parts = []
    if operation.events:
        parts.append(f"{counted(len(operation.events))} events")
    parts.append(f"{counted(operation.changed)} samples")
    parts.append(told_seconds(operation.seconds))
    where = "; ".join(region_text(region) for region in operation.regions) or "whole side"
    return " · ".join(parts) + "\n" + where
