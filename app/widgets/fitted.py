"""Fitted: a font that is no larger than the room there is, so that large ones cut nothing off."""

from PySide6.QtCore import QSize
from PySide6.QtGui import QFont, QFontInfo, QFontMetrics

SMALLEST = 7
"""Pixels; what needs a smaller font than this is cut off."""


def fitted(font: QFont, text: str, room: QSize) -> QFont:
    """The font itself where a text of one line has room in it, else a smaller one."""
    found = QFont(font)
    pixels = QFontInfo(font).pixelSize()
    while pixels > SMALLEST and not _fits(found, text, room):
        pixels -= 1
        found.setPixelSize(pixels)
    return found


def _fits(font: QFont, text: str, room: QSize) -> bool:
    metrics = QFontMetrics(font)
    return metrics.horizontalAdvance(text) <= room.width() and metrics.height() <= room.height()
