"""Transport bar: play, what is heard, undo, zoom, level; made of actions it is handed.

What has no room in a narrow window is in the menu of a chevron.
"""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction, QFontDatabase, QResizeEvent
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QLabel, QToolBar, QToolButton, QWidget
from typing_extensions import override

from app.widgets.level_meter import LevelMeter
from app.widgets.overflow import Overflow
from engine.units import format_time

REMOVED_GAINS_DB = (0.0, 6.0, 12.0, 18.0, 24.0)
ICON = QSize(18, 18)
METER, NARROW_METER = 200, 96
"""Pixels."""
MARKS = ("monitor_eq", "mono", "match_loudness")
"""Ways of listening that are told while they are on: nobody is to judge by ear unawares."""


class TransportBar(QToolBar):
    """The strip on top of the window.

    Attributes:
        meter: the level of what is heard.
        device: opens the menu of sound devices, which it is given.
        more: the chevron, seen while something has no room.
    """

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
        self.meter.setFixedWidth(METER)
        self.device = QToolButton()
        self._dress_device()
        self._time = QLabel()
        self._length = QLabel()
        self._gain = QComboBox()
        self._add_buttons("play", "loop")
        length = self._add_time()
        self._add_divider()
        self._add_segments("monitor_original", "monitor_result", "monitor_removed")
        self._gain_shown = self._add_gain()
        self._actions["monitor_removed"].toggled.connect(self._on_removed_toggled)
        self._marks = {name: self._add_mark(name) for name in MARKS}
        zoom = ("zoom_out", "zoom_in", "zoom_selection", "zoom_fit", "panel_spectrum")
        self._history = [self._add_divider(), *self._add_buttons("undo", "redo")]
        tools = ("tool_box", "tool_time", "tool_band", "tool_lasso", "tool_brush")
        self._drawing = [self._add_divider(), *self._add_buttons(*tools)]
        self._zooming = [self._add_divider(), *self._add_buttons(*zoom)]
        self._spare = (self._zooming, self._drawing, [length], self._history)
        self.more = Overflow(self.tr("More buttons"))
        self.more.choices.aboutToShow.connect(self._on_more_wanted)
        self._more_shown = self.addWidget(self.more)
        spring = QWidget()
        spring.setSizePolicy(self.sizePolicy().Policy.Expanding, self.sizePolicy().Policy.Preferred)
        self.addWidget(spring)
        self.addWidget(self.device)
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

    @Slot()
    def _make_room(self) -> None:
        """What has keys and a menu besides gives way, group by group, to what has to be seen."""
        self._more_shown.setVisible(False)
        spare = (*self._spare, self._idle)
        hidden = sum(self._width(group) for group in spare if group and not group[0].isVisible())
        needed = self.sizeHint().width() + hidden + METER - self.meter.minimumWidth()
        if self.width() < needed:
            self._more_shown.setVisible(True)
            needed += self.more.sizeHint().width()
        for group in self._spare[:-1]:
            needed = self._give_way(group, needed)
        is_narrow = self.width() < needed
        self.meter.setFixedWidth(NARROW_METER if is_narrow else METER)
        needed -= is_narrow * (METER - NARROW_METER)
        needed = self._give_way(self._spare[-1], needed)
        self._give_way(self._idle, needed)

    @property
    def _idle(self) -> list[QAction]:
        """What has no bearing on what is heard now: the match on Removed, its gain on the rest."""
        match = self._marks["match_loudness"]
        if self._actions["monitor_removed"].isChecked():
            self._gain_shown.setVisible(True)
            return [match] if self._actions["match_loudness"].isChecked() else []
        match.setVisible(self._actions["match_loudness"].isChecked())
        return [self._gain_shown]

    def _give_way(self, group: Sequence[QAction], needed: int) -> int:
        """Show a group if there is room for it; returns the width that is needed then."""
        fits = self.width() >= needed
        for each in group:
            each.setVisible(fits)
            button = self.widgetForAction(each)
            if isinstance(button, QToolButton):  # seen again, it is enabled whatever its action is
                button.setEnabled(button.defaultAction().isEnabled())
        return needed if fits else needed - self._width(group)

    @Slot()
    def _on_more_wanted(self) -> None:
        """Offer what is hidden, in the order of the bar."""
        menu = self.more.choices
        self.more.empty()
        for group in (self._history, self._drawing, self._zooming):
            if not group[0].isVisible():
                buttons = (self.widgetForAction(each) for each in group)
                menu.addSeparator()
                menu.addActions([b.defaultAction() for b in buttons if isinstance(b, QToolButton)])

    def _width(self, group: Sequence[QAction]) -> int:
        return sum(self.widgetForAction(each).sizeHint().width() for each in group)

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

    def _dress_device(self) -> None:
        self.device.setAccessibleName(self.tr("Output device"))
        self.device.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.device.setIconSize(ICON)
        self.device.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.device.setObjectName("popup")

    def _add_mark(self, name: str) -> QAction:
        """A button that is seen only while its action is on; pressing it turns the action off."""
        button = self._button(name)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(6, 0, 0, 0)
        row.addWidget(button)
        mark = self.addWidget(holder)
        mark.setVisible(self._actions[name].isChecked())
        self._actions[name].toggled.connect(self._on_mark_toggled)
        return mark

    @Slot()
    def _on_mark_toggled(self) -> None:
        for name, mark in self._marks.items():
            mark.setVisible(self._actions[name].isChecked())
        self._make_room()

    @property
    def match_told(self) -> str:
        """What is told of the gain that makes Original and Result equally loud."""
        return self._actions["match_loudness"].iconText()

    def show_match(self, told: str) -> None:
        """Show what gain makes Original and Result equally loud."""
        action = self._actions["match_loudness"]
        if told != action.iconText():
            action.setIconText(told)
            for button in self.findChildren(QToolButton):
                if button.defaultAction() is action:
                    button.setAccessibleName(told)
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

    def _add_time(self) -> QAction:
        """Where the playhead is; returns the action of the length behind it."""
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
        return self.addWidget(self._length)

    def _add_gain(self) -> QAction:
        for gain_db in REMOVED_GAINS_DB:
            self._gain.addItem(f"+{gain_db:g} dB", gain_db)
        self._gain.setToolTip(self.tr("How much louder Removed is played; changes no sample"))
        self._gain.setAccessibleName(self.tr("Gain for listening to Removed"))
        self._gain.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._gain.currentIndexChanged.connect(self._on_gain_chosen)
        self._gain.setMinimumWidth(84)
        shown = self.addWidget(self._gain)
        shown.setEnabled(self._actions["monitor_removed"].isChecked())
        return shown

    def _add_divider(self) -> QAction:
        holder, line = QWidget(), QFrame()
        line.setObjectName("divider")
        row = QHBoxLayout(holder)
        row.setContentsMargins(6, 5, 6, 5)
        row.addWidget(line)
        return self.addWidget(holder)

    @Slot(bool)
    def _on_removed_toggled(self, is_heard: bool) -> None:
        self._gain_shown.setEnabled(is_heard)  # it has no bearing on the others
        self._make_room()

    def show_removed_gain(self, gain_db: float) -> None:
        """Show the gain Removed is played with."""
        self._gain.setCurrentIndex(max(0, self._gain.findData(gain_db)))

    @Slot()
    def _on_gain_chosen(self) -> None:
        self.removed_gain_chosen.emit(self._gain.currentData())
