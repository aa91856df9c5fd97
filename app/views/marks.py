"""MarkStrip: flags of markers and stretches under the time ruler, to be dragged and renamed."""

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPoint, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QLineEdit, QSizePolicy, QWidget
from typing_extensions import override

from app.mark_text import kind_word, mark_name, mark_place, told_mark
from app.marks import Marks, region_of_mark, shift
from app.session import Session
from app.widgets.colours import colours_of, paint_ring
from app.widgets.mark_flags import Flag, Grip, flag_at, flags_of, paint_flag
from app.widgets.selection_box import DRAG_THRESHOLD
from app.widgets.spoken import Canvas, Speaker
from app.widgets.stepping import span_with
from app.widgets.time_axis import LEFT_AXIS, TimeScale, plot_width
from engine.storage.contents import Mark

_HEIGHT = 22
_EDITOR_WIDTH = 180
_LEAST_S = 1e-3
"""A stretch does not become shorter by dragging one of its ends."""
Key = Qt.Key
_OWN_KEYS = (Key.Key_Left, Key.Key_Right, Key.Key_Return, Key.Key_Enter, Key.Key_Delete, Key.Key_F2)


@dataclass
class _Drag:
    """A press on a flag that may become a drag; `now` is the mark as it would be."""

    origin_x: int
    mark: Mark
    grip: Grip
    now: Mark
    has_moved: bool = False


class MarkStrip(Canvas):
    """Click goes to a mark, drag moves it, double click renames; hidden while there are none."""

    menu_wanted = Signal(QPoint)
    """Right click on a mark, which is the current one then; in global coordinates."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._state = session, session.view_state
        self._marks: Marks | None = None
        self._speaker = Speaker(self)
        self._drag: _Drag | None = None
        self._edited: Mark | None = None
        self._editor = QLineEdit(self)
        self._editor.setAccessibleName(self.tr("Name of the mark"))
        self._editor.setStyleSheet("min-height: 0px; padding: 0px 4px; margin: 0px;")
        self._editor.hide()
        self._editor.editingFinished.connect(self._on_named)
        self._editor.installEventFilter(self)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Marks"))
        self._state.span_changed.connect(self.update)
        session.document_changed.connect(self._on_document_changed)
        self._on_document_changed()

    @property
    def flags(self) -> list[Flag]:
        """What is on the screen; a mark that is dragged is where it would be."""
        if self._marks is None:
            return []
        drag = self._drag
        items = [
            drag.now if drag is not None and each is drag.mark else each
            for each in self._marks.items
        ]
        return flags_of(items, self._scale, self.height(), self.fontMetrics())

    @property
    def editor(self) -> QLineEdit:
        """Where a name is typed."""
        return self._editor

    @property
    def _scale(self) -> TimeScale:
        state = self._state
        return TimeScale(state.start_s, state.stop_s, LEFT_AXIS, plot_width(self.width()))

    # Agreement with the others.

    @Slot()
    def _on_document_changed(self) -> None:
        document = self._session.document
        self._drag = None
        self._editor.hide()
        self._marks = None if document is None else document.marks
        if self._marks is not None:
            self._marks.changed.connect(self._on_changed)
            self._marks.current_changed.connect(self._on_current_changed)
            self._marks.rename_wanted.connect(self._on_rename_wanted)
        self._on_changed()

    @Slot()
    def _on_changed(self) -> None:
        self.setVisible(self._marks is not None and bool(self._marks.items))
        self._on_current_changed()

    @Slot()
    def _on_current_changed(self) -> None:
        self._speaker.change()
        self.update()

    @override
    def spoken(self) -> tuple[str, ...]:
        """The current mark, and how many there are."""
        marks = self._marks
        if marks is None or not marks.items:
            return ()
        count = self.tr("{count} marks.").format(count=len(marks.items))
        if marks.current is None:
            return (count,)
        mark = marks.current
        told = self.tr("{kind} {name} at {place}.").format(
            kind=kind_word(mark.kind), name=mark.name, place=mark_place(mark)
        )
        return (" ".join(told.split()), count)

    @Slot()
    def _on_rename_wanted(self) -> None:
        # a strip that has just become visible has no place yet
        QTimer.singleShot(0, self, self._begin_rename)

    @Slot()
    def _begin_rename(self) -> None:
        mark = None if self._marks is None else self._marks.current
        if mark is None:
            return
        self._state.set_span(*span_with(self._state.start_s, self._state.stop_s, mark.start_s))
        left = max(LEFT_AXIS, self._scale.column_of(mark.start_s))
        left = min(left, max(LEFT_AXIS, self.width() - _EDITOR_WIDTH))
        self._edited = mark
        self._editor.setGeometry(left, 0, _EDITOR_WIDTH, self.height())
        self._editor.setText(mark.name)
        self._editor.setPlaceholderText(mark_name(mark))
        self._editor.selectAll()
        self._editor.show()
        self._editor.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _on_named(self) -> None:
        mark, self._edited = self._edited, None
        self._editor.hide()
        if mark is not None and self._marks is not None:
            name = self._editor.text().strip()
            self._marks.replace(mark, Mark(mark.start_s, mark.stop_s, name, mark.kind))

    # Painting.

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        colours = colours_of(self.palette())
        painter = QPainter(self)
        painter.fillRect(self.rect(), colours.background)
        painter.setPen(colours.text)
        unit = self.rect().adjusted(6, 0, LEFT_AXIS - self.width() - 8, 0)
        painter.drawText(unit, Qt.AlignmentFlag.AlignVCenter, self.tr("Marks"))
        painter.setClipRect(LEFT_AXIS - 2, 0, self._scale.width + 4, self.height())
        current = None if self._marks is None else self._marks.current
        if self._drag is not None:
            current = self._drag.now
        flags = self.flags
        for flag in (*(f for f in flags if f.mark is not current),
                     *(f for f in flags if f.mark is current)):  # fmt: skip
            paint_flag(painter, flag, colours, is_current=flag.mark is current)
        painter.setClipping(False)
        if self.hasFocus():
            paint_ring(painter, self.rect(), colours.focus)
        painter.end()

    @override
    def sizeHint(self) -> QSize:
        return QSize(600, _HEIGHT)

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(LEFT_AXIS + 100, _HEIGHT)

    # Mouse.

    def _at(self, event: QMouseEvent) -> tuple[Flag, Grip] | None:
        return flag_at(self.flags, event.position().toPoint().x())

    def _go_to(self, mark: Mark) -> None:
        self._state.set_playhead(mark.start_s)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        found, marks = self._at(event), self._marks
        if marks is None or event.button() is Qt.MouseButton.MiddleButton:
            return
        if found is not None:
            marks.choose(found[0].mark)
            if event.button() is Qt.MouseButton.LeftButton:
                mark = found[0].mark
                self._drag = _Drag(event.position().toPoint().x(), mark, found[1], mark)
        elif event.button() is Qt.MouseButton.LeftButton:
            marks.choose(None)
            self._state.set_playhead(self._scale.time_at(event.position().x()))

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        x, drag = event.position().toPoint().x(), self._drag
        if drag is None:
            self._show_under(self._at(event))
            return
        drag.has_moved = drag.has_moved or abs(x - drag.origin_x) >= DRAG_THRESHOLD
        if drag.has_moved:
            by_s = (x - drag.origin_x) * self._scale.seconds_per_pixel
            drag.now = _dragged(drag.mark, drag.grip, by_s, self._state.duration_s)
            self.setToolTip(told_mark(drag.now))
            self.update()

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        drag, self._drag = self._drag, None
        if drag is None or event.button() is not Qt.MouseButton.LeftButton or self._marks is None:
            return
        if drag.has_moved:
            self._marks.replace(drag.mark, drag.now)
        elif drag.grip is Grip.STOP:
            self._state.set_playhead(drag.mark.stop_s)
        else:
            self._go_to(drag.mark)
        self.update()

    @override
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        found = self._at(event)
        if found is not None and self._marks is not None:
            self._drag = None
            self._marks.choose(found[0].mark)
            self._begin_rename()

    @override
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if self._marks is not None and self._marks.current is not None:
            self.menu_wanted.emit(event.globalPos())

    def _show_under(self, found: tuple[Flag, Grip] | None) -> None:
        if found is None:
            self.setToolTip("")
            self.unsetCursor()
            return
        flag, grip = found
        noise = None if self._marks is None else self._marks.noise
        is_learnt = noise is not None and region_of_mark(flag.mark) == noise
        self.setToolTip(told_mark(flag.mark, is_learnt=is_learnt))
        is_end = grip is not Grip.WHOLE
        self.setCursor(
            Qt.CursorShape.SizeHorCursor if is_end else Qt.CursorShape.PointingHandCursor
        )

    # Keys.

    @override
    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            is_plain = event.modifiers() == Qt.KeyboardModifier.NoModifier
            if is_plain and (event.key() in _OWN_KEYS or self._is_dragging_away(event)):
                event.accept()
                return True
        return super().event(event)

    def _is_dragging_away(self, event: QKeyEvent) -> bool:
        return self._drag is not None and event.key() == Key.Key_Escape

    @override
    def eventFilter(self, watched: object, event: QEvent) -> bool:
        """Esc in the editor leaves the name as it was."""
        is_key = event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent)
        if is_key and isinstance(event, QKeyEvent) and event.key() == Key.Key_Escape:
            self._edited = None
            self._editor.hide()
        return False

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        marks, key = self._marks, event.key()
        if marks is None:
            return
        if key == Key.Key_Escape and self._drag is not None:
            self._drag = None
            self.update()
        elif key in (Key.Key_Left, Key.Key_Right):
            self._step(marks, 1 if key == Key.Key_Right else -1)
        elif marks.current is None:
            super().keyPressEvent(event)
        elif key in (Key.Key_Return, Key.Key_Enter):
            self._go_to(marks.current)
        elif key == Key.Key_F2:
            self._begin_rename()
        elif key == Key.Key_Delete:
            marks.remove([marks.current])
        else:
            super().keyPressEvent(event)

    def _step(self, marks: Marks, direction: int) -> None:
        here = [index for index, each in enumerate(marks.items) if each is marks.current]
        at = here[0] + direction if here else (0 if direction > 0 else len(marks.items) - 1)
        if 0 <= at < len(marks.items):
            marks.choose(marks.items[at])
            start_s = marks.items[at].start_s
            self._state.set_span(*span_with(self._state.start_s, self._state.stop_s, start_s))


def _dragged(mark: Mark, grip: Grip, by_s: float, duration_s: float) -> Mark:
    """The mark after a drag, inside the recording."""
    if grip is Grip.START:
        start_s = min(max(mark.start_s + by_s, 0.0), mark.stop_s - _LEAST_S)
        return shift(mark, max(start_s, 0.0), mark.stop_s)
    if grip is Grip.STOP:
        stop_s = max(min(mark.stop_s + by_s, duration_s), mark.start_s + _LEAST_S)
        return shift(mark, mark.start_s, stop_s)
    by_s = min(max(by_s, -mark.start_s), duration_s - mark.stop_s)
    return shift(mark, max(0.0, mark.start_s + by_s), mark.stop_s + by_s)
