"""Recording list: names of whole recordings with their lengths; thousands of them if need be."""

from collections.abc import Sequence

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QWidget
from typing_extensions import override

from engine.units import format_time
from training.wizard.split import WholeRecording

Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()
_LEAST_HEIGHT = 200


class RecordingModel(QAbstractListModel):
    """Recordings as rows."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.recordings: tuple[WholeRecording, ...] = ()

    def show_recordings(self, recordings: Sequence[WholeRecording]) -> None:
        """Hold these."""
        self.beginResetModel()
        self.recordings = tuple(recordings)
        self.endResetModel()

    @override
    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.recordings)

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        recording = self.recordings[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return self._told(recording)
        if role == Qt.ItemDataRole.ToolTipRole:
            return "\n".join(map(str, recording.files[:12]))
        return None

    def _told(self, recording: WholeRecording) -> str:
        time = format_time(recording.seconds, 0)
        if len(recording.files) == 1:
            return f"{recording.name}   {time}"
        return self.tr("{name}   {time}, {n} files").format(
            name=recording.name, time=time, n=len(recording.files)
        )


class RecordingList(QListView):
    """A list of which several rows can be selected; Enter or a double click moves them."""

    moved = Signal()
    """Those that are selected are to be moved to the other side."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = RecordingModel(self)
        self.setModel(self._model)
        self.setAccessibleName(name)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setUniformItemSizes(True)
        self.setSpacing(2)
        self.setMinimumHeight(_LEAST_HEIGHT)
        self.doubleClicked.connect(self.moved)

    @property
    def recordings(self) -> tuple[WholeRecording, ...]:
        """All of them."""
        return self._model.recordings

    @property
    def chosen(self) -> list[str]:
        """Names of those that are selected."""
        spans = self.selectionModel().selection().toList()
        rows = {row for each in spans for row in range(each.top(), each.bottom() + 1)}
        return [self._model.recordings[row].name for row in sorted(rows)]

    def show_recordings(self, recordings: Sequence[WholeRecording]) -> None:
        """Hold these; nothing is selected then."""
        self._model.show_recordings(recordings)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.moved.emit()
        else:
            super().keyPressEvent(event)
