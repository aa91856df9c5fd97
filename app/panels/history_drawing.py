"""How the rows of the history are drawn, ticked and written on."""

from collections.abc import Iterator, Mapping

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPalette
from PySide6.QtWidgets import (
    QLineEdit,
    QListWidget,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionButton,
    QStyleOptionViewItem,
    QWidget,
)
from typing_extensions import override

from app.panels.history_rows import Row
from app.panels.numbers import told_bytes

ROW = Qt.ItemDataRole.UserRole
Index = QModelIndex | QPersistentModelIndex
_LEADING = 2
_HEADING_GAP = 10
_TICK = 16
_INDENT = 10 + _TICK + 8
_PAD = 5


class RowDelegate(QStyledItemDelegate):
    """A tick, what was done, how much room it takes, what it did and where, and a note."""

    switched = Signal(object)
    """The Row whose tick was clicked, or that the space bar was pressed on."""
    remarked = Signal(object, str)
    """A Row, and what was noted on it."""

    def __init__(self, shown: QListWidget) -> None:
        super().__init__(shown)
        self._list = shown
        self._sizes: Mapping[str, int] = {}
        self._has_switched = False

    def show_sizes(self, sizes: Mapping[str, int]) -> None:
        """Show how many bytes the samples of each operation take, by its id."""
        self._sizes = sizes
        self._list.viewport().update()

    def has_switched(self) -> bool:
        """Whether the click that is being told of was on a tick; asked once for each click."""
        has, self._has_switched = self._has_switched, False
        return has

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        row: Row = index.data(ROW)
        line = QFontMetrics(option.font).height() + _LEADING
        n_lines = 1 + (row.told.count("\n") + 1 if row.told else 0) + bool(row.remark)
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
        else:
            inner.setLeft(rect.x() + _INDENT)
        if row.can_switch:
            self._draw_tick(painter, style, row)
        pens = self._pens(row, palette, selected)
        for pen, (drawn_in, text, y) in zip(pens, self._lines(row, style.font), strict=False):
            metrics = QFontMetrics(drawn_in)
            painter.setFont(drawn_in)
            painter.setPen(pen)
            width = inner.width()
            if y == 0 and not row.is_heading:
                width -= self._draw_right(painter, inner, row, style.font, metrics)
                painter.setFont(drawn_in)
            shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, width)
            painter.drawText(inner.x(), inner.y() + y + metrics.ascent(), shown)
        painter.restore()

    @override
    def editorEvent(
        self,
        event: QEvent,
        model: QAbstractItemModel,
        option: QStyleOptionViewItem,
        index: Index,
    ) -> bool:
        row: Row = index.data(ROW)
        if not row.can_switch:
            return False
        if isinstance(event, QMouseEvent):
            place = event.position().toPoint()
            is_on = _tick_rect(option.rect).adjusted(-6, -6, 6, 6).contains(place)
            is_left = event.button() is Qt.MouseButton.LeftButton
            if not (is_on and is_left):
                return False
            if event.type() is QEvent.Type.MouseButtonRelease:
                self._has_switched = True
                self.switched.emit(row)
            return True
        if isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Space:
            self.switched.emit(row)
            return True
        return False

    @override
    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        editor = QLineEdit(parent)
        editor.setAccessibleName(self.tr("Note on this operation"))
        editor.setPlaceholderText(self.tr("A note, kept in the project and the report"))
        editor.setMaxLength(2000)
        return editor

    @override
    def setEditorData(self, editor: QWidget, index: Index) -> None:
        if isinstance(editor, QLineEdit):
            editor.setText(index.data(ROW).remark)

    @override
    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        if isinstance(editor, QLineEdit):
            self.remarked.emit(index.data(ROW), editor.text())

    @override
    def updateEditorGeometry(
        self, editor: QWidget, option: QStyleOptionViewItem, index: Index
    ) -> None:
        rect, height = option.rect, editor.sizeHint().height()
        bottom = min(rect.bottom() - 2, rect.y() + max(rect.height(), height) - 2)
        editor.setGeometry(rect.x() + 6, bottom - height, rect.width() - 12, height)

    @staticmethod
    def _draw_tick(painter: QPainter, style: QStyleOptionViewItem, row: Row) -> None:
        tick = QStyleOptionButton()
        tick.rect = _tick_rect(style.rect)
        tick.palette = style.palette
        is_out = row.is_off or row.is_undone
        on = QStyle.StateFlag.State_Off if is_out else QStyle.StateFlag.State_On
        tick.state = QStyle.StateFlag.State_Enabled | on
        widget = style.widget
        assert widget is not None
        element = QStyle.PrimitiveElement.PE_IndicatorItemViewItemCheck
        widget.style().drawPrimitive(element, tick, painter, widget)
        painter.setPen(style.palette.color(QPalette.ColorRole.PlaceholderText))
        painter.drawRoundedRect(tick.rect.adjusted(0, 0, -1, -1), 3, 3)

    def _draw_right(
        self, painter: QPainter, inner: QRect, row: Row, font: QFont, title: QFontMetrics
    ) -> int:
        """Badge and size at the right end of the first line; returns the width they take.

        A size that leaves no room for the title is not drawn.
        """
        small = QFont(font)
        small.setPointSizeF(0.85 * font.pointSizeF())
        metrics = QFontMetrics(small)
        painter.setFont(small)
        right = inner.right()
        n_bytes = sum(self._sizes.get(each.id, 0) for each in row.operations)
        top = inner.y() + QFontMetrics(font).ascent()
        badge = self.tr("generative") if row.invents else ""
        width = metrics.horizontalAdvance(badge) + 2 * _PAD + 8 if badge else 0
        size = told_bytes(n_bytes) if n_bytes else ""
        size_width = metrics.horizontalAdvance(size) + 8
        if size and title.horizontalAdvance(row.title) + width + size_width <= inner.width():
            right -= size_width
            painter.drawText(right + 8, top, size)
        if badge:
            width -= 8
            right -= width
            frame = QRect(right, inner.y() - 1, width, metrics.height() + 2)
            painter.drawRoundedRect(frame, 4, 4)
            painter.drawText(right + _PAD, frame.y() + 1 + metrics.ascent(), badge)
            right -= 8
        return inner.right() - right

    @staticmethod
    def _pens(row: Row, palette: QPalette, selected: bool) -> Iterator[QColor]:
        """Of the title, then of every further line."""
        title, rest = QPalette.ColorRole.Text, QPalette.ColorRole.PlaceholderText
        if selected:
            title = rest = QPalette.ColorRole.HighlightedText
        elif row.is_undone or row.is_off or row.is_other or row.is_heading:
            title = rest  # it is still read, and clicked on; the line through it tells the rest
        yield palette.color(title)
        while True:
            yield palette.color(rest)

    @staticmethod
    def _lines(row: Row, font: QFont) -> Iterator[tuple[QFont, str, int]]:
        """Font, text and offset of each line."""
        title, noted = QFont(font), QFont(font)
        title.setBold(row.is_heading or not (row.is_undone or row.is_other or row.is_off))
        title.setStrikeOut(row.is_undone or row.is_off)
        noted.setItalic(True)
        line = QFontMetrics(font).height() + _LEADING
        yield title, row.title, 0
        told = row.told.split("\n") if row.told else []
        for number, each in enumerate(told, 1):
            yield font, each, number * line
        if row.remark:
            yield noted, row.remark, (len(told) + 1) * line


def _tick_rect(rect: QRect) -> QRect:
    """Where the tick of a row is, in the first line."""
    return QRect(rect.x() + 10, rect.y() + 7, _TICK, _TICK)
