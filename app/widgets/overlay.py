"""Overlay: a widget that lies across the top of another one, and moves nothing there."""

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QWidget
from typing_extensions import override

_PLACED_ANEW = (QEvent.Type.Resize, QEvent.Type.Show, QEvent.Type.LayoutRequest)


class TopOverlay(QObject):
    """Keeps a widget as wide as what it lies over, and as high as its text needs."""

    def __init__(self, widget: QWidget, below: QWidget) -> None:
        super().__init__(widget)
        self._widget, self._below = widget, below
        is_hidden = widget.isHidden()
        widget.setParent(below)
        widget.setHidden(is_hidden)
        for each in (widget, below):
            each.installEventFilter(self)

    def _place(self) -> None:
        width = self._below.width()
        least, wanted = self._widget.heightForWidth(width), self._widget.sizeHint().height()
        self._widget.setGeometry(0, 0, width, least if least > 0 else wanted)
        self._widget.raise_()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # while it is about to be shown it is resized once: a size given then reaches no layout
        is_own_size = watched is self._widget and event.type() is QEvent.Type.Resize
        if event.type() in _PLACED_ANEW and not is_own_size and not self._widget.isHidden():
            self._place()
        return super().eventFilter(watched, event)
