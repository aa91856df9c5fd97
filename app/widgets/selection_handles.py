"""Handles of the selection: what its edges and the whole of it can be dragged by, as painted."""

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from app.widgets.selection_box import CENTRE, PixelBox

SIZE = 5
"""Pixels that a handle is wide and high, without its rim."""
LIGHT, DARK = QColor(255, 255, 255), QColor(0, 0, 0)
"""Side by side they are seen on any picture."""


def paint_handles(painter: QPainter, box: PixelBox, *, has_centre: bool) -> None:
    """Paint a square at each handle and, if it is wanted, a cross at the one of the whole."""
    for x, y in box.handles:
        square = QRect(round(x) - SIZE // 2, round(y) - SIZE // 2, SIZE, SIZE)
        painter.fillRect(square.adjusted(-1, -1, 1, 1), DARK)
        painter.fillRect(square, LIGHT)
    if box.centre is None or not has_centre:
        return
    at = QPoint(round(box.centre[0]), round(box.centre[1]))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for width, colour in ((3, DARK), (1, LIGHT)):
        painter.setPen(QPen(colour, width))
        for end in (QPoint(CENTRE, 0), QPoint(0, CENTRE)):
            painter.drawLine(at - end, at + end)
        painter.drawEllipse(at, CENTRE // 2, CENTRE // 2)
