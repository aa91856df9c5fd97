"""The batch as rows of a table; of ten thousand only those on screen are put in words."""

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from typing_extensions import override

from app.batch.rows import Row, state_words
from app.batch.scan import Facts
from app.panels.numbers import told_rate
from engine.jobs.batch_news import SideState
from engine.units import format_time

Index = QModelIndex | QPersistentModelIndex
COLUMNS = ("file", "duration", "rate", "preset", "state", "progress", "clicks", "removed",
           "output", "note")  # fmt: skip
NUMBERS = ("duration", "rate", "clicks", "removed")
FILE, PRESET, PROGRESS, OUTPUT, NOTE = map(
    COLUMNS.index, ("file", "preset", "progress", "output", "note")
)
FRACTION = Qt.ItemDataRole.UserRole
"""How far a row is, in [0, 1]; None while it does not run."""
_NOWHERE = QModelIndex()


class BatchModel(QAbstractTableModel):
    """The list of rows, in the order they are done in.

    is_at_work: whether a batch does them, so that only those that wait can become another thing.
    titles: what presets are called, by their names.
    target: what a row is going to be restored into.
    """

    def __init__(
        self,
        titles: Mapping[str, str],
        target: Callable[[Row], Path | None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.rows: list[Row] = []
        self.is_at_work = False
        self._places: dict[Row, int] = {}
        self._sources: set[str] = set()
        self._presets, self._target = titles, target
        self._words = state_words()
        self._titles = {
            "file": self.tr("File"),
            "duration": self.tr("Duration"),
            "rate": self.tr("Rate"),
            "preset": self.tr("Preset"),
            "state": self.tr("State"),
            "progress": self.tr("Progress"),
            "clicks": self.tr("Clicks"),
            "removed": self.tr("Removed dB"),
            "output": self.tr("Output"),
            "note": self.tr("Note"),
        }
        self._tips = {
            "rate": self.tr("Sample rate"),
            "preset": self.tr("What is done; Enter or a double click chooses another preset"),
            "clicks": self.tr("How many clicks were repaired"),
            "removed": self.tr("Power that was taken out, dB relative to the source"),
            "output": self.tr("The file it becomes, below the output folder"),
            "note": self.tr("Why it failed, or what is noteworthy"),
        }
        self._texts: dict[str, Callable[[Row], str]] = {
            "file": lambda row: row.name,
            "duration": lambda row: _duration(row.duration_s),
            "rate": lambda row: "" if row.sample_rate is None else told_rate(row.sample_rate),
            "preset": lambda row: titles.get(row.preset, row.preset),
            "state": lambda row: self._words[row.state],
            "progress": lambda row: _share(row),
            "clicks": lambda row: "" if row.clicks is None else str(row.clicks),
            "removed": lambda row: "" if row.removed_db is None else f"{row.removed_db:.1f}",
            "output": self._output,
            "note": lambda row: row.told_shortly,
        }

    # What the list is.

    def add(self, rows: Sequence[Row]) -> int:
        """Take in those that are not in it yet; tells how many these were."""
        fresh = []
        for row in rows:
            if row.found.source not in self._sources:
                self._sources.add(row.found.source)
                fresh.append(row)
        if fresh:
            first = len(self.rows)
            self.beginInsertRows(_NOWHERE, first, first + len(fresh) - 1)
            self._places.update({row: first + at for at, row in enumerate(fresh)})
            self.rows += fresh
            self.endInsertRows()
        return len(fresh)

    def replace(self, rows: Iterable[Row]) -> None:
        """Hold these instead."""
        self.beginResetModel()
        self.rows = list(rows)
        self._places = {row: at for at, row in enumerate(self.rows)}
        self._sources = {row.found.source for row in self.rows}
        self.endResetModel()

    def take_facts(self, facts: Sequence[Facts]) -> None:
        """Show what the headers say."""
        for each in facts:
            row = each.row
            if row.duration_s is None:
                row.duration_s, row.sample_rate = each.duration_s, each.sample_rate
            row.problem = each.problem
        self.tell([each.row for each in facts])

    def may_change(self, row: Row) -> bool:
        """Whether a row can be taken out or get another preset."""
        return not self.is_at_work or row.state is SideState.WAITING

    def choose_preset(self, rows: Iterable[Row], name: str) -> list[Row]:
        """Have other rows done with a preset; they wait again. Tells which have changed."""
        changed = [row for row in rows if row.preset != name]
        for row in changed:
            row.preset = name
            row.reset()
        self.tell(changed)
        return changed

    def tell(self, rows: Iterable[Row]) -> None:
        """Say that rows have changed; one span of them, as a table paints only what it shows."""
        places = [place for row in rows if (place := self._places.get(row)) is not None]
        if places:
            last = self.index(max(places), len(COLUMNS) - 1)
            self.dataChanged.emit(self.index(min(places), 0), last)

    # Qt.

    @override
    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.rows)

    @override
    def columnCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(COLUMNS)

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row, column = self.rows[index.row()], COLUMNS[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return self._texts[column](row)
        if role == Qt.ItemDataRole.EditRole and column == "preset":
            return row.preset
        if role == Qt.ItemDataRole.TextAlignmentRole and column in NUMBERS:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tip(row, column)
        if role == FRACTION and row.state in (SideState.RUNNING, SideState.ANALYSING):
            return row.fraction
        return None

    @override
    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        is_editable = index.column() == PRESET and self.may_change(self.rows[index.row()])
        return flags | Qt.ItemFlag.ItemIsEditable if is_editable else flags

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

    def _output(self, row: Row) -> str:
        target = row.output
        if target is None and not row.is_over:
            target = self._target(row)
        folder = os.path.dirname(row.found.below)
        return "" if target is None else os.path.join(folder, target.name)

    def _tip(self, row: Row, column: str) -> str | None:
        if column == "file":
            return row.found.source
        if column == "output":
            return str(row.output) if row.output is not None else self._output(row) or None
        if column == "note":
            return row.told or None
        return None


def _share(row: Row) -> str:
    is_told = row.fraction > 0.0 and row.state is not SideState.FAILED
    return f"{row.fraction:.0%}" if is_told else ""


def _duration(seconds: float | None) -> str:
    return "" if seconds is None else format_time(seconds, 0)
