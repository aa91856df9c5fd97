"""Callouts: numbers in a picture, beside what they mean, where the window really has it."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPen
from PySide6.QtWidgets import QWidget

RADIUS = 11.0
"""Pixels."""
_DISC, _RIM, _TEXT = QColor("#101317"), QColor("#ffcf5c"), QColor("#ffffff")


@dataclass(frozen=True)
class Callout:
    """A number at a widget, or at a part of one.

    at: where in the rectangle the circle is, as fractions of width and height.
    part: what of the widget is meant, in its own pixels; None for all of it.
    """

    text: str
    widget: QWidget
    at: tuple[float, float] = (0.0, 0.5)
    part: QRect | None = None

    def place(self, window: QWidget) -> QPointF:
        """The middle of the circle in a picture of the window."""
        part = self.part or self.widget.rect()
        inside = QPoint(
            round(part.x() + self.at[0] * part.width()),
            round(part.y() + self.at[1] * part.height()),
        )
        return QPointF(self.widget.mapTo(window, inside))


def numbered(image: QImage, window: QWidget, callouts: Sequence[Callout]) -> QImage:
    """A picture of a window with its callouts drawn, all circles wholly inside."""
    drawn = image.copy()
    painter = QPainter(drawn)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    font = QFont(window.font())
    font.setBold(True)
    painter.setFont(font)
    room = QRectF(window.rect()).adjusted(RADIUS + 1, RADIUS + 1, -RADIUS - 1, -RADIUS - 1)
    for each in callouts:
        place = each.place(window)
        place.setX(min(max(place.x(), room.left()), room.right()))
        place.setY(min(max(place.y(), room.top()), room.bottom()))
        painter.setBrush(_DISC)
        painter.setPen(QPen(_RIM, 1.6))
        painter.drawEllipse(place, RADIUS, RADIUS)
        painter.setPen(_TEXT)
        square = QRectF(place.x() - RADIUS, place.y() - RADIUS, 2 * RADIUS, 2 * RADIUS)
        painter.drawText(square, Qt.AlignmentFlag.AlignCenter, each.text)
    painter.end()
    return drawn
