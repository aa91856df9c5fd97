"""Damage chain: what befalls a recording one after the other, as a list with a form for each."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QMenu,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.language import translated
from app.panels import layout
from app.widgets.parameter_form import ParameterForm
from app.wizard.damage_words import damage_title
from training.degradations import DEGRADATIONS
from training.degradations.base import Degradation
from training.ready_chains import READY_CHAINS

_KEY = Qt.ItemDataRole.UserRole
_LIST_WIDTH = 250


class DamageChain(QWidget):
    """Steps in their order, dragged or moved by buttons; the settings of the one that is chosen."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.list = QListWidget()
        self.add, self.ready = QPushButton(self.tr("&Add")), QPushButton(self.tr("&Ready-Made"))
        self.remove = QPushButton(self.tr("Re&move"))
        self.up, self.down = QPushButton("▲"), QPushButton("▼")
        self._kinds: dict[int, str] = {}
        self._forms: dict[int, ParameterForm] = {}
        self._pages = QVBoxLayout()  # a stack would give each form the height of the longest
        self._purpose = layout.muted()
        self._title = layout.heading("")
        self._empty = layout.muted(self.tr("Add some damage, or take a ready-made chain."))
        self._is_filling = False
        self._lay_out()
        self._connect()
        self._refresh()

    def damage(self) -> tuple[Degradation, ...]:
        """What the list says.

        Raises:
            SettingsError: settings of a step contradict each other.
        """
        made = []
        for key in self._keys():
            kind = DEGRADATIONS[self._kinds[key]]
            made.append(kind.from_mapping(self._forms[key].values()))
        return tuple(made)

    def set_damage(self, damage: Sequence[Degradation]) -> None:
        """Show other steps instead."""
        self._is_filling = True
        self.list.clear()
        for each in self._forms.values():
            each.hide()
            each.deleteLater()
        self._kinds.clear()
        self._forms.clear()
        for step in damage:
            self._append(step)
        self.list.setCurrentRow(0)
        self._is_filling = False
        self._on_changed()

    def append(self, damage: Degradation) -> None:
        """Add a step at the end, and choose it."""
        self._append(damage)
        self.list.setCurrentRow(self.list.count() - 1)
        self._on_changed()

    def _append(self, damage: Degradation) -> None:
        key = max(self._forms, default=-1) + 1
        declared = [each for each in damage.params() if each.name != "seed"]
        form = ParameterForm(declared)
        form.set_values({each.name: getattr(damage, each.name) for each in declared})
        form.changed.connect(self._on_changed)
        self._kinds[key], self._forms[key] = damage.name, form
        self._pages.addWidget(form)
        form.hide()
        item = QListWidgetItem(damage_title(damage.name))
        item.setData(_KEY, key)
        self.list.addItem(item)

    def _keys(self) -> list[int]:
        return [self.list.item(row).data(_KEY) for row in range(self.list.count())]

    def _lay_out(self) -> None:
        self.list.setSpacing(2)
        self.list.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.list.setAccessibleName(self.tr("Damage, in the order it happens"))
        self.list.setToolTip(self.tr("What happens first stands first; drag to change the order"))
        self.add.setMenu(self._kinds_menu())
        self.ready.setMenu(self._ready_menu())
        for button, told in (
            (self.up, self.tr("Earlier")), (self.down, self.tr("Later")),
        ):  # fmt: skip
            button.setAccessibleName(told)
            button.setToolTip(told)
            button.setFixedWidth(36)
        above, below = QHBoxLayout(), QHBoxLayout()
        for each in (self.add, self.ready):
            above.addWidget(each)
        for each in (self.up, self.down, self.remove):
            below.addWidget(each)
        below.addStretch(1)
        left = QVBoxLayout()
        left.addLayout(above)
        left.addWidget(self.list, 1)
        left.addLayout(below)
        self.list.setMinimumWidth(_LIST_WIDTH)
        inside = QWidget()
        settings = QVBoxLayout(inside)
        settings.setContentsMargins(0, 0, 8, 0)
        for part in (self._title, self._purpose, self._empty):
            settings.addWidget(part)
        settings.addLayout(self._pages)
        settings.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setWidget(inside)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(16)
        row.addLayout(left)
        row.addWidget(area, 1)

    def _kinds_menu(self) -> QMenu:
        menu = QMenu(self)
        for name in sorted(DEGRADATIONS, key=lambda each: damage_title(each).casefold()):
            action = menu.addAction(damage_title(name))
            action.setData(name)
        menu.triggered.connect(self._on_add)
        return menu

    def _ready_menu(self) -> QMenu:
        menu = QMenu(self)
        for title in READY_CHAINS:
            menu.addAction(translated(title)).setData(title)
        menu.triggered.connect(self._on_ready)
        return menu

    def _connect(self) -> None:
        self.list.currentRowChanged.connect(self._refresh)
        self.list.model().rowsMoved.connect(self._on_changed)
        self.list.model().rowsRemoved.connect(self._on_changed)
        self.remove.clicked.connect(self._on_remove)
        self.up.clicked.connect(self._on_up)
        self.down.clicked.connect(self._on_down)

    @Slot()
    def _refresh(self) -> None:
        """Show the settings of the step that is chosen, and what can be done with it."""
        row, count = self.list.currentRow(), self.list.count()
        item = self.list.currentItem()
        form = None if item is None else self._forms.get(item.data(_KEY))
        for each in self._forms.values():
            each.setVisible(each is form)
        self._empty.setVisible(form is None)
        self._title.setVisible(form is not None)
        self._purpose.setVisible(form is not None)
        if form is not None and item is not None:
            kind = DEGRADATIONS[self._kinds[item.data(_KEY)]]
            self._title.setText(item.text())
            self._purpose.setText(_told(kind))
        self.remove.setEnabled(form is not None)
        self.up.setEnabled(row > 0)
        self.down.setEnabled(0 <= row < count - 1)

    @Slot()
    def _on_changed(self) -> None:
        if not self._is_filling:
            self._refresh()
            self.changed.emit()

    @Slot(QAction)
    def _on_add(self, action: QAction) -> None:
        self.append(DEGRADATIONS[action.data()]())

    @Slot(QAction)
    def _on_ready(self, action: QAction) -> None:
        self.set_damage(READY_CHAINS[action.data()])

    @Slot()
    def _on_remove(self) -> None:
        item = self.list.takeItem(self.list.currentRow())
        if item is not None:
            form = self._forms.pop(item.data(_KEY))
            form.hide()
            form.deleteLater()
            self._on_changed()

    @Slot()
    def _on_up(self) -> None:
        self._move(-1)

    @Slot()
    def _on_down(self) -> None:
        self._move(1)

    def _move(self, by: int) -> None:
        row = self.list.currentRow()
        self._is_filling = True
        item = self.list.takeItem(row)
        self.list.insertItem(row + by, item)
        self.list.setCurrentRow(row + by)
        self._is_filling = False
        self._on_changed()


def _told(kind: type[Degradation]) -> str:
    """What a kind of damage is, in a sentence."""
    told = translated((kind.__doc__ or "").strip().splitlines()[0]).replace("`", "")
    return told if told.endswith(".") else f"{told}."
