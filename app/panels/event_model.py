"""The events as rows of a table; of thousands only those on screen are put in words."""

from collections.abc import Callable

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from app.event_list import EventList
from app.event_text import channel_name, decision_word, event_text, width_ms
from app.session import Session
from app.widgets.event_marks import mark_icon
from engine.event import Decision
from engine.units import format_time

Index = QModelIndex | QPersistentModelIndex
COLUMNS = ("number", "time", "width", "channel", "confidence", "removed", "decision")
"""What the columns show, as the order of the review names it; numbers go by time."""
_NOWHERE = QModelIndex()


class EventModel(QAbstractTableModel):
    """The list as rows; holds nothing of its own but the marks it is drawn with."""

    def __init__(self, events: EventList, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self._events, self._session, self._widget = events, session, parent
        self._icons: dict[tuple[Decision, int], QIcon] = {}
        self._titles = {
            "number": self.tr("No."),
            "time": self.tr("Time"),
            "width": self.tr("ms"),
            "channel": self.tr("Ch"),
            "confidence": self.tr("Sure"),
            "removed": self.tr("dB"),
            "decision": self.tr("Decision"),
        }
        self._tips = {
            "number": self.tr("Number of the event in its operation"),
            "time": self.tr("Where it begins"),
            "width": self.tr("How long it is, in milliseconds"),
            "channel": self.tr("Channel"),
            "confidence": self.tr("How sure it is that this was damage"),
            "removed": self.tr("Power that was taken out, dB relative to full scale"),
            "decision": self.tr("What was decided on it"),
        }
        self._texts: dict[str, Callable[[int], str]] = {
            "number": lambda i: str(events.columns.event[i] + 1),
            "time": lambda i: format_time(events.columns.start[i] / events.columns.sample_rate),
            "width": lambda i: f"{width_ms(events.columns, i):.2f}",
            "channel": lambda i: channel_name(int(events.columns.channel[i]), self._n_channels),
            "confidence": lambda i: f"{events.columns.confidence[i]:.0%}",
            "removed": lambda i: f"{events.columns.removed_db[i]:.0f}",
            "decision": lambda i: decision_word(events.columns.decided(i)),
        }

    @property
    def _n_channels(self) -> int:
        document = self._session.document
        return 1 if document is None else document.original.n_channels

    def refresh(self) -> None:
        """Other rows."""
        self.beginResetModel()
        self.endResetModel()

    def tell_decisions(self) -> None:
        """The same rows, decided on otherwise."""
        last = self.index(self.rowCount() - 1, len(COLUMNS) - 1)
        self.dataChanged.emit(self.index(0, len(COLUMNS) - 1), last)

    @override
    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._events.rows)

    @override
    def columnCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(COLUMNS)

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        place, column = int(self._events.rows[index.row()]), COLUMNS[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return self._texts[column](place)
        if role == Qt.ItemDataRole.TextAlignmentRole and column != "decision":
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.DecorationRole and column == "decision":
            return self._icon(self._events.columns.decided(place))
        if role == Qt.ItemDataRole.ToolTipRole:
            return event_text(self._events.columns, place, self._n_channels)
        return None

    def _icon(self, decision: Decision) -> QIcon:
        palette = self._widget.palette()
        key = (decision, palette.cacheKey())
        if key not in self._icons:
            self._icons[key] = mark_icon(decision, palette, self._widget.devicePixelRatioF())
        return self._icons[key]

    @override
    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._titles[COLUMNS[section]]
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tips[COLUMNS[section]]
        return None
