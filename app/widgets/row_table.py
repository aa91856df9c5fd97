"""Row table: a table of rows that are chosen whole, for lists of thousands."""

from collections.abc import Sequence

from PySide6.QtCore import QAbstractItemModel, Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

_ORDINARY_FONT = 17


class RowTable(QTableView):
    """Several rows at once can be chosen; all are of one height, and no cell is gone into."""

    def __init__(
        self,
        model: QAbstractItemModel,
        widths: Sequence[int],
        parent: QWidget | None = None,
    ) -> None:
        """Show a model.

        Args:
            model: of the rows.
            widths: of the columns, in pixels where the font is an ordinary one.
            parent: of the widget.
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
        header.setStretchLastSection(True)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        scale = max(1.0, self.fontMetrics().height() / _ORDINARY_FONT)
        for number, width in enumerate(widths):
            title = str(model.headerData(number, Qt.Orientation.Horizontal))
            room = header.fontMetrics().horizontalAdvance(title) + 18
            header.resizeSection(number, max(round(scale * width), room))
