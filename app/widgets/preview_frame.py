"""Preview frame: what is painted around a stretch whose picture shows what is not done yet."""

from PySide6.QtCore import QCoreApplication, QRect, Qt
from PySide6.QtGui import QBrush, QColor, QPainter

from app.widgets.colours import Colours
from app.widgets.time_axis import TimeScale
from engine.region import Region

_EDGE = 5
_LABEL = QColor(0, 0, 0, 200)
_LEAST_FOR_LABEL = 24


def paint_preview(
    painter: QPainter, region: Region | None, scale: TimeScale, colours: Colours
) -> None:
    """Paint a hatched frame around a stretch, with a word in a corner where there is room."""
    if region is None:
        return
    x0, x1 = scale.column_of(region.start_s), scale.column_of(region.stop_s)
    width, height = max(x1 - x0, 2), painter.device().height()
    edge = min(_EDGE, height // 6, width // 2)
    colour = colours.estimate
    for side in (
        QRect(x0, 0, width, edge),
        QRect(x0, height - edge, width, edge),
        QRect(x0, 0, edge, height),
        QRect(x0 + width - edge, 0, edge, height),
    ):
        painter.fillRect(side, QBrush(QColor(0, 0, 0, 120)))
        painter.fillRect(side, QBrush(colour, Qt.BrushStyle.BDiagPattern))
    painter.setPen(colour)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(QRect(x0, 0, width - 1, height - 1))
    if height >= 4 * _LEAST_FOR_LABEL:
        _paint_word(painter, max(x0 + edge, scale.left), height - edge)


def _paint_word(painter: QPainter, left: int, bottom: int) -> None:
    word = QCoreApplication.translate("PreviewFrame", "Preview")
    metrics = painter.fontMetrics()
    size = (metrics.horizontalAdvance(word) + 10, metrics.height() + 4)
    box = QRect(left, bottom - size[1], *size)
    painter.fillRect(box, _LABEL)
    painter.setPen(Qt.GlobalColor.white)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, word)
