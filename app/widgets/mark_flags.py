"""Mark flags: where marks stand in a strip on the time axis, how they are painted, what is hit.

Pixels are logical; a flag begins at its mark and is as wide as its name, as far as there is room.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetrics, QPainter

from app.mark_text import mark_name
from app.marks import MUSIC, NOISE
from app.widgets.colours import Colours
from app.widgets.time_axis import TimeScale
from engine.storage.contents import Mark

_LEAST_FLAG, _MOST_FLAG = 9, 220
_PAD = 5
_GRIP = 4
"""Pixels around the ends of a stretch that move that end alone."""
_BAND = 6
_CROWD = 6
"""Pixels between lines that are too near to each other to see a picture between them."""
_SHADE, _LABEL = QColor(0, 0, 0, 120), QColor(0, 0, 0, 190)


class Grip(Enum):
    """What of a mark is taken hold of."""

    WHOLE = "whole"
    START = "start"
    STOP = "stop"


@dataclass(frozen=True)
class Flag:
    """A mark on the screen: its stretch [x0, x1] and the box of its name."""

    mark: Mark
    x0: int
    x1: int
    box: QRect
    text: str


def flags_of(
    marks: Sequence[Mark], scale: TimeScale, height: int, metrics: QFontMetrics
) -> list[Flag]:
    """The flags of the marks on the screen, from left to right."""
    seen = [m for m in marks if m.stop_s >= scale.start_s and m.start_s <= scale.stop_s]
    starts = [scale.column_of(mark.start_s) for mark in seen]
    right = scale.left + scale.width
    flags = []
    for index, mark in enumerate(seen):
        x0, x1 = starts[index], scale.column_of(mark.stop_s)
        limit = starts[index + 1] if index + 1 < len(seen) else right
        if x0 == x1 == limit and index + 1 < len(seen):
            continue  # the next one lies on the same pixel
        left = max(x0, scale.left)
        limit = limit if limit > left else right
        room = max(_LEAST_FLAG, min(limit - left - 1, _MOST_FLAG))
        name = mark_name(mark)
        text = metrics.elidedText(name, Qt.TextElideMode.ElideRight, room - 2 * _PAD)
        width = min(room, metrics.horizontalAdvance(text) + 2 * _PAD) if text else _LEAST_FLAG
        flags.append(Flag(mark, x0, x1, QRect(left, 1, width, height - 2), text))
    return flags


def flag_at(flags: Sequence[Flag], x: int) -> tuple[Flag, Grip] | None:
    """The flag under a pixel, and what of it; ends of stretches before names before stretches."""
    stretches = [flag for flag in flags if flag.x1 > flag.x0]
    for flag in stretches:
        if abs(x - flag.x1) <= _GRIP:
            return flag, Grip.STOP
    for flag in stretches:
        if abs(x - flag.x0) <= _GRIP:
            return flag, Grip.START
    for flag in reversed(flags):
        if flag.box.left() - 2 <= x <= flag.box.right():
            return flag, Grip.WHOLE
    for flag in stretches:
        if flag.x0 <= x <= flag.x1:
            return flag, Grip.WHOLE
    return None


def mark_colour(kind: str, colours: Colours) -> QColor:
    """The colour of a kind of mark."""
    return {NOISE: colours.noise, MUSIC: colours.music}.get(kind, colours.marker)


def mark_brush(kind: str, colours: Colours) -> QBrush:
    """How a stretch is filled: hatched one way or the other, as colour alone says little."""
    colour = mark_colour(kind, colours)
    if kind == NOISE:
        return QBrush(colour, Qt.BrushStyle.BDiagPattern)
    if kind == MUSIC:
        return QBrush(colour, Qt.BrushStyle.FDiagPattern)
    tint = QColor(colour)
    tint.setAlpha(36)
    return QBrush(tint)


def paint_flag(painter: QPainter, flag: Flag, colours: Colours, *, is_current: bool) -> None:
    """Paint one: its stretch, a box with its name, and a line where it begins."""
    colour = mark_colour(flag.mark.kind, colours)
    height = flag.box.height() + 2
    if flag.x1 > flag.x0:
        painter.fillRect(flag.x0, 0, flag.x1 - flag.x0, height, mark_brush(flag.mark.kind, colours))
        painter.fillRect(flag.x1, 0, 1, height, colour)
    painter.fillRect(flag.box, colours.background)
    painter.setPen(colours.text if is_current else colour)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(flag.box.adjusted(0, 0, -1, -1))
    painter.fillRect(flag.x0, 0, 2, height, colour)
    painter.setPen(colours.text)
    inside = flag.box.adjusted(_PAD, 0, 0, 0)
    painter.drawText(inside, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, flag.text)


def paint_marks(
    painter: QPainter, marks: Sequence[Mark], scale: TimeScale, colours: Colours
) -> None:
    """Paint marks over a picture of the recording.

    Noise is hatched all over, as nobody looks for music in it; other stretches have a band at the
    top and hide nothing. Of a crowd of lines the first and the last are as tall as the picture, and
    the others are short, as nothing would be seen between them.
    """
    height = painter.device().height()
    near_s = _CROWD * scale.seconds_per_pixel
    start_s, stop_s = scale.start_s - near_s, scale.stop_s + near_s
    seen = [mark for mark in marks if mark.stop_s >= start_s and mark.start_s <= stop_s]
    crowded = _crowded(seen, near_s)
    for mark in seen:
        colour = mark_colour(mark.kind, colours)
        x0, x1 = scale.column_of(mark.start_s), scale.column_of(mark.stop_s)
        if x1 > x0:
            tall = height if mark.kind == NOISE else min(_BAND, height // 4)
            painter.fillRect(x0, 0, x1 - x0, tall, mark_brush(mark.kind, colours))
        for edge_s, x in {mark.start_s: x0, mark.stop_s: x1}.items():
            tall = _BAND if edge_s in crowded else height
            painter.fillRect(x - 1, 0, 1, tall, _SHADE)  # a line is seen on any picture
            painter.fillRect(x, 0, 1, tall, colour)


def _crowded(marks: Sequence[Mark], near_s: float) -> set[float]:
    """The edges of marks that have another one near on both sides."""
    edges = sorted({edge for mark in marks for edge in (mark.start_s, mark.stop_s)})
    gaps = [near_s, *(b - a for a, b in pairwise(edges)), near_s]
    around = zip(edges, pairwise(gaps), strict=False)  # without an edge there is a gap still
    return {edge for edge, gap in around if max(gap) < near_s}


def paint_mark_names(painter: QPainter, marks: Sequence[Mark], scale: TimeScale) -> None:
    """Paint names at the top of a picture, of as many marks as there is room for."""
    metrics, free_from = painter.fontMetrics(), scale.left
    for mark in marks:
        if mark.stop_s < scale.start_s or mark.start_s > scale.stop_s:
            continue
        x = max(scale.column_of(mark.start_s) + 3, scale.left + 2)
        name = metrics.elidedText(mark_name(mark), Qt.TextElideMode.ElideRight, _MOST_FLAG)
        box = QRect(x, 2, metrics.horizontalAdvance(name) + 6, metrics.height() + 2)
        if x >= free_from:
            free_from = box.right() + 2
            painter.fillRect(box, _LABEL)
            painter.setPen(Qt.GlobalColor.white)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, name)
