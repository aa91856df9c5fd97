"""Marks: all markers and stretches of noise and music as a table, to go to, rename and delete."""

from PySide6.QtCore import QEvent, QPoint, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)
from typing_extensions import override

from app.mark_text import kind_meaning, kind_word, mark_name, told_mark
from app.marks import KINDS, Marks, region_of_mark
from app.panels import layout
from app.session import Session
from app.widgets.stepping import span_with
from engine.storage.contents import Mark
from engine.units import format_time

KIND, TIME, LENGTH, NAME = range(4)
MARK = Qt.ItemDataRole.UserRole
_WIDTHS = (74, 74, 58)
_AROUND = 14
"""Pixels of a cell beside its text."""
_LEARNT = "{kind} ✓"
_MARGIN = 6
Key = Qt.Key


class _Table(QTableWidget):
    """Keys that act on rows are its own while it has the focus."""

    delete_wanted = Signal()

    @override
    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            is_plain = event.modifiers() == Qt.KeyboardModifier.NoModifier
            own = (Key.Key_Delete, Key.Key_F2, Key.Key_Return, Key.Key_Enter, Key.Key_Up,
                   Key.Key_Down)  # fmt: skip
            if is_plain and event.key() in own:
                event.accept()
                return True
        return super().event(event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        is_editing = self.state() is QAbstractItemView.State.EditingState
        if event.key() == Key.Key_Delete:
            self.delete_wanted.emit()
        elif event.key() in (Key.Key_Return, Key.Key_Enter) and not is_editing:
            self.itemActivated.emit(self.currentItem())
        else:
            super().keyPressEvent(event)


class MarksPanel(QWidget):
    """Enter goes to a mark, F2 renames it, Del deletes those that are selected."""

    menu_wanted = Signal(QPoint)
    """Right click on a row, whose mark is the current one then; in global coordinates."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self._session = session
        self._marks: Marks | None = None
        self._is_filling = self._is_stale = False
        self.kind, self.search = QComboBox(), QLineEdit()
        self.table = _Table(0, 4)
        self._told = layout.muted()
        self._lay_out()
        self.kind.currentIndexChanged.connect(self._fill)
        self.search.textChanged.connect(self._fill)
        self.table.itemActivated.connect(self._on_activated)
        self.table.itemClicked.connect(self._on_activated)
        self.table.itemChanged.connect(self._on_item_changed)
        self.table.delete_wanted.connect(self._on_delete_wanted)
        self.table.currentItemChanged.connect(self._on_current_item_changed)
        self.table.customContextMenuRequested.connect(self._on_menu_wanted)
        session.document_changed.connect(self._on_document_changed)
        self._on_document_changed()

    def _lay_out(self) -> None:
        self.kind.setAccessibleName(self.tr("Kind of mark"))
        self.kind.setToolTip(self.tr("Which marks are listed"))
        self.kind.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.kind.addItem(self.tr("All kinds"), "")
        for kind in KINDS:
            self.kind.addItem(kind_word(kind), kind)
        self.search.setAccessibleName(self.tr("Search marks"))
        self.search.setPlaceholderText(self.tr("Search"))
        self.search.setClearButtonEnabled(True)
        table, header = self.table, self.table.horizontalHeader()
        titles = (self.tr("Kind"), self.tr("Time"), self.tr("Length"), self.tr("Name"))
        table.setHorizontalHeaderLabels(titles)
        table.setAccessibleName(self.tr("Marks"))
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setEditTriggers(
            QAbstractItemView.EditTrigger.EditKeyPressed
            | QAbstractItemView.EditTrigger.DoubleClicked
        )
        table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        table.verticalHeader().hide()
        table.setShowGrid(False)
        table.setTabKeyNavigation(False)
        table.setWordWrap(False)
        table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for column, width in enumerate(_WIDTHS):
            table.setColumnWidth(column, width)
        words = (_LEARNT.format(kind=kind_word(kind)) for kind in KINDS)
        longest = max(map(table.fontMetrics().horizontalAdvance, words))
        table.setColumnWidth(KIND, max(_WIDTHS[KIND], longest + _AROUND))
        header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        header.setHighlightSections(False)
        filters = QHBoxLayout()
        filters.addWidget(self.kind, 1)
        filters.addWidget(self.search, 2)
        stacked = layout.column(self)
        stacked.setContentsMargins(_MARGIN, layout.MARGIN, _MARGIN, layout.MARGIN)
        stacked.addLayout(filters)
        stacked.addWidget(table, 1)
        stacked.addWidget(self._told)

    @property
    def told(self) -> str:
        """The sentence beneath the table."""
        return self._told.text()

    def _selected(self) -> list[Mark]:
        rows = {each.row() for each in self.table.selectedIndexes()}
        items = (self.table.item(row, KIND) for row in sorted(rows))
        return [item.data(MARK) for item in items if item is not None]

    def _mark_of(self, item: QTableWidgetItem) -> Mark:
        first = self.table.item(item.row(), KIND)
        assert first is not None
        mark: Mark = first.data(MARK)
        return mark

    @Slot()
    def _on_document_changed(self) -> None:
        document = self._session.document
        self.setEnabled(document is not None)
        self._marks = None if document is None else document.marks
        if self._marks is not None:
            self._marks.changed.connect(self._on_changed)
            self._marks.noise_changed.connect(self._on_changed)
            self._marks.current_changed.connect(self._show_current)
        self._on_changed()

    @Slot()
    def _on_changed(self) -> None:
        """Fill the table, or leave that until it is seen."""
        self._is_stale = True
        if self.isVisible():
            self._fill()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        if self._is_stale:
            self._fill()

    @Slot()
    def _fill(self) -> None:
        self._is_stale = False
        items = () if self._marks is None else self._marks.items
        kind, wanted = self.kind.currentData(), self.search.text().strip().casefold()
        listed = [
            each
            for each in items
            if kind in ("", each.kind) and wanted in mark_name(each).casefold()
        ]
        self._is_filling = True
        self.table.setRowCount(len(listed))
        for row, mark in enumerate(listed):
            for column, item in enumerate(self._cells(mark)):
                self.table.setItem(row, column, item)
        self._is_filling = False
        self._told.setText(self._sentence(len(listed), len(items)))
        self._show_current()

    def _cells(self, mark: Mark) -> tuple[QTableWidgetItem, ...]:
        noise = None if self._marks is None else self._marks.noise
        is_learnt = noise is not None and region_of_mark(mark) == noise
        length = "" if mark.stop_s <= mark.start_s else f"{mark.stop_s - mark.start_s:.3f}"
        kind = kind_word(mark.kind)
        kind = _LEARNT.format(kind=kind) if is_learnt else kind
        texts = (kind, format_time(mark.start_s), length, mark.name)
        cells, tip = [], told_mark(mark, is_learnt=is_learnt)
        for column, text in enumerate(texts):
            cell = QTableWidgetItem(text)
            cell.setToolTip(tip)
            if column == KIND:
                cell.setData(MARK, mark)
            if column != NAME:
                cell.setFlags(cell.flags() & ~Qt.ItemFlag.ItemIsEditable)
            if column in (TIME, LENGTH):
                cell.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            cells.append(cell)
        return tuple(cells)

    def _sentence(self, n_listed: int, n_all: int) -> str:
        if not n_all:
            return self.tr(
                "The menu Marks sets a marker where the playhead is. A selection can be marked as "
                "groove noise, for denoising to learn from, or as music."
            )
        if n_listed < n_all:
            return self.tr("{listed} of {all} marks").format(listed=n_listed, all=n_all)
        kinds = {mark.kind for mark in self._marks.items} if self._marks is not None else set()
        return "\n".join(kind_word(k) + ": " + kind_meaning(k) for k in KINDS[1:] if k in kinds)

    @Slot()
    def _show_current(self) -> None:
        """Select the row of the current mark, unless it is one of several that are."""
        current = None if self._marks is None else self._marks.current
        if current is None or any(each is current for each in self._selected()):
            return
        for row in range(self.table.rowCount()):
            item = self.table.item(row, KIND)
            if item is not None and item.data(MARK) is current:
                self._is_filling = True
                self.table.setCurrentCell(row, NAME)
                self._is_filling = False

    @Slot()
    def _on_current_item_changed(self) -> None:
        item = self.table.currentItem()
        if item is not None and self._marks is not None and not self._is_filling:
            self._marks.choose(self._mark_of(item))

    @Slot(QTableWidgetItem)
    def _on_activated(self, item: QTableWidgetItem | None) -> None:
        if item is None or self._marks is None:
            return
        mark = self._mark_of(item)
        self._marks.choose(mark)
        state = self._session.view_state
        state.set_playhead(mark.start_s)
        state.set_span(*span_with(state.start_s, state.stop_s, mark.start_s))

    @Slot(QTableWidgetItem)
    def _on_item_changed(self, item: QTableWidgetItem) -> None:
        if self._is_filling or item.column() != NAME:
            return
        mark, name = self._mark_of(item), item.text()
        # the table is filled anew by it, which must not happen while the field still closes
        QTimer.singleShot(0, self, lambda: self._rename(mark, name))

    def _rename(self, mark: Mark, name: str) -> None:
        if self._marks is not None:
            self._marks.replace(mark, Mark(mark.start_s, mark.stop_s, name.strip(), mark.kind))

    @Slot()
    def _on_delete_wanted(self) -> None:
        if self._marks is not None:
            self._marks.remove(self._selected())

    @Slot(QPoint)
    def _on_menu_wanted(self, where: QPoint) -> None:
        item = self.table.itemAt(where)
        if item is not None and self._marks is not None:
            self._marks.choose(self._mark_of(item))
            self.menu_wanted.emit(self.table.viewport().mapToGlobal(where))
