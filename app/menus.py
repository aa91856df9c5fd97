"""Menus: QActions made from the rows of ACTIONS, kept enabled and ticked as things stand."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QPoint, Qt, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from app.action import Action
from app.desk import Desk
from app.key_bindings import KeyBindings, native
from app.language import translated
from app.theme import Theme

CONTEXT = ("run", "run_inpaint", "run_denoise", "run_declick", "repeat", "try_another", "",
           "play_selection", "play_band", "zoom_selection", "",
           "toggle_band", "put_back", "mark_noise", "mark_music", "select_none", "",
           "select_visible", "add_marker", "turn_here", "zoom_fit")  # fmt: skip
"""What stands in the menu in a picture as far as it can be done; an empty name is a line."""
DECISIONS = ("accept", "reject", "revert", "reopen")
"""What stands above that while an event is chosen."""
TITLES = ("&File", "&Edit", "&Select", "&Marks", "&View", "&Process", "&Review", "Mo&dels",
          "&Listen", "&Help")  # fmt: skip


class Menus(QObject):
    """The menu bar of a desk, which is a window."""

    def __init__(self, desk: Desk, rows: Mapping[str, Action], bindings: KeyBindings) -> None:
        assert isinstance(desk, QWidget)
        super().__init__(desk)
        self.desk = desk
        self.rows, self.bindings = rows, bindings
        self.actions: dict[str, QAction] = {}
        self.bar = QMenuBar(desk)
        self._menus: dict[str, QMenu] = {}
        self._groups: dict[str, int] = {}
        for title in TITLES:
            self._menus[title.replace("&", "")] = self.bar.addMenu(_translated(title))
        self.recent = QMenu(_translated("Open &Recent"), desk)
        self.recent.setToolTipsVisible(True)
        self.recent.aboutToShow.connect(self._on_recent_wanted)
        for row in rows.values():
            self._add(row, desk)
        self._show_keys()
        bindings.changed.connect(self._show_keys)
        bindings.changed.connect(self.refresh)

    def menu(self, name: str) -> QMenu:
        """A menu by its plain name, `Menu` or `Menu/Submenu`."""
        return self._menus[name]

    @Slot(str)
    def trigger(self, name: str) -> None:
        """Do what an action does, if that can be done now."""
        self.actions[name].trigger()

    @Slot(QPoint)
    def pop_up(self, where: QPoint) -> None:
        """Show the menu in a picture."""
        can_decide = self.actions["accept"].isEnabled()
        self.pop_up_with(where, (*DECISIONS, "", *CONTEXT) if can_decide else CONTEXT)

    def pop_up_with(self, where: QPoint, names: Sequence[str]) -> None:
        """Show a menu of some actions, without those that cannot be done now.

        An empty name is a line.
        """
        menu = QMenu(self.bar)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for name in names:
            if not name:
                menu.addSeparator()  # Qt shows one line where several come together
            elif self.actions[name].isEnabled():
                menu.addAction(self.actions[name])
        menu.popup(where)

    @Slot()
    def refresh(self) -> None:
        """Enable and tick everything as things stand now."""
        if self.desk.session.is_changing:
            return  # it is told of the recording at the end, once
        for row in self.rows.values():
            action = self.actions[row.id]
            action.setEnabled(row.enabled(self.desk))
            if row.checked is not None:
                action.setChecked(row.checked(self.desk))
            if row.tip_now is not None:
                self._set_tip(row, row.tip_now(self.desk) or row.tip)
        self.recent.setEnabled(bool(self.desk.session.recent_files))

    def told_keys(self) -> list[tuple[str, str, str]]:
        """The menu, the keys and the tip of every action that has keys."""
        titles = {title.replace("&", ""): title for title in TITLES}
        return [
            (
                _translated(titles[row.menu.split("/")[0]]).replace("&", ""),
                ", ".join(native(key) for key in self.bindings.keys(row.id)),
                _translated(row.tip) or _plain(row),
            )
            for row in self.rows.values()
            if self.bindings.keys(row.id)
        ]

    def dress(self, theme: Theme) -> None:
        """Give icons in the colours of the theme."""
        for row in self.rows.values():
            if row.icon:
                self.actions[row.id].setIcon(theme.icon(row.icon))
                self.actions[row.id].setIconVisibleInMenu(False)

    def _add(self, row: Action, window: QWidget) -> None:
        action = QAction(_translated(row.text), window)
        action.setObjectName(row.id)
        action.setCheckable(row.checked is not None)
        action.setAutoRepeat(row.repeats)
        action.triggered.connect(self._on_triggered)
        self.actions[row.id] = action
        window.addAction(action)
        self._menu(row).addAction(action)
        if row.id == "open":
            self._menus["File"].addMenu(self.recent)

    def _set_tip(self, row: Action, text: str) -> None:
        action, tip = self.actions[row.id], _translated(text)
        key = self.bindings.shown(row.id)
        action.setToolTip(f"{tip} ({key})" if key else tip)
        action.setStatusTip(tip)

    @Slot()
    def _show_keys(self) -> None:
        """Give all actions the keys in force, and tell them where keys are told."""
        for row in self.rows.values():
            action = self.actions[row.id]
            action.setShortcuts([QKeySequence(key) for key in self.bindings.keys(row.id)])
            self._set_tip(row, row.tip or _plain(row))
            short = _translated(row.short) or _plain(row).rstrip("… ")
            action.setIconText(short.replace("{key}", self.bindings.shown(row.id)).strip())

    def _menu(self, row: Action) -> QMenu:
        """The menu of a row, made and set apart by a line where that is due."""
        above, _, title = row.menu.rpartition("/")
        plain = row.menu.replace("&", "")
        if plain not in self._menus:
            self._separate(above, row.group)
            menu = QMenu(_translated(title), self._menus[above])
            menu.setToolTipsVisible(True)
            self._menus[above].addMenu(menu)
            self._menus[plain] = menu
            self._groups[plain] = row.group
        self._separate(plain, row.group)
        return self._menus[plain]

    def _separate(self, name: str, group: int) -> None:
        if self._groups.setdefault(name, group) != group:
            self._menus[name].addSeparator()
            self._groups[name] = group

    @Slot()
    def _on_triggered(self) -> None:
        action = self.sender()
        if isinstance(action, QAction):
            self.rows[action.objectName()].run(self.desk)
            self.refresh()

    @Slot()
    def _on_recent_wanted(self) -> None:
        self.recent.clear()
        for path in self.desk.session.recent_files:
            action = self.recent.addAction(path.name.replace("&", "&&"))
            action.setToolTip(str(path))
            action.setData(str(path))
            action.triggered.connect(self._on_recent)

    @Slot()
    def _on_recent(self) -> None:
        action = self.sender()
        if isinstance(action, QAction):
            self.desk.open(Path(action.data()))


def _plain(row: Action) -> str:
    """Its entry as it is told elsewhere, translated and without its key."""
    return _translated(row.text).replace("&", "")


def _translated(text: str) -> str:
    return translated(text)
