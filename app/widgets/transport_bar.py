"""Transport bar: play, what is heard, undo, zoom, level; made of actions it is handed."""

from collections.abc import Mapping

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction, QFontDatabase, QResizeEvent
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QLabel, QToolBar, QToolButton, QWidget
from typing_extensions import override

from app.widgets.level_meter import LevelMeter
from engine.units import format_time

REMOVED_GAINS_DB = (0.0, 6.0, 12.0, 18.0, 24.0)
ICON = QSize(18, 18)


class TransportBar(QToolBar):
    """The strip on top of the window."""

    removed_gain_chosen = Signal(float)
    """dB by which Removed is louder in the ear than it is."""

    def __init__(self, actions: Mapping[str, QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("transport")
        self.setWindowTitle(self.tr("Transport"))
        self.setMovable(False)
        self.setFloatable(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self._actions = actions
        self.meter = LevelMeter()
        self._time = QLabel()
        self._length = QLabel()
        self._gain = QComboBox()
        self._add_buttons("play", "loop")
        self._add_time()
        self._add_divider()
        self._add_segments("monitor_original", "monitor_result", "monitor_removed")
        self._add_gain()
        self._add_mark("monitor_eq")
        self._add_divider()
        self._add_buttons("undo", "redo")
        self._spare = [
            self._add_divider(),
            *self._add_buttons("zoom_out", "zoom_in", "zoom_selection", "zoom_fit"),
        ]
        self._add_divider()
        self._add_segments("stft", "cqt")
        spring = QWidget()
        spring.setSizePolicy(self.sizePolicy().Policy.Expanding, self.sizePolicy().Policy.Preferred)
        self.addWidget(spring)
        self.addWidget(self.meter)
        self.show_time(0.0, 0.0)

    def show_time(self, time_s: float, duration_s: float) -> None:
        """Show where the playhead is."""
        self._time.setText(format_time(time_s))
        length = f"/ {format_time(duration_s)}"
        if length != self._length.text():
            self._length.setText(length)
            self._make_room()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._make_room()

    def _make_room(self) -> None:
        """Zooming has keys, a menu and the wheel: its buttons give way to the meter."""
        spare = sum(self.widgetForAction(each).sizeHint().width() for each in self._spare)
        needed = self.sizeHint().width()
        if not self._spare[0].isVisible():
            needed += spare
        for each in self._spare:
            each.setVisible(self.width() >= needed)
            button = self.widgetForAction(each)
            if isinstance(button, QToolButton):  # seen again, it is enabled whatever its action is
                button.setEnabled(button.defaultAction().isEnabled())

    def _add_buttons(self, *names: str) -> list[QAction]:
        return [self.addWidget(self._button(name)) for name in names]

    def _button(self, name: str) -> QToolButton:
        action = self._actions[name]
        button = QToolButton()
        button.setDefaultAction(action)
        button.setIconSize(ICON)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setAccessibleName(action.iconText())
        return button

    def _add_mark(self, name: str) -> None:
        """A button that is seen only while its action is on; pressing it turns the action off."""
        button = self._button(name)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(6, 0, 0, 0)
        row.addWidget(button)
        self._mark = self.addWidget(holder)
        self._mark.setVisible(False)
        self._actions[name].toggled.connect(self._on_mark_toggled)

    @Slot(bool)
    def _on_mark_toggled(self, checked: bool) -> None:
        self._mark.setVisible(checked)
        self._make_room()

    def _add_segments(self, *names: str) -> None:
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for name in names:
            button = self._button(name)
            button.setObjectName("segment")
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
            edge = {names[0]: "first", names[-1]: "last"}.get(name, "")
            button.setProperty("edge", edge)
            row.addWidget(button)
        self.addWidget(holder)

    def _add_time(self) -> None:
        mono = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        small = self._length.font()
        mono.setPointSizeF(self.font().pointSizeF() * 1.35)
        self._time.setFont(mono)
        self._time.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._time.setMinimumWidth(self._time.fontMetrics().horizontalAdvance("00:00.000 "))
        self._time.setAccessibleName(self.tr("Playhead"))
        self._length.setFont(small)
        self._length.setObjectName("muted")
        self._length.setContentsMargins(4, 0, 4, 0)
        self.addWidget(self._time)
        self.addWidget(self._length)

    def _add_gain(self) -> None:
        for gain_db in REMOVED_GAINS_DB:
            self._gain.addItem(f"+{gain_db:g} dB", gain_db)
        self._gain.setToolTip(self.tr("How much louder Removed is played; changes no sample"))
        self._gain.setAccessibleName(self.tr("Gain for listening to Removed"))
        self._gain.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._gain.currentIndexChanged.connect(self._on_gain_chosen)
        self._gain.setMinimumWidth(84)
        self.addWidget(self._gain)

    def _add_divider(self) -> QAction:
        holder, line = QWidget(), QFrame()
        line.setObjectName("divider")
        row = QHBoxLayout(holder)
        row.setContentsMargins(6, 5, 6, 5)
        row.addWidget(line)
        return self.addWidget(holder)

    def show_removed_gain(self, gain_db: float) -> None:
        """Show the gain Removed is played with."""
        self._gain.setCurrentIndex(max(0, self._gain.findData(gain_db)))

    @Slot()
    def _on_gain_chosen(self) -> None:
        self.removed_gain_chosen.emit(self._gain.currentData())
