"""History: the operations as a list; the head is where the recording is now."""

from PySide6.QtCore import QPoint, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QListWidget,
    QListWidgetItem,
    QMenu,
    QPushButton,
    QWidget,
)

from app import settings as keys
from app.document import Document
from app.panels import layout
from app.panels.history_drawing import ROW, RowDelegate
from app.panels.history_rows import Row, current_row, rows_of
from app.panels.numbers import told_bytes
from app.session import Session
from engine.branch import to_spare
from engine.errors import SettingsError

SIZE_PAUSE_MS = 400
"""Many decisions in a row are weighed once."""


class HistoryPanel(QWidget):
    """Left panel; a row is the recording after that operation, the first one the source."""

    clean_up_wanted = Signal()
    """Space is to be made by giving up other attempts."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self._session = session
        self._document: Document | None = None
        self._list = QListWidget()
        self._rows = RowDelegate(self._list)
        self._hint = layout.muted()
        self._size = layout.muted()
        self._clean_up = QPushButton(self.tr("Clean Up…"))
        self._sizes_due = QTimer(self)
        self._sizes_due.setSingleShot(True)
        self._sizes_due.setInterval(SIZE_PAUSE_MS)
        self._lay_out()
        self._sizes_due.timeout.connect(self._on_sizes_due)
        self._list.itemActivated.connect(self._on_activated)
        self._list.itemClicked.connect(self._on_activated)
        self._list.customContextMenuRequested.connect(self._on_menu_wanted)
        self._rows.switched.connect(self._on_switched, Qt.ConnectionType.QueuedConnection)
        self._rows.remarked.connect(self._on_remarked, Qt.ConnectionType.QueuedConnection)
        self._clean_up.clicked.connect(self.clean_up_wanted)
        session.document_changed.connect(self._on_document_changed)
        session.runner.started.connect(self._on_running_changed)
        session.runner.idle.connect(self._on_running_changed)
        self._on_document_changed()

    @property
    def rows(self) -> list[str]:
        """The text of each row."""
        return [self._list.item(row).text() for row in range(self._list.count())]

    @property
    def hint(self) -> str:
        """What stands below the list."""
        return self._hint.text()

    @property
    def told_size(self) -> str:
        """How large the project is, in words."""
        return self._size.text()

    def switch(self, row: Row) -> None:
        """Leave out what a row stands for, or put it in again; or tell why that cannot be."""
        document = self._document
        if document is None or self._session.is_busy or not row.can_switch:
            return
        self._session.settings.set(keys.history_hint, False)
        try:
            if row.is_undone:
                document.jump_to_operation(row.target)
            elif row.is_off:
                document.put_in(row.operations)
            else:
                document.leave_out(row.operations)
        except SettingsError as error:
            self._tell(f"{error}.")

    def _lay_out(self) -> None:
        self._list.setAccessibleName(self.tr("History"))
        self._list.setItemDelegate(self._rows)
        self._list.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setEditTriggers(QListWidget.EditTrigger.NoEditTriggers)
        self._list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._list.setMouseTracking(True)
        self._list.setProperty("takes_space", True)  # the key filter leaves it to the ticks
        self._clean_up.setToolTip(
            self.tr("How large the project is, and which other attempts could go")
        )
        column = layout.column(self)
        column.addWidget(self._list, 1)
        column.addWidget(self._hint)
        column.addWidget(self._size)
        column.addWidget(self._clean_up, 0, Qt.AlignmentFlag.AlignLeft)
        self._clean_up.hide()

    @Slot()
    def _on_document_changed(self) -> None:
        self._document = self._session.document
        if self._document is not None:
            self._document.history_changed.connect(self._fill)
            self._document.recorded.connect(self._sizes_due.start)
        self._fill()

    @Slot()
    def _on_running_changed(self) -> None:
        # a job is built upon the head, so that stays where it is until the job has ended
        self._list.setEnabled(not self._session.is_busy)

    @Slot()
    def _fill(self) -> None:
        self._list.clear()
        document = self._document
        has_operations = document is not None and len(document.operations) > 0
        hint = self.tr(
            "Click a row to go back or forward to it; untick one to hear all without it."
        )
        is_new = self._session.settings.get(keys.history_hint)
        self._tell(hint if has_operations and is_new else "")
        self._sizes_due.start()
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
        item.setData(Qt.ItemDataRole.AccessibleTextRole, self._spoken(row))
        if row.is_heading:
            item.setFlags(Qt.ItemFlag.NoItemFlags)
        else:
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsEditable)
            lines = (row.title, row.told, *row.notes[1:], row.invents, row.remark)
            item.setToolTip("\n".join(line for line in lines if line))
        self._list.addItem(item)

    def _spoken(self, row: Row) -> str:
        state = self.tr("undone, ") if row.is_undone else ""
        state = self.tr("another attempt, ") if row.is_other else state
        state = self.tr("left out, ") if row.is_off else state
        parts = [f"{row.title}, {state}{row.told}".replace("\n", ", ")]
        if row.invents:
            parts.append(self.tr("generative"))
        if row.remark:
            parts.append(self.tr("note: {remark}").format(remark=row.remark))
        return ", ".join(parts)

    def _tell(self, sentence: str) -> None:
        self._hint.setText(sentence)
        self._hint.setVisible(bool(sentence))

    @Slot()
    def _on_sizes_due(self) -> None:
        """Weigh the renders of all rows, and the project."""
        document = self._document
        folder = None if document is None else document.folder
        self._size.setVisible(folder is not None)
        self._clean_up.setVisible(False)
        if document is None or folder is None:
            self._rows.show_sizes({})
            return
        self._clean_up.setVisible(bool(to_spare(document.project)))
        self._rows.show_sizes(folder.render_sizes())
        sizes = folder.sizes()
        text = self.tr("The project takes {total}.").format(total=told_bytes(sizes.total))
        if sizes.undone:
            text = self.tr("The project takes {total}, {undone} of it for what is not in force.")
            text = text.format(total=told_bytes(sizes.total), undone=told_bytes(sizes.undone))
        self._size.setText(text)

    @Slot(QListWidgetItem)
    def _on_activated(self, item: QListWidgetItem) -> None:
        row: Row = item.data(ROW)
        document = self._document
        if document is None or row.is_heading or self._rows.has_switched():
            return
        if row.is_off:
            self._tell(
                self.tr("{title} is left out; tick it to have it again.").format(title=row.title)
            )
            return
        self._session.settings.set(keys.history_hint, False)
        here = document.state.operations[-1] if document.head else None
        if row.target is not here:
            document.jump_to_operation(row.target)

    @Slot(QPoint)
    def _on_menu_wanted(self, where: QPoint) -> None:
        item = self._list.itemAt(where)
        row: Row | None = None if item is None else item.data(ROW)
        if item is None or row is None or not row.operations:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for text, does, is_enabled in (
            (self.tr("&Go to After This"), lambda: self._on_activated(item), not row.is_off),
            (
                self.tr("Put &In Again") if row.is_off or row.is_undone else self.tr("&Leave Out"),
                lambda: self.switch(row),
                row.can_switch,
            ),
            (self.tr("&Note…"), lambda: self._list.editItem(item), True),
        ):
            action = QAction(text, menu)
            action.setEnabled(is_enabled)
            action.triggered.connect(does)
            menu.addAction(action)
        menu.popup(self._list.viewport().mapToGlobal(where))

    @Slot(object)
    def _on_switched(self, row: Row) -> None:
        self.switch(row)

    @Slot(object, str)
    def _on_remarked(self, row: Row, remark: str) -> None:
        if self._document is not None and row.operations:
            self._document.set_remark(row.operations[0], remark)
