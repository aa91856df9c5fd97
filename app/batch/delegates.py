"""How the table shows a bar, and how the preset of a row is chosen in it."""

from collections.abc import Mapping

from PySide6.QtCore import QAbstractItemModel, QObject, Qt, Signal, Slot
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QComboBox,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)
from typing_extensions import override

from app.batch.table import FRACTION, Index

_INSET, _RADIUS = 4, 3


class ProgressDelegate(QStyledItemDelegate):
    """A bar with its per cent while a row runs; text before and after."""

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        fraction = index.data(FRACTION)
        if fraction is None:
            super().paint(painter, option, index)
            return
        shown: QStyleOptionViewItem = QStyleOptionViewItem(option)
        self.initStyleOption(shown, index)
        text, shown.text = shown.text, ""
        widget = option.widget
        widget.style().drawControl(QStyle.ControlElement.CE_ItemViewItem, shown, painter, widget)
        palette = option.palette
        bar = option.rect.adjusted(_INSET, _INSET, -_INSET, -_INSET)
        done = bar.adjusted(0, 0, round((fraction - 1.0) * bar.width()), 0)
        is_chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(palette.mid().color())
        painter.setBrush(palette.window())
        painter.drawRoundedRect(bar, _RADIUS, _RADIUS)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(palette.mid() if is_chosen else palette.highlight())
        if done.width() > 0:
            painter.drawRoundedRect(done, _RADIUS, _RADIUS)
        rest = bar.adjusted(done.width(), 0, 0, 0)
        on_done = palette.text() if is_chosen else palette.highlightedText()
        for part, ink in ((done, on_done), (rest, palette.text())):  # legible on either ground
            painter.setClipRect(part)
            painter.setPen(ink.color())
            painter.drawText(bar, Qt.AlignmentFlag.AlignCenter, text)
        painter.restore()


class NameDelegate(QStyledItemDelegate):
    """A name or path, cut in its middle where it has no room: its end tells files apart."""

    @override
    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        super().initStyleOption(option, index)
        option.textElideMode = Qt.TextElideMode.ElideMiddle


class PresetDelegate(QStyledItemDelegate):
    """A list of the presets while a row is edited."""

    chosen = Signal(str)
    """The name of the preset taken for the rows that are selected."""

    def __init__(self, titles: Mapping[str, str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._titles = titles

    @override
    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        box = QComboBox(parent)
        box.setAccessibleName(self.tr("Preset"))
        for name, title in self._titles.items():
            box.addItem(title, name)
        box.activated.connect(self._on_activated)
        return box

    @override
    def setEditorData(self, editor: QWidget, index: Index) -> None:
        assert isinstance(editor, QComboBox)
        editor.setCurrentIndex(editor.findData(index.data(Qt.ItemDataRole.EditRole)))
        editor.showPopup()

    @override
    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        assert isinstance(editor, QComboBox)
        if editor.currentData() != index.data(Qt.ItemDataRole.EditRole):
            self.chosen.emit(str(editor.currentData()))

    @Slot()
    def _on_activated(self) -> None:
        editor = self.sender()
        assert isinstance(editor, QComboBox)
        self.commitData.emit(editor)
        self.closeEditor.emit(editor)
