"""Noise tree: transfers and the stretches of noise in them, to be heard, seen and ticked."""

import os
from collections.abc import Iterable, Mapping, Sequence

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QFont, QIcon, QKeyEvent, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)
from typing_extensions import override

from app.language import translated
from app.sentence import as_sentence
from app.wizard.noise_search import Place, place_of
from engine.units import format_time
from training.wizard.find_stretches import LIKELY, SURE
from training.wizard.plan import Stretch

WHERE, PICTURE, LENGTH, LEVEL, SURENESS, LOT = range(6)
PLACE = Qt.ItemDataRole.UserRole
PICTURE_SIZE = QSize(132, 42)
_ICON = QSize(14, 14)
_WIDTHS = (300, 156, 96, 100, 92)
_ORDINARY_FONT = 17
_MOST_OPEN = 40
"""Transfers that are shown unfolded: to lay out thousands of rows takes long."""
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_On, _Off = Qt.CheckState.Checked, Qt.CheckState.Unchecked


class NoiseTree(QTreeWidget):
    """Space plays, Enter ticks, Delete takes transfers away; lots are written into their column."""

    play_wanted = Signal(object)
    """The place of a stretch."""
    ticked = Signal()
    """Something is ticked, or is no longer."""
    lot_named = Signal(list, str)
    """Paths of transfers, and the name of their lot."""
    removal_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sides: dict[str, QTreeWidgetItem] = {}
        self._rows: dict[Place, QTreeWidgetItem] = {}
        self._pictures: dict[Place, QPixmap] = {}
        self._play, self._stop = QIcon(), QIcon()
        self._heard: Place | None = None
        self._origins = {
            "lead-in": self.tr("Lead-in"),
            "lead-out": self.tr("Lead-out"),
            "pause": self.tr("Pause"),
            "mark": self.tr("Marked by you"),
            "alone": self.tr("Noise alone"),
        }
        self._dress()
        self.itemChanged.connect(self._on_item_changed)
        self.itemClicked.connect(self._on_clicked)

    @property
    def paths(self) -> list[str]:
        """Of all transfers, in the order shown."""
        return list(self._sides)

    @property
    def chosen_paths(self) -> list[str]:
        """Of the transfers that are selected, or have a selected stretch."""
        tops = [each.parent() or each for each in self.selectedItems()]
        return list(dict.fromkeys(str(each.data(WHERE, PLACE)) for each in tops))

    @property
    def current_place(self) -> Place | None:
        """The stretch that keys are on; the first one of a transfer."""
        item = self.currentItem()
        if item is not None and item.parent() is None:
            item = item.child(0)
        return None if item is None else item.data(WHERE, PLACE)

    def is_ticked(self, place: Place) -> bool:
        """Whether a stretch is."""
        return self._rows[place].checkState(WHERE) == _On

    def show_side(
        self,
        path: str,
        stretches: Sequence[Stretch],
        problem: str = "",
        pictures: Mapping[Place, bytes] | None = None,
    ) -> None:
        """Show what is known of a transfer, in place of what was known before."""
        self.blockSignals(True)
        for place, png in (pictures or {}).items():
            self._pictures[place] = _pixmap(png)
        side = self._sides.get(path)
        is_new = side is None
        if side is None:
            side = self._sides[path] = QTreeWidgetItem()
            side.setData(WHERE, PLACE, path)
            self.addTopLevelItem(side)
        for row in side.takeChildren():
            self._rows.pop(row.data(WHERE, PLACE), None)
        self._fill_side(side, path, stretches, problem)
        rows = [self._row(each) for each in stretches]
        side.addChildren(rows)
        if is_new and len(self._sides) <= _MOST_OPEN:
            side.setExpanded(True)
        self.blockSignals(False)

    def retain(self, paths: Iterable[str]) -> None:
        """Take all other transfers away."""
        kept = set(paths)
        for path in [each for each in self._sides if each not in kept]:
            side = self._sides.pop(path)
            for row in side.takeChildren():
                self._rows.pop(row.data(WHERE, PLACE), None)
            self.takeTopLevelItem(self.indexOfTopLevelItem(side))

    def tick_all(self, *, on: bool) -> None:
        """Tick all stretches, or none."""
        self.blockSignals(True)
        for side in self._sides.values():  # which sets all below it
            if side.childCount():
                side.setCheckState(WHERE, _On if on else _Off)
        self.blockSignals(False)
        self.viewport().update()
        self.ticked.emit()

    def show_icons(self, play: QIcon, stop: QIcon) -> None:
        """Take other icons, as of another theme."""
        self._play, self._stop = (_small(each) for each in (play, stop))
        heard, self._heard = self._heard, None
        self.blockSignals(True)
        for row in self._rows.values():
            row.setIcon(LENGTH, self._play)
        self.blockSignals(False)
        self.show_heard(heard)

    def show_heard(self, place: Place | None) -> None:
        """Show which stretch is being played."""
        if place is self._heard is None:
            return
        self.blockSignals(True)
        for each, icon in ((self._heard, self._play), (place, self._stop)):
            row = None if each is None else self._rows.get(each)
            if row is not None:
                row.setIcon(LENGTH, icon)
        self._heard = place
        self.blockSignals(False)
        self.viewport().update()

    def show_held(self, paths: set[str]) -> None:
        """Show which transfers are kept to judge by."""
        self.blockSignals(True)
        for path, side in self._sides.items():
            told = self.tr("kept to judge by") if path in paths else ""
            if side.text(PICTURE) != told:
                side.setText(PICTURE, told)
        self.blockSignals(False)
        self.viewport().update()

    def _dress(self) -> None:
        self.setAccessibleName(self.tr("Stretches of noise, by transfer"))
        titles = (
            self.tr("Transfer, and where in it"),
            self.tr("Picture"),
            self.tr("Length"),
            self.tr("Level"),
            self.tr("How sure"),
            self.tr("Lot"),
        )
        self.setHeaderLabels(titles)
        head = self.headerItem()
        head.setToolTip(PICTURE, self.tr("Frequencies up to 12 kHz over time: a note is a line"))
        head.setToolTip(LEVEL, self.tr("Root mean square; dBFS: 0 is the loudest a file can hold"))
        head.setToolTip(
            SURENESS,
            self.tr("How sure it is that there is noise alone; listen to what is doubtful"),
        )
        head.setToolTip(
            LOT, self.tr("A name for discs that belong together, as of one pressing; F2 writes it")
        )
        self.setIconSize(PICTURE_SIZE)
        self.setUniformRowHeights(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setMinimumHeight(260)
        header = self.header()
        header.setStretchLastSection(True)
        header.setSectionResizeMode(WHERE, QHeaderView.ResizeMode.Interactive)
        scale = max(1.0, self.fontMetrics().height() / _ORDINARY_FONT)
        for number, width in enumerate(_WIDTHS):
            header.resizeSection(number, round(scale * width))

    def _fill_side(
        self, side: QTreeWidgetItem, path: str, stretches: Sequence[Stretch], problem: str
    ) -> None:
        name = os.path.basename(path)
        told = "" if stretches else self.tr("no noise alone in it")
        if problem:
            told = as_sentence(translated(problem)).removeprefix(f"{name} ")
        side.setText(
            WHERE, self.tr("{name}: {told}").format(name=name, told=told) if told else name
        )
        side.setToolTip(WHERE, f"{path}\n{told}".strip())
        font = QFont(self.font())
        font.setBold(not told)
        side.setFont(WHERE, font)
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if stretches:
            flags |= Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsAutoTristate
            flags |= Qt.ItemFlag.ItemIsEditable
        else:
            side.setData(WHERE, Qt.ItemDataRole.CheckStateRole, None)
        side.setFlags(flags)
        side.setFirstColumnSpanned(bool(told) and not stretches)
        side.setText(LOT, stretches[0].group if stretches else "")
        seconds = sum(each.stop_s - each.start_s for each in stretches)
        side.setText(
            LENGTH, self.tr("{seconds:.1f} s").format(seconds=seconds) if stretches else ""
        )

    def _row(self, stretch: Stretch) -> QTreeWidgetItem:
        place = place_of(stretch)
        row = self._rows[place] = QTreeWidgetItem()
        row.setData(WHERE, PLACE, place)
        row.setFlags(
            Qt.ItemFlag.ItemIsEnabled
            | Qt.ItemFlag.ItemIsSelectable
            | Qt.ItemFlag.ItemIsUserCheckable
            | Qt.ItemFlag.ItemNeverHasChildren
        )
        row.setCheckState(WHERE, _On if stretch.is_taken else _Off)
        told = self.tr("{origin}, {start} to {stop}").format(
            origin=self._origins.get(stretch.origin, stretch.origin),
            start=format_time(stretch.start_s, 1),
            stop=format_time(stretch.stop_s, 1),
        )
        row.setText(WHERE, told)
        length_s = stretch.stop_s - stretch.start_s
        row.setText(LENGTH, self.tr("{seconds:.1f} s").format(seconds=length_s))
        row.setIcon(LENGTH, self._stop if place == self._heard else self._play)
        row.setToolTip(LENGTH, self.tr("Play it (Space)"))
        row.setText(LEVEL, self.tr("{level:.1f} dBFS").format(level=stretch.level_dbfs))
        row.setText(SURENESS, self._sureness(stretch))
        picture = self._pictures.get(place)
        if picture is not None:
            icon = QIcon(picture)
            icon.addPixmap(picture, QIcon.Mode.Selected)
            row.setIcon(PICTURE, icon)
        row.setSizeHint(PICTURE, PICTURE_SIZE + QSize(8, 6))
        told = ", ".join(row.text(each) for each in (WHERE, LENGTH, LEVEL, SURENESS))
        row.setData(WHERE, Qt.ItemDataRole.AccessibleTextRole, told)
        return row

    def _sureness(self, stretch: Stretch) -> str:
        if stretch.origin == "mark":
            return self.tr("marked")
        if stretch.sure >= SURE:
            return self.tr("sure")
        return self.tr("likely") if stretch.sure >= LIKELY else self.tr("doubtful")

    @Slot(QTreeWidgetItem, int)
    def _on_item_changed(self, item: QTreeWidgetItem, column: int) -> None:
        if column == WHERE:
            self.ticked.emit()
        elif column == LOT and item.parent() is None:
            path, chosen = str(item.data(WHERE, PLACE)), self.chosen_paths
            paths = chosen if path in chosen else [path]
            name = item.text(LOT).strip()
            self.blockSignals(True)
            for path in paths:
                self._sides[path].setText(LOT, name)
            self.blockSignals(False)
            self.lot_named.emit(paths, name)

    @Slot(QTreeWidgetItem, int)
    def _on_clicked(self, item: QTreeWidgetItem, column: int) -> None:
        if item.parent() is not None and column in (PICTURE, LENGTH):
            self.play_wanted.emit(item.data(WHERE, PLACE))

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        item, key = self.currentItem(), event.key()
        if self.state() == QAbstractItemView.State.EditingState:  # the Enter that ends writing
            super().keyPressEvent(event)
        elif key == Qt.Key.Key_Space and self.current_place is not None:
            self.play_wanted.emit(self.current_place)
        elif key in _ENTER and item is not None:
            self._toggle(item)
        elif key == Qt.Key.Key_F2 and item is not None:
            self._edit_lot(item.parent() or item)
        elif key == Qt.Key.Key_Delete:
            self.removal_wanted.emit()
        else:
            super().keyPressEvent(event)

    @override
    def mouseDoubleClickEvent(self, event: object) -> None:
        item = self.currentItem()
        if item is not None and item.parent() is None and self.currentColumn() == LOT:
            self._edit_lot(item)

    def _toggle(self, item: QTreeWidgetItem) -> None:
        if item.flags() & Qt.ItemFlag.ItemIsUserCheckable:
            item.setCheckState(WHERE, _Off if item.checkState(WHERE) == _On else _On)

    def _edit_lot(self, side: QTreeWidgetItem) -> None:
        if side.flags() & Qt.ItemFlag.ItemIsEditable:
            self.editItem(side, LOT)


def _small(icon: QIcon) -> QIcon:
    """An icon as high as a line, legible on a selected row too."""
    small = QIcon(icon.pixmap(_ICON))
    small.addPixmap(icon.pixmap(_ICON, QIcon.Mode.Normal, QIcon.State.On), QIcon.Mode.Selected)
    return small


def _pixmap(png: bytes) -> QPixmap:
    pixmap = QPixmap()
    pixmap.loadFromData(png)
    smooth = Qt.TransformationMode.SmoothTransformation
    return pixmap.scaled(PICTURE_SIZE, Qt.AspectRatioMode.IgnoreAspectRatio, smooth)
