"""TimeRuler: the time axis above the views, with the playhead; click or drag it to move that."""

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPolygon, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from app.view_state import ViewState
from app.widgets.colours import Colours, colours_of
from app.widgets.fitted import fitted
from app.widgets.spoken import Canvas
from app.widgets.time_axis import (
    LEFT_AXIS,
    TICK_GAP,
    TimeScale,
    plot_width,
    round_step,
    time_ticks,
    wheel_notches,
    zoom_factor,
)
from engine.turns import Turns
from engine.units import format_time

_HEIGHT = 26
_LONGEST_LABEL, _LABEL_ROOM = "0:00.000", QSize(TICK_GAP, 16)
_LABEL_GAP = 6
_TURN_ROW = 16
_TURN_GAP = 30
"""Least distance of two numbers of turns."""
LEAST_TURN = 5
"""Pixels below which turns are not told apart, and not marked."""


class TimeRuler(Canvas):
    """Labelled ticks of the visible span on the geometry of the views."""

    def __init__(self, state: ViewState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self._turns: Turns | None = None
        self.setAccessibleName(self.tr("Time ruler"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        for signal in (state.span_changed, state.playhead_changed, state.selection_changed):
            signal.connect(self.update)

    @property
    def time_scale(self) -> TimeScale:
        """Seconds to pixels, as in the views."""
        state = self._state
        return TimeScale(state.start_s, state.stop_s, LEFT_AXIS, plot_width(self.width()))

    def show_turns(self, turns: Turns | None) -> None:
        """Mark and number the turns of the disc in a row of their own, or no longer."""
        if turns == self._turns:
            return
        self._turns = turns
        self.updateGeometry()
        self.update()

    @override
    def spoken(self) -> tuple[str, ...]:
        state = self._state
        span = self.tr("{start} to {stop} are shown, the playhead is at {playhead}.").format(
            start=format_time(state.start_s),
            stop=format_time(state.stop_s),
            playhead=format_time(state.playhead_s),
        )
        if self._turns is None:
            return (span,)
        told = self.tr("The turns of a disc at {rpm:.4g} rpm are marked")
        return (span, told.format(rpm=self._turns.rpm))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            self._paint(painter)

    def _paint(self, painter: QPainter) -> None:
        colours, scale = colours_of(self.palette()), self.time_scale
        painter.fillRect(self.rect(), colours.background)
        painter.setFont(fitted(self.font(), _LONGEST_LABEL, _LABEL_ROOM))
        bottom, right = self.height() - 1, scale.left + scale.width
        selection = self._state.selection
        if selection is not None:
            x0 = max(scale.left, round(scale.x_of(selection.start_s)))
            x1 = min(right, round(scale.x_of(selection.stop_s)))
            painter.fillRect(x0, bottom - 4, max(0, x1 - x0), 4, colours.selection_edge)
        self._paint_ticks(painter, colours)
        if self._turns is not None:
            self._paint_turns(painter, colours, self._turns)
        x = round(scale.x_of(self._state.playhead_s))
        if scale.left <= x <= right:
            painter.setPen(colours.background)
            painter.setBrush(colours.playhead)
            painter.drawPolygon(
                QPolygon([QPoint(x - 6, bottom - 8), QPoint(x + 6, bottom - 8), QPoint(x, bottom)])
            )

    def _paint_ticks(self, painter: QPainter, colours: Colours) -> None:
        bottom, free_from = self.height() - 1, 0
        for tick in time_ticks(self.time_scale):
            x = round(self.time_scale.x_of(tick.value))
            painter.setPen(colours.text if tick.label else colours.grid)
            painter.drawLine(x, bottom - (7 if tick.label else 4), x, bottom)
            width = painter.fontMetrics().horizontalAdvance(tick.label) + 4
            # labels at the edges are moved inside, so that none is cut
            left = min(max(x - width // 2, 0), self.width() - width)
            if tick.label and left >= free_from:
                free_from = left + width + _LABEL_GAP
                top = self.height() - _HEIGHT
                label = QRect(left, top, width, bottom - 7 - top)
                painter.drawText(label, Qt.AlignmentFlag.AlignCenter, tick.label)

    def _paint_turns(self, painter: QPainter, colours: Colours, turns: Turns) -> None:
        """Numbers in the row at the top, as many as have room."""
        scale = self.time_scale
        spacing = turns.period_s / scale.seconds_per_pixel
        painter.setPen(colours.text)
        unit = QRect(0, 0, LEFT_AXIS - 8, _TURN_ROW)
        alignment = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(unit, alignment, self.tr("turn"))
        step = max(1, round(round_step(max(1.0, _TURN_GAP / spacing))))
        for number in turns.numbers(scale.start_s, scale.stop_s):
            is_labelled = number % step == 0
            if not is_labelled and spacing < LEAST_TURN:
                continue
            x = round(scale.x_of(turns.time_s(number)))
            painter.setPen(colours.text if is_labelled else colours.grid)
            painter.drawLine(x, 1 if is_labelled else _TURN_ROW - 5, x, _TURN_ROW - 1)
            if is_labelled:
                label = QRect(x + 3, 0, _TURN_GAP + 20, _TURN_ROW)
                painter.drawText(label, Qt.AlignmentFlag.AlignVCenter, f"{number}")

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.mouseMoveEvent(event)

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            time_s = self.time_scale.time_at(event.position().x())
            self._state.set_playhead(min(max(time_s, self._state.start_s), self._state.stop_s))

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        delta = event.angleDelta()
        time_s = self.time_scale.time_at(event.position().x())
        self._state.zoom_at(time_s, zoom_factor(wheel_notches(delta.y() or delta.x())))
        event.accept()

    @override
    def sizeHint(self) -> QSize:
        return QSize(600, _HEIGHT + (_TURN_ROW if self._turns is not None else 0))

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(LEFT_AXIS + 100, self.sizeHint().height())
