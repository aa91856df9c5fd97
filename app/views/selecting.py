"""SelectingView: an AudioView in which a drag selects, and edges of the selection move."""

from dataclasses import dataclass, field

from PySide6.QtCore import QEvent, QPoint, QRect, Qt, QTimer
from PySide6.QtGui import QBrush, QColor, QKeyEvent, QMouseEvent, QPainter, QPen, QPolygon
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from app import settings as keys
from app.session import Session
from app.views.base import AudioView
from app.widgets.frequency_axis import FrequencyScale
from app.widgets.selection_box import (
    DRAG_THRESHOLD,
    Edge,
    PixelBox,
    dragged,
    edge_at,
    extended,
    moved,
    seen_box,
    spanned,
)
from app.widgets.selection_handles import paint_handles
from app.widgets.selection_tools import (
    Joining,
    Tool,
    joined,
    joining_of,
    region_stroke,
    way_stroke,
)
from app.widgets.shape_picture import ShapePictures
from app.widgets.time_axis import LEFT_AXIS
from engine.region import Region
from engine.shape import Stroke

_CURSORS = {
    Edge.START: Qt.CursorShape.SizeHorCursor,
    Edge.STOP: Qt.CursorShape.SizeHorCursor,
    Edge.LOW: Qt.CursorShape.SizeVerCursor,
    Edge.HIGH: Qt.CursorShape.SizeVerCursor,
    Edge.START | Edge.HIGH: Qt.CursorShape.SizeFDiagCursor,
    Edge.STOP | Edge.LOW: Qt.CursorShape.SizeFDiagCursor,
    Edge.START | Edge.LOW: Qt.CursorShape.SizeBDiagCursor,
    Edge.STOP | Edge.HIGH: Qt.CursorShape.SizeBDiagCursor,
    Edge.ALL: Qt.CursorShape.SizeAllCursor,
}
_OUTSIDE = 10
"""Pixels beyond the view where an edge that lies outside is drawn; further ones would overflow."""


@dataclass
class _Drag:
    """A press that may become a drag: of an edge, or of something new.

    extends: whether the selection is to be extended if the pointer does not move.
    way: where a lasso or a brush has been.
    """

    origin: QPoint
    edge: Edge
    before: Region | None
    tool: Tool = Tool.BOX
    joining: Joining = Joining.NEW
    has_moved: bool = False
    extends: bool = False
    way: list[QPoint] = field(default_factory=list)


class SelectingView(AudioView):
    """Click sets the playhead, drag selects, Shift-click extends, Esc takes back or clears.

    Ctrl-drag adds to the selection, Alt-drag takes from it. Its edges and corners can be dragged,
    and all of it by its middle or with Shift.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        self._drag: _Drag | None = None
        self.shapes = ShapePictures()
        self._is_over_box = False
        super().__init__(session, parent)
        self._shape_timer = QTimer(self, singleShot=True, interval=0)
        self._shape_timer.timeout.connect(self.update)
        self._state.lock_changed.connect(self.update)

    @property
    def band_scale(self) -> FrequencyScale | None:
        """Hertz to pixels; None in a view of time alone."""
        return None

    def paint_selection(self, painter: QPainter) -> None:
        """Paint the selection: its span, or its box where it has a band and the view a scale."""
        region, band = self._state.selection, self.band_scale
        if region is None:
            return
        colours, scale = self.colours, self.time_scale
        if band is None:
            for part in region.parts():
                fill = QBrush(colours.selection_fill)
                self.paint_span(painter, part, fill, colours.selection_edge)
            return
        if region.shape:
            self._paint_shape(painter, region, band)
            return
        x0, x1 = scale.column_of(region.start_s), scale.column_of(region.stop_s)
        y0, y1 = -_OUTSIDE, self.height() + _OUTSIDE
        if region.low_hz is not None and region.high_hz is not None:
            y0, y1 = (
                max(y0, round(band.y_of(region.high_hz))),
                min(y1, round(band.y_of(region.low_hz))),
            )
        box = QRect(x0, y0, max(1, x1 - x0), max(1, y1 - y0))
        painter.fillRect(box, colours.box_fill)
        # a light line inside a dark one is seen on any picture
        for line, colour in ((3, QColor(0, 0, 0, 190)), (1, QColor(255, 255, 255))):
            pen = QPen(colour, line)
            pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
            painter.setPen(pen)
            painter.drawRect(box)
        seen = self._seen_box()
        if seen is not None:
            paint_handles(painter, seen, has_centre=self._is_over_box)

    def _paint_shape(self, painter: QPainter, region: Region, band: FrequencyScale) -> None:
        """Paint a drawn selection, as much anew as there is time for in a frame."""
        span_s, fill = (region.start_s, region.stop_s), self.colours.box_fill
        drawn = self.shapes.paint(painter, region.shape, self.time_scale, band, span_s, fill)
        if not drawn:
            self._shape_timer.start()

    def paint_drag(self, painter: QPainter) -> None:
        """Paint the way of a lasso or a brush that is being drawn."""
        drag = self._drag
        if drag is None or not drag.way:
            return
        width = self._brush_size if drag.tool is Tool.BRUSH else 1
        painter.setBrush(Qt.BrushStyle.NoBrush)
        light, dark = QColor(255, 255, 255, 110 if width > 1 else 255), QColor(0, 0, 0, 190)
        for line, colour in ((width + 2, dark), (width, light)):
            cap, join = Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin
            painter.setPen(QPen(colour, line, Qt.PenStyle.SolidLine, cap, join))
            if len(drag.way) == 1:
                painter.drawPoint(drag.way[0])
            else:
                painter.drawPolyline(QPolygon(drag.way))

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        position = event.position().toPoint()
        is_inside = self.plot.contains(position)
        if event.button() is not Qt.MouseButton.LeftButton or not is_inside:
            return
        selection = self._state.selection
        joining = joining_of(event.modifiers())
        is_shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        extends, edge = joining is Joining.NEW and is_shift, Edge.NONE
        if joining is Joining.NEW:
            box = self._seen_box() if extends else None
            if extends and (box is None or not box.has(position.x(), position.y())):
                self._extend(position)
                return
            edge = Edge.ALL if extends else self._edge_at(position)
        self._drag = _Drag(position, edge, selection, self._tool, joining, extends=extends)

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        position = event.position().toPoint()
        drag = self._drag
        if drag is None:
            if not event.buttons():
                self._show_cursor(position)
            return
        way = position - drag.origin
        if drag.has_moved or max(abs(way.x()), abs(way.y())) >= DRAG_THRESHOLD:
            drag.has_moved = True
            self._drag_to(drag, position)

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if event.button() is not Qt.MouseButton.LeftButton or self._drag is None:
            return
        drag, self._drag = self._drag, None
        if drag.way:
            self._finish_way(drag)
        elif not drag.has_moved and drag.extends:
            self._extend(drag.origin)
        elif not drag.has_moved:
            self._state.set_playhead(self.time_at(drag.origin.x()))

    @override
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton and self._document is not None:
            self._state.select(Region(0.0, self._state.duration_s))

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._drag is not None:
            self._state.select(self._drag.before)
            self._drag = None
            self.update()
        elif event.key() == Qt.Key.Key_Escape and self._state.selection is not None:
            self._state.select(None)
        else:
            super().keyPressEvent(event)

    @property
    def _tool(self) -> Tool:
        """What a drag draws here."""
        if self.band_scale is None:
            return Tool.TIME
        name = self._session.settings.get(keys.selection_tool)
        return Tool(name) if name in set(Tool) else Tool.BOX

    @property
    def _brush_size(self) -> int:
        return self._session.settings.get(keys.brush_size)

    def _drag_to(self, drag: _Drag, position: QPoint) -> None:
        if drag.tool.draws and not drag.edge:
            drag.way = [*(drag.way or [drag.origin]), position]
            self.update()
            return
        region = self._dragged_to(drag, position)
        if drag.joining is not Joining.NEW and region is not None:
            region = self._joined(drag, region_stroke(region))
        self._state.select(region)

    def _finish_way(self, drag: _Drag) -> None:
        """Select what a lasso or a brush has drawn."""
        band = self.band_scale
        if band is None:
            return
        stroke = way_stroke(drag.tool, drag.way, self.time_scale, band, self._brush_size)
        self.update()
        if stroke is not None:
            self._state.select(self._joined(drag, stroke))

    def _joined(self, drag: _Drag, drawn: Stroke) -> Region | None:
        state = self._state
        return joined(drag.before, drawn, drag.joining, state.duration_s, state.nyquist_hz)

    def _point(self, position: QPoint) -> tuple[float, float | None]:
        """Time and, in a view with a band, frequency at a pixel, kept inside the plot."""
        band = self.band_scale
        if band is None:
            return self.time_at(position.x()), None
        y = min(max(position.y(), band.top), band.top + band.height)
        return self.time_at(position.x()), band.hz_at(y)

    def _dragged_to(self, drag: _Drag, position: QPoint) -> Region | None:
        duration_s = self._state.duration_s
        if drag.edge is Edge.ALL and drag.before is not None:
            way, ends = position - drag.origin, Region(0.0, duration_s, 0.0, self._state.nyquist_hz)
            moved_s = way.x() * self.time_scale.seconds_per_pixel
            return moved(drag.before, moved_s, way.y(), self.band_scale, ends)
        if drag.edge and drag.before is not None:
            return dragged(drag.before, drag.edge, *self._point(position), duration_s)
        first, second = self._point(drag.origin), self._point(position)
        if drag.tool is Tool.BAND:
            return spanned((0.0, first[1]), (duration_s, second[1]), duration_s)
        if drag.tool is Tool.TIME or self._is_time_only(drag.origin, position):
            first, second = (first[0], None), (second[0], None)
        return spanned(first, second, duration_s)

    def _is_time_only(self, origin: QPoint, position: QPoint) -> bool:
        """Whether a drag between two pixels selects time without a band."""
        return self.band_scale is None

    def _extend(self, position: QPoint) -> None:
        time_s, selection = self.time_at(position.x()), self._state.selection
        if selection is not None:
            self._state.select(extended(selection, time_s))
        else:
            between = spanned((self._state.playhead_s, None), (time_s, None), time_s + 1.0)
            self._state.select(between)

    def _seen_box(self) -> PixelBox | None:
        """What is to be seen of a selection that can be taken hold of."""
        selection = self._state.selection
        if selection is None or selection.shape or self._state.is_locked:
            return None  # what is drawn has no edges to take hold of
        return seen_box(selection, self.time_scale, self.band_scale, self.height())

    def _edge_at(self, position: QPoint) -> Edge:
        selection, box = self._state.selection, self._seen_box()
        if selection is None or box is None:
            return Edge.NONE
        band, scale = self.band_scale, self.time_scale
        edge = edge_at(selection, scale, band, position.x(), position.y())
        # a lasso or a brush may well begin in the middle of what is selected
        has_centre = band is not None and not self._tool.draws
        is_centre = has_centre and box.is_centre(position.x(), position.y())
        return edge or (Edge.ALL if is_centre else Edge.NONE)

    def _show_cursor(self, position: QPoint) -> None:
        box = self._seen_box()
        is_over = box is not None and box.has(position.x(), position.y())
        self._show_centre(is_on=is_over and not self._tool.draws)
        if position.x() < LEFT_AXIS:
            self.setCursor(Qt.CursorShape.ArrowCursor)
            return
        self.setCursor(_CURSORS.get(self._edge_at(position), Qt.CursorShape.CrossCursor))

    def _show_centre(self, *, is_on: bool) -> None:
        if is_on is not self._is_over_box:
            self._is_over_box = is_on
            self.update()

    @override
    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._show_centre(is_on=False)
