"""The models as rows of a table."""

from collections.abc import Callable, Iterable, Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from typing_extensions import override

from app.models.rows import Row
from app.models.words import (
    state_words,
    told_licence,
    told_purpose,
    told_scores,
    whose_words,
)
from app.panels.numbers import told_bytes, told_rate
from engine.catalog import Entry

Index = QModelIndex | QPersistentModelIndex
COLUMNS = ("title", "purpose", "state", "whose", "size", "rate", "network", "licence", "scores",
           "name")  # fmt: skip
NUMBERS = ("size", "rate")
TITLE, PURPOSE, SCORES = map(COLUMNS.index, ("title", "purpose", "scores"))
_NOWHERE = QModelIndex()


class ModelTable(QAbstractTableModel):
    """All models, as the catalogue prefers them."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: list[Row] = []
        self._states, self._owners = state_words(), whose_words()
        self._titles = {
            "title": self.tr("Model"),
            "purpose": self.tr("For"),
            "state": self.tr("State"),
            "whose": self.tr("Origin"),
            "size": self.tr("Size"),
            "rate": self.tr("Rate"),
            "network": self.tr("Network"),
            "licence": self.tr("Licence"),
            "scores": self.tr("Figures"),
            "name": self.tr("Name"),
        }
        self._tips = {
            "purpose": self.tr("The tasks it serves, and the method it is taken for"),
            "state": self.tr("Whether its file is the one it was entered with, byte for byte"),
            "rate": self.tr("Sample rate it was trained on; other rates are converted to it"),
            "network": self.tr("How it is built"),
            "scores": self.tr("Measured when it was trained; the card says what they mean"),
            "name": self.tr("What recipes and the command line call it"),
        }
        self._texts: dict[str, Callable[[Entry], str]] = {
            "purpose": told_purpose,
            "rate": lambda entry: told_rate(entry.sample_rate),
            "network": lambda entry: entry.network,
            "licence": lambda entry: told_licence(entry.licence),
            "scores": lambda entry: told_scores(entry.scores),
        }

    def replace(self, rows: Sequence[Row]) -> None:
        """Hold these instead."""
        self.beginResetModel()
        self.rows = list(rows)
        self.endResetModel()

    def tell(self, rows: Iterable[Row]) -> None:
        """Say that rows have changed."""
        for row in rows:
            if row in self.rows:
                at = self.rows.index(row)
                self.dataChanged.emit(self.index(at, 0), self.index(at, len(COLUMNS) - 1))

    def text(self, row: Row, column: str) -> str:
        """What stands in a column of a row."""
        if column == "title":
            return row.title
        if column == "name":
            return row.name
        if column == "whose":
            return self._owners[row.whose]
        if column == "state":
            return self._states[row.soundness] if row.fraction is None else f"{row.fraction:.0%}"
        if column == "size":
            stamp = None if row.listed is None else row.listed.stamp
            return "" if stamp is None else told_bytes(stamp[0])
        return "" if row.entry is None else self._texts[column](row.entry)

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
            return self.text(row, column)
        if role == Qt.ItemDataRole.TextAlignmentRole and column in NUMBERS:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.ToolTipRole:
            return row.problem if column == "state" and row.problem else self.text(row, column)
        return None

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
