"""Picture: the spectrogram of an excerpt, small, with where it is heard."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from app.widgets.colours import COLOUR_MAPS, colour_table, colours_of
from app.widgets.spectrogram_picture import RowMap
from app.widgets.wave_picture import to_image

LOWEST_HZ = 40.0
TOP_DB, RANGE_DB = -20.0, 90.0


class ExcerptPicture(QWidget):
    """Low notes below, high above, on a logarithmic axis; a line where it is heard."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._values: NDArray[np.uint8] | None = None
        self._bins_hz: NDArray[np.float64] = np.zeros(0)
        self._text = ""
        self._image: QImage | None = None
        self._share: float | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(160, 64)

    def show_values(self, values: NDArray[np.uint8], bins_hz: NDArray[np.float64]) -> None:
        """Show values (bin frame)."""
        self._values, self._bins_hz, self._text = values, bins_hz, ""
        self._image = None
        self.update()

    def show_text(self, text: str) -> None:
        """Show a sentence in place of a picture."""
        self._values, self._image, self._text, self._share = None, None, text, None
        self.update()

    def show_place(self, share: float | None) -> None:
        """Where it is heard, as a share of its length; None: nowhere."""
        if share != self._share:
            self._share = share
            self.update()

    def _made(self) -> QImage | None:
        if self._image is None and self._values is not None and self.height() > 1:
            edges_hz = np.geomspace(LOWEST_HZ, self._bins_hz[-1], self.height() + 1)
            rows = RowMap(self._bins_hz, edges_hz).rows(self._values)
            self._image = to_image(colour_table(COLOUR_MAPS[0], TOP_DB, RANGE_DB)[rows])
        return self._image

    @override
    def sizeHint(self) -> QSize:
        return QSize(560, 130)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        self._image = None
        super().resizeEvent(event)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        colours, painter, image = colours_of(self.palette()), QPainter(self), self._made()
        painter.fillRect(self.rect(), colours.lane)
        if image is not None:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(self.rect(), image)
        elif self._text:
            painter.setPen(colours.text)
            inside = self.rect().adjusted(12, 4, -12, -4)
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(inside, flags, self._text)
        if image is not None and self._share is not None:
            x = round(self._share * (self.width() - 1))
            painter.setPen(colours.playhead_on_picture)
            painter.drawLine(x, 0, x, self.height())
