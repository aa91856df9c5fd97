"""FoldingRow: widgets side by side, or in as many rows as the width there is asks for."""

from collections.abc import Sequence

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget
from typing_extensions import override

_GAP = 8


class FoldingRow(QWidget):
    """A row that can be as narrow as the widest of its widgets.

    Args:
        widgets: from left to right.
        shares: of the width, as long as all stand in one row.
    """

    def __init__(self, widgets: Sequence[QWidget], shares: Sequence[int] = ()) -> None:
        super().__init__()
        self._widgets, self._shares = list(widgets), list(shares) or [1] * len(widgets)
        self._across = 0
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(_GAP)
        self._grid.setSizeConstraint(QGridLayout.SizeConstraint.SetNoConstraint)
        for widget in self._widgets:
            policy = widget.sizePolicy()
            policy.setHorizontalPolicy(QSizePolicy.Policy.Expanding)
            widget.setSizePolicy(policy)
        self._fold(len(self._widgets))

    @property
    def across(self) -> int:
        """How many stand side by side."""
        return self._across

    def _fold(self, across: int) -> None:
        if across == self._across:
            return
        self._across = across
        for index, widget in enumerate(self._widgets):
            self._grid.removeWidget(widget)
            self._grid.addWidget(widget, *divmod(index, across))
        is_one_row = across == len(self._widgets)
        for column, share in enumerate(self._shares):
            self._grid.setColumnStretch(column, share if is_one_row else int(column < across))
        self.updateGeometry()

    def _needed(self, across: int) -> int:
        """How wide so many side by side are: with several rows, columns of one width."""
        widths = [widget.sizeHint().width() for widget in self._widgets]
        inside = sum(widths) if across == len(widths) else across * max(widths)
        return inside + (across - 1) * _GAP

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        every = range(len(self._widgets), 0, -1)
        self._fold(next((n for n in every if self._needed(n) <= self.width()), 1))

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(self._needed(1), self._grid.minimumSize().height())

    @override
    def sizeHint(self) -> QSize:
        return QSize(self._needed(len(self._widgets)), self._grid.sizeHint().height())
