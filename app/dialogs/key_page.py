"""KeyPage: the keys of every action, to be changed; a page of the preferences."""

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QFormLayout,
    QHBoxLayout,
    QHeaderView,
    QKeySequenceEdit,
    QLabel,
    QLineEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from app import settings as keys
from app.key_bindings import RUNOUT, KeyBindings, native, portable
from app.language import translated
from app.panels import layout
from app.settings import Settings
from app.widgets.setting_fields import ChoiceField

ID = Qt.ItemDataRole.UserRole
SCHEME_NAMES = {RUNOUT: "Runout", "audacity": "Audacity"}


class KeyField(QKeySequenceEdit):
    """Takes one press of keys; Esc leaves it, as Tab does."""

    left = Signal()
    """Esc was pressed."""

    def __init__(self) -> None:
        super().__init__()
        self.setMaximumSequenceLength(1)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and not event.modifiers():
            self.left.emit()
        else:
            super().keyPressEvent(event)


class KeyPage(QWidget):
    """A scheme, all actions with their keys, and a field for the key of the chosen one."""

    def __init__(
        self, bindings: KeyBindings, store: Settings, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._bindings = bindings
        names = {name: SCHEME_NAMES.get(name, name.capitalize()) for name in bindings.schemes}
        self.scheme = ChoiceField(store, keys.key_scheme, names)
        self.search = QLineEdit()
        self.tree = QTreeWidget()
        self.field = KeyField()
        self.told = layout.muted()
        self.take = self._button(self.tr("Give It &Here"), self._on_take)
        self.clear = self._button(self.tr("&No Key"), self._on_clear)
        self.reset = self._button(self.tr("Usual &Key"), self._on_reset)
        self.reset_all = self._button(self.tr("&All Usual Keys"), bindings.reset_all)
        self._items: dict[str, QTreeWidgetItem] = {}
        self._menus: dict[str, tuple[QTreeWidgetItem, list[QTreeWidgetItem]]] = {}
        self._dress()
        self._lay_out()
        self._fill()
        self.search.textChanged.connect(self._on_searched)
        self.tree.currentItemChanged.connect(self._on_chosen)
        self.tree.itemActivated.connect(self._on_activated)
        self.field.keySequenceChanged.connect(self._on_pressed)
        self.field.left.connect(self.tree.setFocus)
        bindings.changed.connect(self._show_keys)
        self._on_chosen()

    @property
    def chosen(self) -> str:
        """The id of the action whose key is changed; empty if none is chosen."""
        item = self.tree.currentItem()
        return str(item.data(0, ID) or "") if item is not None else ""

    def choose(self, name: str) -> None:
        """Choose an action."""
        self.tree.setCurrentItem(self._items[name])

    @staticmethod
    def _button(text: str, pressed: Callable[[], None]) -> QPushButton:
        button = QPushButton(text)
        button.clicked.connect(pressed)
        return button

    def _dress(self) -> None:
        self.scheme.setAccessibleName(self.tr("Key scheme"))
        self.search.setPlaceholderText(self.tr("Search"))
        self.search.setAccessibleName(self.tr("Search actions and keys"))
        self.search.setClearButtonEnabled(True)
        self.field.setAccessibleName(self.tr("New key of the chosen action"))
        self.tree.setAccessibleName(self.tr("Actions and their keys"))
        self.tree.setHeaderLabels([self.tr("Action"), self.tr("Keys")])
        self.tree.setUniformRowHeights(True)
        self.tree.setIndentation(12)
        self.tree.setRootIsDecorated(False)
        header = self.tree.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self.take.hide()

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setHorizontalSpacing(14)
        form.addRow(self.tr("Key &scheme"), self.scheme)
        entry = QHBoxLayout()
        label = QLabel(self.tr("New k&ey"))
        label.setBuddy(self.field)
        for widget, stretch in ((label, 0), (self.field, 1), (self.clear, 0), (self.reset, 0)):
            entry.addWidget(widget, stretch)
        below = QHBoxLayout()
        below.addWidget(self.told, 1)
        below.addWidget(self.take)
        below.addWidget(self.reset_all)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 16, 14, 12)
        column.setSpacing(10)
        column.addLayout(form)
        column.addWidget(self.search)
        column.addWidget(self.tree, 1)
        column.addLayout(entry)
        column.addLayout(below)

    def _fill(self) -> None:
        for row in self._bindings.rows.values():
            # the menus of the bar all have their key at the first letter
            menu, *inner = (_plain(part) for part in f"&{row.menu}".split("/"))
            if menu not in self._menus:
                self._menus[menu] = (self._added_menu(menu), [])
            item = QTreeWidgetItem([" › ".join((*inner, _plain(row.text)))])
            item.setData(0, ID, row.id)
            self._menus[menu][0].addChild(item)
            self._menus[menu][1].append(item)
            self._items[row.id] = item
        self.tree.expandAll()
        self._show_keys()

    def _added_menu(self, title: str) -> QTreeWidgetItem:
        top = QTreeWidgetItem([title])
        font = top.font(0)
        font.setBold(True)
        top.setFont(0, font)
        top.setFlags(Qt.ItemFlag.ItemIsEnabled)
        self.tree.addTopLevelItem(top)
        return top

    @Slot()
    def _show_keys(self) -> None:
        for name, item in self._items.items():
            item.setText(1, ", ".join(map(native, self._bindings.keys(name))))
            font = item.font(1)
            font.setBold(self._bindings.is_edited(name))
            item.setFont(1, font)
        self._on_searched()
        self._on_chosen()

    @Slot()
    def _on_searched(self) -> None:
        wanted = self.search.text().casefold()
        for top, rows in self._menus.values():
            for row in rows:
                row.setHidden(wanted not in f"{row.text(0)} {row.text(1)}".casefold())
            top.setHidden(all(row.isHidden() for row in rows))

    @Slot()
    def _on_chosen(self) -> None:
        """Another action, or other keys: what was pressed for the one before is forgotten."""
        name = self.chosen
        for each in (self.field, self.clear, self.reset):
            each.setEnabled(bool(name))
        self.clear.setEnabled(bool(self._bindings.keys(name)))
        self.reset.setEnabled(self._bindings.is_edited(name))
        self.take.hide()
        self.field.blockSignals(True)
        self.field.clear()
        self.field.blockSignals(False)
        self.told.setText(
            self.tr("Press the keys for: {action}").format(action=self._told(name))
            if name
            else self.tr("Choose an action to give it another key.")
        )

    @Slot()
    def _on_activated(self) -> None:
        if self.chosen:
            self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)

    @Slot(QKeySequence)
    def _on_pressed(self, pressed: QKeySequence) -> None:
        name, key = self.chosen, portable(pressed.toString())
        if not name or not key:
            return
        owner = self._bindings.owner(key)
        self.take.setVisible(owner not in (None, name))
        if owner is None:
            self._bindings.set_keys(name, (key,))
            self.told.setText(
                self.tr("{key} is the key of {action} now.").format(
                    key=native(key), action=self._told(name)
                )
            )
        elif owner == name:
            self.told.setText(self.tr("{key} is its key already.").format(key=native(key)))
        else:
            self.told.setText(
                self.tr("{key} is the key of {action}; it can be taken away from there.").format(
                    key=native(key), action=self._told(owner)
                )
            )

    @Slot()
    def _on_take(self) -> None:
        key = portable(self.field.keySequence().toString())
        if self.chosen and key:
            self._bindings.set_keys(self.chosen, (key,))
            self.tree.setFocus()

    @Slot()
    def _on_clear(self) -> None:
        self._bindings.set_keys(self.chosen, ())

    @Slot()
    def _on_reset(self) -> None:
        self._bindings.reset(self.chosen)

    def _told(self, name: str) -> str:
        return self._items[name].text(0)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter in the list goes to the field, and is not to close the dialog besides."""
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)

    @override
    def sizeHint(self) -> QSize:
        return QSize(600, 480)


def _plain(text: str) -> str:
    """A text of the table of actions as it is read."""
    return translated(text).replace("&", "").rstrip("… ")
