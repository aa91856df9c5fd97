"""Response plot: a gain in dB over frequency on a log scale; knows no session."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

LOW_HZ, HIGH_HZ = 20.0, 20_000.0
DECADES_HZ = {100.0: "100", 1000.0: "1k", 10_000.0: "10k"}
FAINT_HZ = (50.0, 200.0, 500.0, 2000.0, 5000.0)
STEP_DB = 10.0
LEAST_DB = 10.0
"""The plot goes at least this far up and down."""
MANY_LINES = 8
"""Pixels of height for a decibel of range from which on every 5 dB have a line."""
WIDTH, LEAST_HEIGHT, MOST_HEIGHT = 200, 110, 420
"""As high as half of its width, so that a panel that floats shows more."""


class ResponsePlot(QWidget):
    """A curve between 20 Hz and 20 kHz; both axes fit themselves."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._frequency_hz = np.array([LOW_HZ, HIGH_HZ])
        self._gain_db = np.zeros(2)

    @property
    def range_db(self) -> float:
        """How far the plot goes up and down, a whole number of steps."""
        most_db = max(LEAST_DB, float(np.abs(self._gain_db).max()))
        return STEP_DB * float(np.ceil(most_db / STEP_DB))

    def show_response(
        self, frequency_hz: NDArray[np.float64], gain_db: NDArray[np.float64]
    ) -> None:
        """Show another curve."""
        self._frequency_hz, self._gain_db = frequency_hz, gain_db
        at = (100.0, 1000.0, 10_000.0)
        told = np.interp(at, frequency_hz, gain_db)
        words = ", ".join(f"{hz:g} Hz {db:+.1f} dB" for hz, db in zip(at, told, strict=True))
        self.setToolTip(words)
        self.setAccessibleDescription(words)
        self.update()

    def _x_of(self, hz: float) -> float:
        share = np.log(hz / LOW_HZ) / np.log(HIGH_HZ / LOW_HZ)
        return float(share * (self.width() - 1))

    def _y_of(self, gain_db: float) -> float:
        return 0.5 * (self.height() - 1) * (1.0 - gain_db / self.range_db)

    @override
    def sizeHint(self) -> QSize:
        return QSize(WIDTH, self.heightForWidth(WIDTH))

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(WIDTH, LEAST_HEIGHT)

    @override
    def hasHeightForWidth(self) -> bool:
        return True

    @override
    def heightForWidth(self, width: int) -> int:
        return min(max(round(0.55 * width), LEAST_HEIGHT), MOST_HEIGHT)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            self._paint(painter)

    def _paint(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette = self.palette()
        painter.fillRect(self.rect(), palette.color(QPalette.ColorRole.Base))
        self._paint_grid(painter)
        painter.setPen(QPen(palette.color(QPalette.ColorRole.Highlight), 2.0))
        points = [
            QPointF(self._x_of(float(hz)), self._y_of(float(gain)))
            for hz, gain in zip(self._frequency_hz, self._gain_db, strict=True)
        ]
        painter.drawPolyline(QPolygonF(points))

    def _lines_db(self) -> list[float]:
        """Gains that have a line: every 10 dB, or every 5 dB where there is room."""
        has_room = self.height() >= MANY_LINES * self.range_db
        step_db = 0.5 * STEP_DB if has_room else STEP_DB
        count = round(self.range_db / step_db)
        return [step_db * n for n in range(1 - count, count)]

    def _paint_grid(self, painter: QPainter) -> None:
        font = painter.font()
        font.setPointSizeF(0.8 * font.pointSizeF())
        painter.setFont(font)
        line = self.palette().color(QPalette.ColorRole.Mid)
        words = self.palette().color(QPalette.ColorRole.PlaceholderText)
        faint = QColor(line)
        faint.setAlphaF(0.4)
        painter.setPen(faint)
        for hz in FAINT_HZ:
            x = self._x_of(hz)
            painter.drawLine(QPointF(x, 0.0), QPointF(x, float(self.height())))
        for hz, text in DECADES_HZ.items():
            x = self._x_of(hz)
            painter.setPen(line)
            painter.drawLine(QPointF(x, 0.0), QPointF(x, float(self.height())))
            painter.setPen(words)
            where = QRectF(x + 3, self.height() - 16, 40, 14)
            painter.drawText(where, Qt.AlignmentFlag.AlignLeft, text)
        for gain_db in self._lines_db():
            y = self._y_of(gain_db)
            painter.setPen(line)
            painter.drawLine(QPointF(0.0, y), QPointF(float(self.width()), y))
            painter.setPen(words)
            painter.drawText(QRectF(3, y - 14, 60, 13), Qt.AlignmentFlag.AlignLeft, _told(gain_db))


def _told(gain_db: float) -> str:
    return f"{gain_db:+g} dB" if gain_db else "0 dB"
