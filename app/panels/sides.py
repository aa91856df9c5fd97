"""Sides: the transfers of this session as a list; a click goes to another one."""

from collections.abc import Callable

from PySide6.QtCore import QPoint, Qt, QUrl, Slot
from PySide6.QtGui import QAction, QDesktopServices
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QMenu, QMessageBox, QWidget

from app.dialogs.leaving import ask_leaving, ask_quitting
from app.panels import layout
from app.session import Session
from app.sides import Side, Sides
from engine.units import format_time

SIDE = Qt.ItemDataRole.UserRole


class SidesPanel(QWidget):
    """A row each: name, length, what was done, ● unsaved, ✔ exported."""

    def __init__(
        self,
        session: Session,
        sides: Sides,
        close: Callable[[], object],
        parent: QWidget | None = None,
    ) -> None:
        """Args: close: closes the open one, unless the user thinks again."""
        super().__init__(parent)
        self._close_open = close
        self.setObjectName("panel")
        self._session, self._sides = session, sides
        self._shown: Side | None = None
        self._list = QListWidget()
        self._list.setAccessibleName(self.tr("Sides"))
        self._list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setSpacing(3)
        self._list.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self._list.itemClicked.connect(self._on_activated)
        self._list.itemActivated.connect(self._on_activated)
        self._list.customContextMenuRequested.connect(self._on_menu_wanted)
        column = layout.column(self)
        column.addWidget(self._list, 1)
        column.addWidget(
            layout.muted(self.tr("Drop more files here. ● not saved or exported · ✔ exported"))
        )
        sides.changed.connect(self._fill)
        session.runner.started.connect(self._on_running_changed)
        session.runner.idle.connect(self._on_running_changed)
        self._fill()

    @property
    def rows(self) -> list[str]:
        """The text of each row."""
        return [self._list.item(row).text() for row in range(self._list.count())]

    @Slot()
    def _on_running_changed(self) -> None:
        self._list.setEnabled(not self._session.is_busy)  # a job is not stopped by a slip

    @Slot()
    def _fill(self) -> None:
        sides = self._sides.items
        items = [self._list.item(row) for row in range(self._list.count())]
        if [item.data(SIDE) for item in items] != sides:  # else focus and place are kept
            self._list.clear()
            items = [QListWidgetItem(self._list) for _ in sides]
        for side, item in zip(sides, items, strict=True):
            self._show(side, item)
        current = self._sides.current
        if current is not None and current is not self._shown:
            self._list.setCurrentRow(sides.index(current))
        self._shown = current

    def _show(self, side: Side, item: QListWidgetItem) -> None:
        item.setText(self._told(side))
        item.setData(SIDE, side)
        item.setToolTip(str(side.path))
        item.setData(Qt.ItemDataRole.AccessibleTextRole, self._spoken(side))
        font = item.font()
        font.setBold(side is self._sides.current)
        item.setFont(font)

    def _told(self, side: Side) -> str:
        mark = "● " if side.is_unsaved else "✔ " if side.is_exported else ""
        return f"{mark}{side.path.stem}\n{self._facts(side)}"

    def _facts(self, side: Side) -> str:
        length = "" if side.duration_s is None else format_time(side.duration_s, 0)
        if not side.n_operations:
            return length or " "
        done = self.tr("1 operation")
        if side.n_operations > 1:
            done = self.tr("{n} operations").format(n=side.n_operations)
        return f"{length} · {done}"

    def _spoken(self, side: Side) -> str:
        parts = [side.path.stem, self._facts(side)]
        if side.is_unsaved:
            parts.append(self.tr("not saved"))
        elif side.is_exported:
            parts.append(self.tr("exported"))
        if side is self._sides.current:
            parts.append(self.tr("open"))
        return ", ".join(parts)

    @Slot(QListWidgetItem)
    def _on_activated(self, item: QListWidgetItem) -> None:
        self.go_to(item.data(SIDE))

    def go_to(self, side: Side) -> None:
        """Open another one; the open one waits in the list as it is."""
        if side is self._sides.current or self._session.is_busy:
            return
        if self._sides.current is None or self._sides.can_come_back(side.path):
            self._sides.open(side.path)
        else:
            self._session.failed.emit(
                self.tr("What was done on the open side could not be kept; save it first.")
            )

    def may_quit(self) -> bool:
        """Whether nothing unsaved waits in the list, or the user knows."""
        waiting = [each for each in self._sides.items if each is not self._sides.current]
        names = [each.path.stem for each in waiting if each.is_unsaved]
        return not names or ask_quitting(self, names)

    def close_side(self, side: Side) -> None:
        """Take one out of the list, unless the user thinks again."""
        if side is self._sides.current:
            self._close_open()
            return
        if side.is_unsaved:
            answer = ask_leaving(self, side.path.name, side.n_operations)
            if answer is QMessageBox.StandardButton.Save:
                self.go_to(side)  # to be saved there, by a name
            if answer is not QMessageBox.StandardButton.Discard:
                return
        self._sides.remove(side)

    @Slot(QPoint)
    def _on_menu_wanted(self, where: QPoint) -> None:
        item = self._list.itemAt(where)
        if item is None:
            return
        side: Side = item.data(SIDE)
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for text, does in (
            (self.tr("&Open"), lambda: self.go_to(side)),
            (self.tr("Show in &Folder"), lambda: _show_folder(side)),
            (self.tr("&Close"), lambda: self.close_side(side)),
        ):
            action = QAction(text, menu)
            action.triggered.connect(does)
            menu.addAction(action)
        menu.popup(self._list.viewport().mapToGlobal(where))


def _show_folder(side: Side) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(side.path.parent)))
