"""EventsView: the strip of events under the spectrogram, a lane for each decision."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QBrush, QContextMenuEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from app.event_columns import Integers
from app.event_list import EventList
from app.event_text import event_text
from app.session import Session
from app.views.base import AudioView
from app.widgets.event_marks import (
    LANES,
    LaneScale,
    mark_colours,
    nearest_mark,
    paint_mark,
    pooled,
)
from app.widgets.fitted import fitted
from app.widgets.time_axis import LEFT_AXIS
from app.widgets.wave_picture import to_image
from engine.units import format_time

_HEIGHT = 40
_ROOM = 10
"""Pixels that a mark needs for itself; where they lie closer they are pooled."""
_MARK = 7.0
_RING = 12.0


class EventsView(AudioView):
    """Marks of what is listed; with more than there is room for, how many lie on each pixel."""

    chosen = Signal(int)
    """A mark was clicked; its place in the columns of the events."""

    def __init__(
        self, session: Session, parent: QWidget | None = None, events: EventList | None = None
    ) -> None:
        self._events = events or EventList(session)
        super().__init__(session, parent)
        self.setAccessibleName(self.tr("Events"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._state.span_changed.connect(self.redraw)
        self._events.changed.connect(self.redraw)
        self._events.decided.connect(self.redraw)
        self._events.current_changed.connect(self.update)

    @property
    def events(self) -> EventList:
        """What it shows."""
        return self._events

    @override
    def paint_picture(self, painter: QPainter) -> None:
        painter.fillRect(self.plot, self.colours.lane)
        self._paint_legend(painter)
        rows, x, y = self._marks()
        if len(rows) * _ROOM <= self.plot.width():
            colours = mark_colours(self.palette())
            for index, across, down in zip(rows, x, y, strict=True):
                decision = self._events.columns.decided(int(index))
                paint_mark(painter, decision, _square(across, down, _MARK), colours[decision])
        else:
            self._paint_pooled(painter, x, self._events.columns.decision[rows])

    def _paint_legend(self, painter: QPainter) -> None:
        colours, lanes = mark_colours(self.palette()), LaneScale(self.height())
        for y, decision in zip(lanes.middle_of(np.arange(len(LANES))), LANES, strict=True):
            paint_mark(painter, decision, _square(LEFT_AXIS - 10, y, _MARK - 1), colours[decision])
        painter.setPen(self.colours.text)
        label = self.rect().adjusted(6, 0, LEFT_AXIS - self.width() - 18, 0)
        told = self.tr("Events", "strip")
        painter.setFont(fitted(self.font(), told, label.size()))
        painter.drawText(label, Qt.AlignmentFlag.AlignVCenter, told)

    def _paint_pooled(self, painter: QPainter, x: NDArray[np.float64], lanes: Integers) -> None:
        """Bars that rise with the logarithm of how many there are."""
        plot, colours = self.plot, mark_colours(self.palette())
        ratio = self.devicePixelRatioF()
        width, height = round(plot.width() * ratio), round(plot.height() * ratio)
        counts = pooled(ratio * (x - plot.left()), lanes, width)
        room = int(LaneScale(height).lane_height)
        share = np.log2(1 + counts) / np.log2(1 + max(int(counts.max(initial=0)), 7))
        tall = np.where(counts > 0, np.maximum(2, np.rint((room - 2) * share)), 0)
        pixels = np.full((height, width), self.colours.lane.rgb(), np.uint32)
        rising = room - 1 - np.arange(room)[:, None]  # height above the bottom of the lane
        for lane, decision in enumerate(LANES):
            bars = pixels[lane * room : (lane + 1) * room]
            bars[(rising >= 1) & (rising <= tall[lane])] = colours[decision].rgb()
        image = to_image(pixels)
        image.setDevicePixelRatio(ratio)
        painter.drawImage(plot.topLeft(), image)

    def _marks(self) -> tuple[Integers, NDArray[np.float64], NDArray[np.float64]]:
        """Places in the columns of the listed events on screen, and where they are painted."""
        columns, scale = self._events.columns, self.time_scale
        rows = self._events.rows
        middle_s = 0.5 * (columns.start[rows] + columns.stop[rows]) / columns.sample_rate
        x = scale.left + (middle_s - scale.start_s) / scale.seconds_per_pixel
        is_seen = (x >= scale.left - _ROOM) & (x <= scale.left + scale.width + _ROOM)
        y = LaneScale(self.height()).middle_of(columns.decision[rows[is_seen]])
        return rows[is_seen], x[is_seen], y

    @override
    def paint_overlays(self, painter: QPainter) -> None:
        self.paint_marks(painter)
        if self._state.selection is not None:
            fill = QBrush(self.colours.selection_fill)
            self.paint_span(painter, self._state.selection, fill, self.colours.selection_edge)
        rows, x, y = self._marks()
        for at in np.flatnonzero(rows == self._events.current):
            painter.setPen(QPen(self.colours.text, 1.4))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.drawEllipse(_square(float(x[at]), float(y[at]), _RING))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    @override
    def readout(self, position: QPoint) -> str:
        index = self._event_at(position)
        told = format_time(self.time_at(position.x()))
        return told if index is None else f"{told}   {self._told(index)}"

    def _told(self, index: int) -> str:
        rows, x, _ = self._marks()
        here = int(np.count_nonzero(np.abs(x - x[rows == index]) < 1.0)) - 1
        assert self._document is not None
        n_channels = self._document.original.n_channels
        told = event_text(self._events.columns, index, n_channels)
        return told if not here else told + self.tr("  (and {count} more here)").format(count=here)

    def _event_at(self, position: QPoint) -> int | None:
        rows, x, y = self._marks()
        found = nearest_mark(x, y, (position.x(), position.y()))
        return None if found is None else int(rows[found])

    @override
    def zoom_axis(self, y: float, factor: float) -> None:
        """Zoom time: there is no other axis."""
        self._zoom(self.plot.center().x(), factor)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        position = event.position().toPoint()
        is_inside = self._document is not None and self.plot.contains(position)
        if event.button() is not Qt.MouseButton.LeftButton or not is_inside:
            return
        index = self._event_at(position)
        if index is not None:
            self.chosen.emit(index)
        else:
            self._state.set_playhead(self.time_at(position.x()))

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        if self._pan_from is None and self._document is not None:
            index = self._event_at(event.position().toPoint())
            self.setToolTip("" if index is None else self._told(index))
            is_mark = index is not None
            self.setCursor(
                Qt.CursorShape.PointingHandCursor if is_mark else Qt.CursorShape.ArrowCursor
            )

    @override
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        index = self._event_at(event.pos()) if self._document is not None else None
        if index is not None:
            self.chosen.emit(index)
        super().contextMenuEvent(event)

    @override
    def sizeHint(self) -> QSize:
        return QSize(600, _HEIGHT)

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(LEFT_AXIS + 100, _HEIGHT)


def _square(x: float, y: float, size: float) -> QRectF:
    return QRectF(x - 0.5 * size, y - 0.5 * size, size, size)
