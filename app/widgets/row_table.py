"""Row table: a table of rows that are chosen whole, for lists of thousands."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QAbstractItemModel, Qt, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget
from typing_extensions import override

_ORDINARY_FONT = 17
_AROUND_TITLE = 18
"""Pixels."""


class RowTable(QTableView):
    """Several rows at once can be chosen; all are of one height, and no cell is gone into.

    Columns share the room that is left over; where there is too little they keep their least
    widths, and the table scrolls. A width that the user drags stays, and what is at its right
    gives way.
    """

    def __init__(
        self,
        model: QAbstractItemModel,
        widths: Sequence[int],
        parent: QWidget | None = None,
        shares: Mapping[int, int] | None = None,
    ) -> None:
        """Show a model.

        Args:
            model: of the rows.
            widths: the least ones of the columns, in pixels where the font is an ordinary one.
            parent: of the widget.
            shares: how much of the room left over a column takes, relative to the others, by its
                number; without them the last one takes it all.
        """
        super().__init__(parent)
        self.setModel(model)
        self.setObjectName("batch")
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        rows, header = self.verticalHeader(), self.horizontalHeader()
        rows.hide()
        # of one height: asking thousands of rows for theirs would take seconds
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(self.fontMetrics().height() + 8)
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        scale = max(1.0, self.fontMetrics().height() / _ORDINARY_FONT)
        self._least = [
            max(round(scale * width), self._title_width(number))
            for number, width in enumerate(widths)
        ]
        self._shares = dict(shares or {len(widths) - 1: 1})
        self._dragged: set[int] = set()
        self._is_sharing = False
        self._share(range(len(widths)))
        header.sectionResized.connect(self._on_section_resized)

    def _title_width(self, column: int) -> int:
        header = self.horizontalHeader()
        title = str(self.model().headerData(column, Qt.Orientation.Horizontal))
        return header.fontMetrics().horizontalAdvance(title) + _AROUND_TITLE

    def _share(self, columns: Sequence[int]) -> None:
        """Give columns their widths, but those that the user has dragged."""
        header = self.horizontalHeader()
        free = [each for each in columns if each not in self._dragged]
        taken = sum(header.sectionSize(at) for at in range(header.count()) if at not in free)
        left = max(0, self.viewport().width() - taken - sum(self._least[each] for each in free))
        shares = sum(self._shares.get(each, 0) for each in free)
        self._is_sharing = True
        for each in free:
            share = self._shares.get(each, 0)
            more = left * share // shares if share else 0
            left, shares = left - more, shares - share
            header.resizeSection(each, self._least[each] + more)
        self._is_sharing = False

    @Slot(int, int, int)
    def _on_section_resized(self, column: int, _before: int, _now: int) -> None:
        if not self._is_sharing:
            self._dragged.add(column)
            self._share(range(column + 1, len(self._least)))

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        self._share(range(len(self._least)))  # before Qt asks whether the table must scroll
        super().resizeEvent(event)
