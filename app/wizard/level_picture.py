"""Level picture: the spectrogram of an example below its title.

Shapes:
    values   (bin frame)   uint8, 0 the faintest
"""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from app.widgets.colours import colour_table, colours_of
from engine.spectrogram import FLOOR_DB, STEP_DB

_MAP = "inferno"
_WHOLE_DB = 255 * STEP_DB


class LevelPicture(QWidget):
    """As wide as there is room; empty until it has values."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self._title = title
        self._image: QImage | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(title)

    def show_values(self, values: NDArray[np.uint8]) -> None:
        """Show levels (bin frame)."""
        colours = colour_table(_MAP, FLOOR_DB + _WHOLE_DB, _WHOLE_DB)
        pixels = np.ascontiguousarray(colours[values[::-1]])
        height, width = pixels.shape
        image = QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_RGB32)
        self._image = image.copy()
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(240, 180)

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(120, 120)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            colours = colours_of(self.palette())
            top = painter.fontMetrics().height() + 4
            painter.setPen(colours.text)
            painter.drawText(0, painter.fontMetrics().ascent(), self._title)
            place = QRectF(0, top, self.width(), self.height() - top)
            painter.fillRect(place, colours.lane)
            if self._image is not None:
                painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
                painter.drawImage(place, self._image)
