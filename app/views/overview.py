"""OverviewView: the whole side with a box around what the other views show."""

from enum import Enum, auto

import numpy as np
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from app.session import Session
from app.views.base import AudioView
from app.views.peak_cache import PeakCache
from app.widgets.level_axis import LevelScale
from app.widgets.selection_box import DRAG_THRESHOLD, GRIP
from app.widgets.time_axis import LEFT_AXIS, TimeScale, plot_width
from app.widgets.wave_picture import paint_columns, to_image
from engine.units import format_time

_HEIGHT = 56


class Hold(Enum):
    """What of the window box the mouse has hold of."""

    NOTHING = auto()
    BOX = auto()
    START = auto()
    STOP = auto()


def hold_at(x: float, start_x: float, stop_x: float) -> Hold:
    """What of a box from start_x to stop_x can be taken hold of at a pixel.

    Where the box is too narrow for both, its middle third moves it and its edges reach outwards.
    """
    inner = min(GRIP, (stop_x - start_x) / 3)
    if start_x - GRIP <= x < start_x + inner:
        return Hold.START
    if stop_x - inner < x <= stop_x + GRIP:
        return Hold.STOP
    return Hold.BOX if start_x <= x <= stop_x else Hold.NOTHING


class OverviewView(AudioView):
    """Drag the box or its edges, click to centre it; shows playhead, selection and noise."""

    def __init__(
        self, session: Session, parent: QWidget | None = None, peaks: PeakCache | None = None
    ) -> None:
        self._peaks = peaks or PeakCache(session)
        super().__init__(session, parent)
        self._hold = Hold.NOTHING
        self._pressed_x = 0
        self._grip_s = 0.0
        self._has_moved = False
        self.setAccessibleName(self.tr("Overview of the whole recording"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._state.span_changed.connect(self.update)
        self._peaks.changed.connect(self.redraw)

    @property
    @override
    def time_scale(self) -> TimeScale:
        return TimeScale(0.0, self._state.duration_s, LEFT_AXIS, plot_width(self.width()))

    @override
    def paint_picture(self, painter: QPainter) -> None:
        plot, colours = self.plot, self.colours
        painter.fillRect(plot, colours.lane)
        peaks = self._peaks.peaks(self._state.monitored)
        if self._document is None or peaks is None:
            return
        ratio = self.devicePixelRatioF()
        width, height = round(plot.width() * ratio), round(plot.height() * ratio)
        columns = peaks.entry_columns(0, self._document.original.n_samples, width)
        both = np.stack([columns[..., 0].min(axis=0), columns[..., 1].max(axis=0)], axis=-1)
        pixels = np.full((height, width), colours.lane.rgb(), np.uint32)
        peak = max(0.05, float(np.abs(both).max()) * 1.05)
        scale = LevelScale("linear", peak, 0, height)
        paint_columns(pixels, both[None], [scale], colours.wave, colours.clipped)
        image = to_image(pixels)
        image.setDevicePixelRatio(ratio)
        painter.drawImage(plot.topLeft(), image)
        painter.setPen(colours.text)
        label = QRect(0, 0, LEFT_AXIS - 6, plot.height())
        alignment = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(label, alignment, format_time(self._state.duration_s, 0))

    @override
    def paint_overlays(self, painter: QPainter) -> None:
        colours = self.colours
        self.paint_marks(painter)
        if self._state.selection is not None:
            fill = QBrush(colours.selection_fill)
            self.paint_span(painter, self._state.selection, fill, colours.selection_edge)
        x0, x1 = self._box()
        shade = QColor(colours.background)
        shade.setAlpha(170)
        painter.fillRect(QRect(0, 0, x0, self.height()), shade)
        painter.fillRect(QRect(x1, 0, self.width() - x1, self.height()), shade)
        painter.setPen(QPen(colours.text, 1))
        painter.drawRect(QRect(x0, 0, max(1, x1 - x0 - 1), self.height() - 1))

    @override
    def readout(self, position: QPoint) -> str:
        return format_time(self.time_at(position.x()))

    @override
    def zoom_axis(self, y: float, factor: float) -> None:
        """Zoom time: the overview has no level axis."""
        self._zoom(self.time_scale.x_of(0.5 * (self._state.start_s + self._state.stop_s)), factor)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        self._pressed_x = event.position().toPoint().x()
        self._hold = hold_at(self._pressed_x, *self._box())
        self._has_moved = False
        self._grip_s = self.time_at(self._pressed_x) - self._state.start_s
        if self._hold is Hold.NOTHING:
            self._centre(self._pressed_x)
            self._hold = Hold.BOX
            self._grip_s = self.time_at(self._pressed_x) - self._state.start_s

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        x = event.position().toPoint().x()
        if not event.buttons() & Qt.MouseButton.LeftButton:
            self._show_cursor(x)
            return
        if not self._has_moved and abs(x - self._pressed_x) < DRAG_THRESHOLD:
            return
        self._has_moved = True
        time_s, state = self.time_at(x), self._state
        if self._hold is Hold.START:
            state.set_span(*sorted((time_s, state.stop_s)))
        elif self._hold is Hold.STOP:
            state.set_span(*sorted((state.start_s, time_s)))
        elif self._hold is Hold.BOX:
            state.scroll_by(time_s - self._grip_s - state.start_s)

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton and not self._has_moved:
            self._centre(self._pressed_x)
        self._hold = Hold.NOTHING

    @override
    def sizeHint(self) -> QSize:
        return QSize(600, _HEIGHT)

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(LEFT_AXIS + 100, _HEIGHT)

    def _box(self) -> tuple[int, int]:
        scale = self.time_scale
        x0, x1 = round(scale.x_of(self._state.start_s)), round(scale.x_of(self._state.stop_s))
        return x0, max(x0 + 3, x1)

    def _centre(self, x: int) -> None:
        middle_s = 0.5 * (self._state.start_s + self._state.stop_s)
        self._state.scroll_by(self.time_at(x) - middle_s)

    def _show_cursor(self, x: int) -> None:
        hold = hold_at(x, *self._box())
        if hold in (Hold.START, Hold.STOP):
            self.setCursor(Qt.CursorShape.SizeHorCursor)
        else:
            is_box = hold is Hold.BOX
            self.setCursor(Qt.CursorShape.OpenHandCursor if is_box else Qt.CursorShape.ArrowCursor)
