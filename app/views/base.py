"""AudioView: what every view of the recording has: one time axis, a cached picture, the playhead.

A view paints its picture once into an image and shows that until something in it changes; playhead,
selection and marks are painted over it and cost no more than the pixels they cover.
"""

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QBrush,
    QColor,
    QContextMenuEvent,
    QImage,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from app.document import Document
from app.event_list import EventList
from app.session import Session
from app.turns import SETTINGS, turns_of
from app.views.words import event_words, playhead_words, selection_words, span_words
from app.widgets.colours import Colours, colours_of, paint_ring
from app.widgets.fitted import fitted
from app.widgets.mark_flags import paint_marks
from app.widgets.preview_frame import paint_preview
from app.widgets.spoken import Canvas, Speaker
from app.widgets.stepping import span_with
from app.widgets.time_axis import LEFT_AXIS, TimeScale, plot_width, wheel_notches, zoom_factor
from engine.region import Region

SCROLL_SHARE = 0.1
"""Share of the visible span that one notch of the wheel scrolls by."""
_WIDEST_LABEL, _LABEL_ROOM = "20 kHz", QSize(LEFT_AXIS - 8, 24)
"""What stands at the left of a view, and the room there is for it."""
_PLAYHEAD_RIM = 3
_TURN_GAP = 40
"""Least distance in pixels of lines at the turns of the disc."""


class AudioView(Canvas):
    """Base of the views; constructed with the session, kept in agreement by its view state."""

    hovered = Signal(str)
    """What lies under the pointer; empty once the pointer has left."""
    context_menu_requested = Signal(QPoint)
    """Right click, in global coordinates."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._state = session.view_state
        self._document: Document | None = None
        self._told_events: EventList | None = None
        self._speaker = Speaker(self)
        self._picture: QImage | None = None
        self._colours: tuple[int, Colours] | None = None
        self._playhead_x = -1
        self._pan_from: QPoint | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        session.document_changed.connect(self._on_document_changed)
        self._state.playhead_changed.connect(self._on_playhead_changed)
        self._state.selection_changed.connect(self._on_selection_changed)
        for signal in (
            self._state.playhead_changed,
            self._state.selection_changed,
            self._state.span_changed,
            self._state.monitored_changed,
        ):
            signal.connect(self._speaker.change)
        self._state.monitored_changed.connect(self.redraw)
        self._state.previewed_changed.connect(self.update)
        session.settings.changed.connect(self._on_turns_changed)
        self._on_document_changed()
        self._on_selection_changed()

    # What a view is made of: to be given by each.

    def paint_picture(self, painter: QPainter) -> None:
        """Paint everything but overlays, into an image that is kept."""
        raise NotImplementedError  # a widget cannot be an ABC as well

    def paint_overlays(self, painter: QPainter) -> None:
        """Paint selection and marks, clipped to the plot."""
        raise NotImplementedError  # a widget cannot be an ABC as well

    def readout(self, position: QPoint) -> str:
        """What the pointer is over."""
        raise NotImplementedError  # a widget cannot be an ABC as well

    def zoom_axis(self, y: float, factor: float) -> None:
        """Zoom the axis at the left, keeping what lies at y."""
        raise NotImplementedError  # a widget cannot be an ABC as well

    def move_axis(self, pixels: int) -> None:
        """Move what the axis at the left shows up or down."""

    # Geometry.

    @property
    def colours(self) -> Colours:
        """Colours that fit the palette; mixed once for each."""
        palette = self.palette()
        if self._colours is None or self._colours[0] != palette.cacheKey():
            self._colours = palette.cacheKey(), colours_of(palette)
        return self._colours[1]

    @property
    def playhead_colour(self) -> QColor:
        """Colour of the playhead over this view's picture."""
        return self.colours.playhead

    @property
    def plot(self) -> QRect:
        """Where the recording is drawn."""
        return QRect(LEFT_AXIS, 0, plot_width(self.width()), self.height())

    @property
    def time_scale(self) -> TimeScale:
        """Seconds to pixels."""
        state = self._state
        return TimeScale(state.start_s, state.stop_s, LEFT_AXIS, plot_width(self.width()))

    def time_at(self, x: float) -> float:
        """Time at a pixel, kept inside the visible span."""
        scale = self.time_scale
        return min(max(scale.time_at(x), scale.start_s, 0.0), scale.stop_s)

    # Painting.

    @Slot()
    def redraw(self) -> None:
        """Paint the picture anew when it is shown next."""
        self._picture = None
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        ratio = self.devicePixelRatioF()
        picture = self._picture
        if picture is None or picture.size() != self.size() * ratio:
            picture = self._painted(ratio)
        # a painter that an error leaves open would bring the application down
        with QPainter(self) as painter:
            area = QRectF(event.rect())
            source = QRectF(area.topLeft() * ratio, area.size() * ratio)
            painter.drawImage(area, picture, source)
            if self._document is not None:
                painter.setClipRect(self.plot)
                self._paint_turns(painter)
                self.paint_overlays(painter)
                paint_preview(painter, self._state.previewed, self.time_scale, self.colours)
                self._paint_playhead(painter)
                painter.setClipping(False)
            if self.hasFocus():
                paint_ring(painter, self.rect(), self.colours.focus)

    def _painted(self, ratio: float) -> QImage:
        picture = QImage(self.size() * ratio, QImage.Format.Format_RGB32)
        picture.setDevicePixelRatio(ratio)
        picture.fill(self.colours.background)
        with QPainter(picture) as painter:
            painter.setFont(fitted(self.font(), _WIDEST_LABEL, _LABEL_ROOM))
            self.paint_picture(painter)
        self._picture = picture
        return picture

    def _paint_turns(self, painter: QPainter) -> None:
        """Paint a line where each turn of the disc begins, as long as they leave room between."""
        turns, scale = turns_of(self._session), self.time_scale
        if turns is None or turns.period_s / scale.seconds_per_pixel < _TURN_GAP:
            return
        for number in turns.numbers(scale.start_s, scale.stop_s):
            x = round(scale.x_of(turns.time_s(number)))
            # dark and light side by side are seen on any picture
            painter.setPen(QPen(QColor(0, 0, 0, 120), 1, Qt.PenStyle.DashLine))
            painter.drawLine(x - 1, 0, x - 1, self.height())
            painter.setPen(QPen(QColor(255, 255, 255, 150), 1, Qt.PenStyle.DashLine))
            painter.drawLine(x, 0, x, self.height())

    def _paint_playhead(self, painter: QPainter) -> None:
        self._playhead_x = self.time_scale.column_of(self._state.playhead_s)
        shade = QColor(0, 0, 0, 110)
        painter.fillRect(self._playhead_x - 1, 0, 3, self.height(), shade)
        painter.fillRect(self._playhead_x, 0, 1, self.height(), self.playhead_colour)

    def paint_span(self, painter: QPainter, region: Region, fill: QBrush, edge: QColor) -> None:
        """Paint a span of time over the whole height."""
        scale = self.time_scale
        x0, x1 = scale.column_of(region.start_s), scale.column_of(region.stop_s)
        painter.fillRect(QRect(x0, 0, max(1, x1 - x0), self.height()), fill)
        for x in (x0, x1):
            painter.fillRect(x, 0, 1, self.height(), edge)

    def paint_marks(self, painter: QPainter) -> None:
        """Paint lines at markers, and what is noise or music hatched: colour alone says little."""
        if self._document is not None:
            paint_marks(painter, self._document.marks.items, self.time_scale, self.colours)

    # Agreement with the others.

    @Slot()
    def _on_document_changed(self) -> None:
        self._document = self._session.document
        if self._document is not None:
            self._document.marks.changed.connect(self.update)
            self._document.stage_changed.connect(self._on_stage_changed)
        self.redraw()

    @Slot()
    def _on_stage_changed(self) -> None:
        """The recording has another length or other channels."""
        self.redraw()

    @Slot()
    def _on_playhead_changed(self) -> None:
        x = self.time_scale.column_of(self._state.playhead_s)
        if x == self._playhead_x:
            return
        for column in (self._playhead_x, x):
            self.update(column - _PLAYHEAD_RIM, 0, 2 * _PLAYHEAD_RIM + 1, self.height())
        self._playhead_x = x

    @Slot(str)
    def _on_turns_changed(self, key: str) -> None:
        if key in {setting.key for setting in SETTINGS}:
            self.update()

    @Slot()
    def _on_selection_changed(self) -> None:
        self.update()

    @override
    def spoken(self) -> tuple[str, ...]:
        """What is on the screen, for those who do not see it."""
        if self._document is None:
            return ()
        parts = (
            playhead_words(self._state, self._document),
            selection_words(self._state.selection),
            event_words(self._told_events, self._document.original.n_channels),
            span_words(self._state),
        )
        return tuple(part for part in parts if part)

    def speak_of(self, events: EventList) -> None:
        """Tell of the event that is looked at as well."""
        self._told_events = events
        events.current_changed.connect(self._speaker.change)
        events.decided.connect(self._speaker.change)

    def step(self, pixels: int) -> None:
        """Move the playhead by pixels, a sample each at least, and keep it on the screen."""
        if self._document is not None:
            pixel_s = max(self.time_scale.seconds_per_pixel, 1.0 / self._state.sample_rate)
            self._state.set_playhead(self._state.playhead_s + pixels * pixel_s)
            span = span_with(self._state.start_s, self._state.stop_s, self._state.playhead_s)
            self._state.set_span(*span)

    # What the mouse does in all views.

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        delta, modifiers = event.angleDelta(), event.modifiers()
        position = event.position()
        # Alt turns the wheel sideways on some platforms, Shift does on others
        vertical = delta.y() or delta.x()
        if modifiers & Qt.KeyboardModifier.AltModifier or position.x() < LEFT_AXIS:
            self.zoom_axis(position.y(), zoom_factor(wheel_notches(vertical)))
        elif modifiers & Qt.KeyboardModifier.ShiftModifier:
            self._scroll(wheel_notches(vertical))
        elif delta.y():
            self._zoom(position.x(), zoom_factor(wheel_notches(delta.y())))
        elif delta.x():
            self._scroll(wheel_notches(delta.x()))
        event.accept()

    def _zoom(self, x: float, factor: float) -> None:
        self._state.zoom_at(self.time_at(x), factor)

    def _scroll(self, notches: float) -> None:
        span_s = self._state.stop_s - self._state.start_s
        self._state.scroll_by(-SCROLL_SHARE * notches * span_s)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.MiddleButton:
            self._pan_from = event.position().toPoint()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        position = event.position().toPoint()
        if self._pan_from is not None:
            moved = position - self._pan_from
            self._pan_from = position
            self._state.scroll_by(-moved.x() * self.time_scale.seconds_per_pixel)
            if moved.y():
                self.move_axis(moved.y())
        self.hovered.emit(self.readout(position) if self._document is not None else "")

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.MiddleButton:
            self._pan_from = None
            self.unsetCursor()

    @override
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.context_menu_requested.emit(event.globalPos())

    @override
    def leaveEvent(self, event: QEvent) -> None:
        self.hovered.emit("")

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        self.redraw()

    @override
    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self.redraw()
        super().changeEvent(event)
