"""The notes beside the frequencies: names of equal temperament, A4 = 440 Hz, at the right edge."""

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QFont, QPainter

from app.widgets.frequency_axis import FrequencyScale, note_hz, note_of
from app.widgets.time_axis import Tick

_GAP = 17
"""Least distance of two names in pixels."""
_RANKS = ((0,), (7,), (4,), (9, 2, 11, 5), (1, 3, 6, 8, 10))
"""Semitones above C, the most wanted first: octaves, then the triad, then the white keys."""
_LOWEST, _HIGHEST = 0, 131
"""C0 and B10, in semitones from C0."""
_WIDEST = "G♯10"
_TICK, _RIM = 5, 3
_SHADE, _TEXT = QColor(0, 0, 0, 170), QColor(255, 255, 255)


def note_ticks(scale: FrequencyScale, gap: int = _GAP) -> list[Tick]:
    """Notes whose names have room, the lowest first; where an octave has none, not even all C."""
    inside = [
        number
        for number in range(_LOWEST, _HIGHEST + 1)
        if scale.low_hz <= note_hz(number) <= scale.high_hz
    ]
    taken: dict[int, float] = {}
    for rank in _RANKS:
        for semitone in rank:
            for number in inside:
                y = scale.y_of(note_hz(number))
                has_room = all(abs(y - other) >= gap for other in taken.values())
                if number % 12 == semitone and has_room:
                    taken[number] = y
    return [Tick(note_hz(number), note_of(number)) for number in sorted(taken)]


def paint_notes(painter: QPainter, scale: FrequencyScale, plot: QRect) -> None:
    """Paint the names over the right edge of a picture, light on a shade."""
    painter.save()
    font = QFont(painter.font())
    font.setPointSizeF(0.85 * font.pointSizeF())
    painter.setFont(font)
    metrics = painter.fontMetrics()
    height, width = metrics.height(), metrics.horizontalAdvance(_WIDEST) + _TICK + 2 * _RIM
    for tick in note_ticks(scale, max(_GAP, height + 1)):
        y = round(scale.y_of(tick.value))
        if not plot.top() + height // 2 <= y <= plot.bottom() - height // 2:
            continue
        label = QRect(plot.right() - width + 1, y - height // 2, width, height)
        painter.fillRect(label, _SHADE)
        painter.setPen(_TEXT)
        painter.drawLine(plot.right() - _TICK + 1, y, plot.right(), y)
        text = label.adjusted(0, 0, -_TICK - _RIM, 0)
        painter.drawText(text, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
                         tick.label)  # fmt: skip
    painter.restore()
