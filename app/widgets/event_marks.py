"""Marks of events: a colour, a shape and a lane for each decision, so that none says it alone."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPalette, QPen, QPixmap, QPolygonF

from engine.event import Decision

LANES = tuple(Decision)
"""From top to bottom."""
REACH = 6
"""Pixels from which a mark can be hit."""
_ICON = 14
_DARK = {
    Decision.PENDING: "#ffc14d",
    Decision.ACCEPTED: "#5fd38d",
    Decision.REJECTED: "#ff7b7b",
    Decision.REVERTED: "#9db4ff",
}
_LIGHT = {
    Decision.PENDING: "#8f5200",
    Decision.ACCEPTED: "#1d7a3f",
    Decision.REJECTED: "#c1272d",
    Decision.REVERTED: "#3b53b5",
}


def mark_colours(palette: QPalette) -> Mapping[Decision, QColor]:
    """The colours that fit a palette."""
    is_dark = palette.color(QPalette.ColorRole.Window).lightnessF() < 0.5
    return {each: QColor(name) for each, name in (_DARK if is_dark else _LIGHT).items()}


def paint_mark(painter: QPainter, decision: Decision, rect: QRectF, colour: QColor) -> None:
    """Paint a diamond (pending), tick (accepted), cross (rejected) or arrow back (reverted)."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(colour, max(1.2, rect.width() / 6.0), c=Qt.PenCapStyle.RoundCap))
    left, right, top, bottom = rect.left(), rect.right(), rect.top(), rect.bottom()
    middle = rect.center()
    if decision is Decision.PENDING:
        corners = [(middle.x(), top), (right, middle.y()), (middle.x(), bottom), (left, middle.y())]
        painter.drawPolygon(_polygon(corners))
    elif decision is Decision.ACCEPTED:
        low = left + 0.35 * rect.width()
        painter.drawPolyline(_polygon([(left, middle.y()), (low, bottom), (right, top)]))
    elif decision is Decision.REJECTED:
        painter.drawLine(rect.topLeft(), rect.bottomRight())
        painter.drawLine(rect.bottomLeft(), rect.topRight())
    else:
        painter.setBrush(colour)
        painter.drawPolygon(_polygon([(left, middle.y()), (right, top), (right, bottom)]))
    painter.restore()


def _polygon(points: list[tuple[float, float]]) -> QPolygonF:
    return QPolygonF([QPointF(*point) for point in points])


def mark_icon(decision: Decision, palette: QPalette, ratio: float) -> QIcon:
    """A mark to stand in a table; the same where its row is selected."""
    icon = QIcon()
    selected = palette.color(QPalette.ColorRole.HighlightedText)
    for mode, colour in (
        (QIcon.Mode.Normal, mark_colours(palette)[decision]),
        (QIcon.Mode.Selected, selected),
    ):
        pixmap = QPixmap(round(_ICON * ratio), round(_ICON * ratio))
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        paint_mark(painter, decision, QRectF(3, 3, _ICON - 6, _ICON - 6), colour)
        painter.end()
        icon.addPixmap(pixmap, mode)
    return icon


@dataclass(frozen=True)
class LaneScale:
    """Lanes of equal height, one for each decision, in a strip that is `height` pixels high."""

    height: float

    @property
    def lane_height(self) -> float:
        """Height of a lane."""
        return self.height / len(LANES)

    def middle_of(self, lane: NDArray[np.int64]) -> NDArray[np.float64]:
        """Pixel rows in which the marks of lanes stand."""
        return (lane.astype(np.float64) + 0.5) * self.lane_height


def pooled(x: NDArray[np.float64], lanes: NDArray[np.int64], width: int) -> NDArray[np.int64]:
    """How many marks of each lane fall on each of `width` pixels; (lane pixel)."""
    column = np.floor(x).astype(np.int64)
    is_seen = (column >= 0) & (column < width)
    flat = lanes[is_seen] * width + column[is_seen]
    return np.bincount(flat, minlength=len(LANES) * width).reshape(len(LANES), width)


def nearest_mark(
    x: NDArray[np.float64], y: NDArray[np.float64], at: tuple[float, float]
) -> int | None:
    """The mark next to a point, REACH pixels of time away at most; of those at one time by lane."""
    if not len(x):
        return None
    across = np.abs(x - at[0])
    distance = np.where(across <= REACH, across + 0.5 * np.abs(y - at[1]), np.inf)
    found = int(np.argmin(distance))
    return found if np.isfinite(distance[found]) else None
