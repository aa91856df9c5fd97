"""Music as rows of a table, with a tick for each file; only those on screen are put in words."""

from collections.abc import Callable, Collection, Iterable, Sequence
from pathlib import Path

from PySide6.QtCore import (
    QAbstractTableModel,
    QCoreApplication,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from typing_extensions import override

from app.language import translated
from app.panels.numbers import counted
from app.sentence import as_sentence
from engine.units import format_time
from training.wizard.scan import Scan, Scanned

Index = QModelIndex | QPersistentModelIndex
COLUMNS = ("file", "duration", "rate", "channels", "reaches", "quietest", "note")
NUMBERS = ("duration", "rate", "channels", "reaches", "quietest")
FILE, NOTE = COLUMNS.index("file"), COLUMNS.index("note")
_NOWHERE = QModelIndex()
_TICK = Qt.ItemDataRole.CheckStateRole


class MusicModel(QAbstractTableModel):
    """Files that were offered, and which of them are used."""

    ticked = Signal()
    """Others are used than before, by the user's hand."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.files: list[Scanned] = []
        self._places: dict[Path, int] = {}
        self._left_out: set[Path] = set()
        self._kept_in: set[Path] = set()
        self._titles = {
            "file": self.tr("File"),
            "duration": self.tr("Duration"),
            "rate": self.tr("Rate Hz"),
            "channels": self.tr("Channels"),
            "reaches": self.tr("Reaches kHz"),
            "quietest": self.tr("Quietest dBFS"),
            "note": self.tr("Note"),
        }
        self._tips = {
            "file": self.tr("What is ticked is learnt from; the space bar changes it"),
            "rate": self.tr("Sample rate"),
            "reaches": self.tr("Up to where there really is sound, whatever the rate is"),
            "quietest": self.tr("Level of the quietest passages; high where it is noisy"),
            "note": self.tr("What speaks against the file"),
        }
        self._texts: dict[str, Callable[[Scanned], str]] = {
            "file": lambda each: each.path.name,
            "duration": lambda each: format_time(each.duration_s, 0) if each.facts else "",
            "rate": lambda each: str(each.facts.sample_rate) if each.facts else "",
            "channels": lambda each: str(each.facts.n_channels) if each.facts else "",
            "reaches": lambda each: f"{each.facts.bandwidth_hz / 1000:.1f}" if each.facts else "",
            "quietest": lambda each: f"{each.facts.noise_dbfs:.0f}" if each.facts else "",
            "note": told_doubts,
        }

    # What the list is.

    def remember(self, left_out: Collection[str], kept_in: Collection[str]) -> None:
        """Take over what was said of files before."""
        self._left_out, self._kept_in = set(map(Path, left_out)), set(map(Path, kept_in))

    def take(self, found: Sequence[Scanned]) -> None:
        """Show files that were measured just now; others stay."""
        fresh = [each for each in found if each.path not in self._places]
        for each in found:
            if (place := self._places.get(each.path)) is not None and each.copy_of is not None:
                self.files[place] = each
        if not fresh:
            return
        first = len(self.files)
        self.beginInsertRows(_NOWHERE, first, first + len(fresh) - 1)
        self._places.update({each.path: first + at for at, each in enumerate(fresh)})
        self.files += fresh
        self.endInsertRows()

    def show_scan(self, scan: Scan) -> None:
        """Hold what a whole scan has found, and nothing else."""
        if list(scan.files) == self.files:
            return
        self.beginResetModel()
        self.files = list(scan.files)
        self._places = {each.path: place for place, each in enumerate(self.files)}
        self.endResetModel()

    def is_used(self, scanned: Scanned) -> bool:
        """Whether a file is learnt from: a good one unless it was left out, another if kept."""
        if not scanned.can_be_used or scanned.path in self._left_out:
            return False
        return scanned.is_good or scanned.path in self._kept_in

    def unused(self) -> list[Path]:
        """Files that are not learnt from, for whatever reason."""
        return [each.path for each in self.files if not self.is_used(each)]

    def kept_in(self) -> list[Path]:
        """Files that are used although something speaks against them."""
        return [each.path for each in self.files if self.is_used(each) and not each.is_good]

    def use(self, rows: Iterable[int], *, on: bool) -> None:
        """Learn from some files, or not."""
        rows = [row for row in rows if self.files[row].can_be_used]
        paths = {self.files[row].path for row in rows}
        if on:
            self._left_out -= paths
            self._kept_in |= paths
        else:
            self._left_out |= paths
            self._kept_in -= paths
        if rows:
            self.dataChanged.emit(self.index(min(rows), 0), self.index(max(rows), NOTE))
            self.ticked.emit()

    # Qt.

    @override
    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.files)

    @override
    def columnCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(COLUMNS)

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        scanned, column = self.files[index.row()], COLUMNS[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return self._texts[column](scanned)
        if role == _TICK and column == "file" and scanned.can_be_used:
            return Qt.CheckState.Checked if self.is_used(scanned) else Qt.CheckState.Unchecked
        if role == Qt.ItemDataRole.TextAlignmentRole and column in NUMBERS:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.ToolTipRole:
            return str(scanned.path) if column == "file" else self._texts[column](scanned) or None
        return None

    @override
    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != _TICK or index.column() != FILE:
            return False
        self.use([index.row()], on=Qt.CheckState(value) == Qt.CheckState.Checked)
        return True

    @override
    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        can_be_ticked = index.column() == FILE and self.files[index.row()].can_be_used
        return flags | Qt.ItemFlag.ItemIsUserCheckable if can_be_ticked else flags

    @override
    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._titles[COLUMNS[section]]
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tips.get(COLUMNS[section])
        if role == Qt.ItemDataRole.TextAlignmentRole and COLUMNS[section] in NUMBERS:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None


def told_doubts(scanned: Scanned) -> str:
    """What speaks against a file, in the language of the window; empty where nothing does."""
    facts = scanned.facts
    if facts is None:
        told, name = translated(scanned.problem), f"{scanned.path.name} "
        told = as_sentence(told.removeprefix(name))
        return told[:1].upper() + told[1:]
    found = []
    if facts.is_silent:
        found.append(_translated("Silent."))
    if scanned.copy_of is not None:
        found.append(_translated("The same as {name}.").format(name=scanned.copy_of.name))
    khz = facts.cut_hz / 1000.0
    if facts.codec:
        found.append(_translated("Lossy ({codec}).").format(codec=facts.codec))
    elif facts.looks_coded:
        found.append(_translated("Cut off at {khz:.1f} kHz, as by a lossy codec.").format(khz=khz))
    if facts.is_narrow:
        found.append(
            _translated("Cut off at {khz:.1f} kHz: made of a recording at a lower rate.").format(
                khz=khz
            )
        )
    if facts.is_clipped:
        found.append(_translated("Clipped: {n} samples.").format(n=counted(facts.n_clipped)))
    return " ".join(found)


def _translated(text: str) -> str:
    return QCoreApplication.translate("wizard", text)
