"""Events: what was found, as a table to go through and decide on."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    Qt,
    Slot,
)
from PySide6.QtGui import QAction, QFocusEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHeaderView,
    QTableView,
    QToolButton,
    QWidget,
)
from typing_extensions import override

from app import settings as keys
from app.event_text import decision_word
from app.language import translated
from app.panels import layout
from app.panels.event_model import COLUMNS, EventModel
from app.panels.numbers import counted
from app.review import Review
from app.session import Session
from app.widgets.folding_row import FoldingRow
from engine.event import Decision

_TITLE_ROOM = 12
"""Pixels around the title of a column."""
WIDTHS = (36, 64, 36, 24, 42, 32, 78)
"""Of the columns of the model, in pixels."""
_MARGIN = 6
CONFIDENCES = (0.9, 0.75, 0.5)
_THIS_ROW_ALONE = (
    QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
)


class EventsPanel(QWidget):
    """Right panel; rows that are selected are decided on together, the current one is shown."""

    def __init__(
        self,
        session: Session,
        review: Review,
        actions: Mapping[str, QAction],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self._session, self._review, self._events = session, review, review.events
        self._is_following = False
        self.model = EventModel(review.events, session, self)
        self.table = _Table()
        self.operation, self.decision, self.confidence = QComboBox(), QComboBox(), QComboBox()
        self._told = layout.muted()
        self._lay_out(actions)
        self._connect()
        self._on_changed()

    def _lay_out(self, actions: Mapping[str, QAction]) -> None:
        self._dress_table()
        buttons = list[QToolButton]()
        for box, name in (
            (self.operation, self.tr("Found by")),
            (self.decision, self.tr("Decision")),
            (self.confidence, self.tr("Confidence")),
        ):
            box.setAccessibleName(name)
            box.setToolTip(self.tr("Which events are listed: {name}").format(name=name))
            box.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            box.setSizeAdjustPolicy(
                QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
            )
            box.setMinimumContentsLength(4)
        self.decision.addItem(self.tr("Any decision"), None)
        for each in Decision:
            self.decision.addItem(decision_word(each).capitalize(), each)
        self.confidence.addItem(self.tr("Any %"), None)
        for share in CONFIDENCES:
            self.confidence.addItem(self.tr("< {share:.0%}").format(share=share), share)
        for name in ("accept", "reject", "revert", "reopen"):
            button = QToolButton()
            button.setObjectName("segment")
            button.setDefaultAction(actions[name])
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setAccessibleName(actions[name].iconText())
            buttons.append(button)
        column = layout.column(self)
        column.setContentsMargins(_MARGIN, layout.MARGIN, _MARGIN, layout.MARGIN)
        filters = (self.operation, self.decision, self.confidence)
        column.addWidget(FoldingRow(filters, (3, 4, 3)))
        column.addWidget(self.table, 1)
        column.addWidget(FoldingRow(buttons))
        column.addWidget(self._told)

    def _dress_table(self) -> None:
        table = self.table
        table.setModel(self.model)
        table.setAccessibleName(self.tr("Events"))
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        table.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        table.setTabKeyNavigation(False)
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.setCornerButtonEnabled(False)
        rows, header = table.verticalHeader(), table.horizontalHeader()
        rows.hide()
        # of one height: asking thousands of rows for theirs would take seconds
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(table.fontMetrics().height() + 6)
        header.setMinimumSectionSize(20)
        header.setHighlightSections(False)
        header.setSectionsClickable(True)
        header.setSortIndicatorShown(True)
        header.setStretchLastSection(True)
        metrics = header.fontMetrics()
        for number, width in enumerate(WIDTHS):
            title = str(self.model.headerData(number, Qt.Orientation.Horizontal))
            header.resizeSection(number, max(width, metrics.horizontalAdvance(title) + _TITLE_ROOM))

    def _connect(self) -> None:
        self._events.changed.connect(self._on_changed)
        self._events.decided.connect(self._on_decided)
        self._events.current_changed.connect(self._on_current_changed)
        for box in (self.operation, self.decision, self.confidence):
            box.currentIndexChanged.connect(self._on_filter_chosen)
        self.table.horizontalHeader().sectionClicked.connect(self._on_section_clicked)
        selection = self.table.selectionModel()
        selection.selectionChanged.connect(self._on_selection_changed)
        selection.currentRowChanged.connect(self._on_current_row_changed)

    # What the list tells.

    @Slot()
    def _on_changed(self) -> None:
        self._is_following = True
        self.model.refresh()
        self._is_following = False
        self._show_filter()
        self._show_order()
        self._on_current_changed()
        self._on_decided()

    @Slot()
    def _on_decided(self) -> None:
        if len(self._events.rows):
            self.model.tell_decisions()
        counts, listed = self._events.counts(), len(self._events.rows)
        total = len(self._events.columns)
        parts = [
            f"{counted(counts[each])} {decision_word(each)}" for each in counts if counts[each]
        ]
        if listed != total:
            parts.insert(
                0,
                self.tr("{listed} of {total} listed").format(
                    listed=counted(listed), total=counted(total)
                ),
            )
        self._told.setText(" · ".join(parts) or self._told_nothing())

    def _told_nothing(self) -> str:
        document = self._session.document
        maker = document.state.staged_by if document is not None else None
        if maker is not None:
            return self.tr(
                "No events since {title}. Those found before it can be decided on once you go "
                "back to before it."
            ).format(title=translated(maker.title))
        return self.tr("What a step such as Declick finds is listed here, to be decided on.")

    @Slot()
    def _on_current_changed(self) -> None:
        """Show the current event, unless it was the table that chose it."""
        current, table = self._events.current, self.table
        rows = np.flatnonzero(self._events.rows == (-1 if current is None else current))
        self._is_following = True
        if current is None:
            table.clearSelection()
        elif len(rows) and (
            table.currentIndex().row() != rows[0] or not table.selectionModel().hasSelection()
        ):
            index = self.model.index(int(rows[0]), 0)
            # selectRow() would add to the rows selected while Shift is held, as for Shift+N
            table.selectionModel().setCurrentIndex(index, _THIS_ROW_ALONE)
            table.scrollTo(index)
        self._is_following = False

    def _show_filter(self) -> None:
        columns, wanted = self._events.columns, self._events.filter
        self._is_following = True
        self.operation.clear()
        self.operation.addItem(self.tr("All steps"), None)
        for operation in columns.operations:
            self.operation.addItem(translated(operation.title), operation.id)
        for box, value in (
            (self.operation, wanted.operation),
            (self.decision, wanted.decision),
            (self.confidence, wanted.below),
        ):
            box.setCurrentIndex(max(0, box.findData(value)))
        self._is_following = False

    def _show_order(self) -> None:
        order = self._session.settings.get(keys.review_order)
        falls = (
            Qt.SortOrder.DescendingOrder if order.startswith("-") else Qt.SortOrder.AscendingOrder
        )
        name = order.lstrip("-")
        place = COLUMNS.index(name) if name in COLUMNS else COLUMNS.index("time")
        self.table.horizontalHeader().setSortIndicator(place, falls)

    # What the user does.

    @Slot()
    def _on_filter_chosen(self) -> None:
        if not self._is_following:
            self._events.filter = replace(
                self._events.filter,
                operation=self.operation.currentData(),
                decision=self.decision.currentData(),
                below=self.confidence.currentData(),
            )

    @Slot(int)
    def _on_section_clicked(self, section: int) -> None:
        settings = self._session.settings
        name = "time" if COLUMNS[section] == "number" else COLUMNS[section]
        is_risen = settings.get(keys.review_order) == name
        settings.set(keys.review_order, f"-{name}" if is_risen else name)

    @Slot(QItemSelection, QItemSelection)
    def _on_selection_changed(self, gained: QItemSelection, lost: QItemSelection) -> None:
        if not self._is_following:
            self._events.choose(self._selected())

    @Slot(QModelIndex, QModelIndex)
    def _on_current_row_changed(self, now: QModelIndex, before: QModelIndex) -> None:
        if not self._is_following and now.isValid():
            self._review.go_to(int(self._events.rows[now.row()]))
            self._events.choose(self._selected())

    def _selected(self) -> tuple[int, ...]:
        """Places in the columns of the selected rows, in the order of the review."""
        rows = sorted(index.row() for index in self.table.selectionModel().selectedRows())
        return tuple(self._events.rows[rows].tolist()) if rows else ()


class _Table(QTableView):
    """A table in which the focus alone chooses no row; Qt makes the first one current."""

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        selection = self.selectionModel()
        had_current = selection.currentIndex().isValid()
        selection.blockSignals(True)
        super().focusInEvent(event)
        if not had_current:
            selection.clearCurrentIndex()
        selection.blockSignals(False)
