"""Match plots: the user's side and simulated ones, in one picture each; they know no session.

Both are told apart by line and filling as well as by colour.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from app.widgets.colours import Colours, colours_of

Values = NDArray[np.float64]

_LEFT, _RIGHT, _TOP, _BOTTOM = 40, 8, 22, 18
_RANGE_DB, _STEP_DB = 50.0, 10.0
_DECADES_HZ = {100.0: "100", 1000.0: "1k", 10_000.0: "10k"}


class PairPlot(QWidget):
    """Base: a frame, a legend, and what a subclass paints for yours and for simulated."""

    def __init__(self, name: str, height: int, has_legend: bool = False) -> None:
        super().__init__()
        self._height, self._has_legend = height, has_legend
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def tell(self, words: str) -> None:
        """Say in words what is seen."""
        self.setToolTip(words)
        self.setAccessibleDescription(words)
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(260, self._height)

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(190, self._height)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            colours = colours_of(self.palette())
            top = _TOP if self._has_legend else 2
            width, height = self.width() - _LEFT - _RIGHT, self.height() - top - self._bottom()
            place = QRectF(_LEFT, top, width, height)
            painter.fillRect(place, colours.lane)
            font = painter.font()
            font.setPointSizeF(0.85 * font.pointSizeF())
            painter.setFont(font)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if self._has_legend:
                self._paint_legend(painter, colours)
            self._paint(painter, place, colours)

    def _bottom(self) -> int:
        """Pixels for what stands below."""
        return _BOTTOM

    def _paint(self, painter: QPainter, place: QRectF, colours: Colours) -> None:
        """Paint what is shown into its place."""
        raise NotImplementedError  # a widget cannot be an ABC as well

    def _paint_legend(self, painter: QPainter, colours: Colours) -> None:
        x, middle = float(_LEFT), 0.5 * _TOP
        for words, pen, brush in (
            (self.tr("Yours"), yours_pen(colours), yours_brush(colours)),
            (self.tr("Simulated"), simulated_pen(colours), simulated_brush(colours)),
        ):
            self._paint_key(painter, QRectF(x, middle - 4, 18, 8), pen, brush)
            painter.setPen(colours.text)
            width = painter.fontMetrics().horizontalAdvance(words)
            painter.drawText(QPointF(x + 24, middle + 4), words)
            x += 24 + width + 18

    def _paint_key(self, painter: QPainter, box: QRectF, pen: QPen, brush: QBrush) -> None:
        painter.fillRect(box, brush)
        painter.setPen(QPen(pen.color(), 1.0))
        painter.drawRect(box)


class BandsPlot(PairPlot):
    """Noise in third octaves, dB relative to all of it."""

    def __init__(self, name: str, height: int) -> None:
        super().__init__(name, height, has_legend=True)
        self._bands_hz: Values = np.zeros(0)
        self._curves: tuple[Values | None, Values | None] = (None, None)

    def show_bands(self, bands_hz: Values, yours: Values | None, simulated: Values | None) -> None:
        """Show levels (band) of either, or of both."""
        self._bands_hz, self._curves = bands_hz, (yours, simulated)
        self.update()

    @override
    def _paint(self, painter: QPainter, place: QRectF, colours: Colours) -> None:
        for number in range(1, round(_RANGE_DB / _STEP_DB)):
            y = place.top() + place.height() * number * _STEP_DB / _RANGE_DB
            painter.setPen(colours.grid)
            painter.drawLine(QPointF(place.left(), y), QPointF(place.right(), y))
            if number % 2:
                painter.setPen(colours.text)
                box = QRectF(0, y - 8, _LEFT - 5, 16)
                right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
                painter.drawText(box, right, f"{-number * _STEP_DB:.0f} dB")
        if not len(self._bands_hz):
            return
        low, high = np.log(self._bands_hz[0]), np.log(self._bands_hz[-1])
        for hz, words in _DECADES_HZ.items():
            x = place.left() + place.width() * (np.log(hz) - low) / (high - low)
            painter.setPen(colours.grid)
            painter.drawLine(QPointF(x, place.top()), QPointF(x, place.bottom()))
            painter.setPen(colours.text)
            unit = f"{words} Hz" if hz < 200.0 else words
            painter.drawText(QPointF(x - 8, self.height() - 4), unit)
        painter.setClipRect(place)
        share = (np.log(self._bands_hz) - low) / (high - low)
        pens = (yours_pen(colours), simulated_pen(colours))
        for levels, pen in zip(self._curves, pens, strict=True):
            if levels is not None:
                painter.setPen(pen)
                depth = np.clip(-levels / _RANGE_DB, 0.0, 1.2)
                xs, ys = place.left() + place.width() * share, place.top() + place.height() * depth
                points = [QPointF(float(x), float(y)) for x, y in zip(xs, ys, strict=True)]
                painter.drawPolyline(QPolygonF(points))

    @override
    def _paint_key(self, painter: QPainter, box: QRectF, pen: QPen, brush: QBrush) -> None:
        painter.setPen(pen)
        painter.drawLine(
            QPointF(box.left(), box.center().y()), QPointF(box.right(), box.center().y())
        )


class SharesPlot(PairPlot):
    """Two histograms over the same edges, beside one another."""

    def __init__(self, name: str, unit: str, height: int) -> None:
        super().__init__(name, height)
        self._unit = unit
        self._edges: Values = np.zeros(0)
        self._shares: tuple[Values | None, Values | None] = (None, None)

    def show_values(
        self, edges: Values, yours: Sequence[float] | None, simulated: Sequence[float] | None
    ) -> None:
        """Show how values of either are spread; what lies beyond an end counts there."""
        self._edges = edges
        self._shares = (_shares(edges, yours), _shares(edges, simulated))
        self.update()

    @override
    def _paint(self, painter: QPainter, place: QRectF, colours: Colours) -> None:
        if not len(self._edges):
            return
        width = place.width() / (len(self._edges) - 1)
        known = [each for each in self._shares if each is not None]
        most = max((float(each.max()) for each in known), default=1.0) or 1.0
        brushes = (yours_brush(colours), simulated_brush(colours))
        pens = (yours_pen(colours), simulated_pen(colours))
        for number, shares in enumerate(self._shares):
            if shares is None:
                continue
            painter.setPen(QPen(pens[number].color(), 1.0))
            for at, share in enumerate(shares):
                if share > 0.0:
                    height = 0.94 * place.height() * share / most
                    left = place.left() + width * (at + 0.08 + 0.42 * number)
                    box = QRectF(left, place.bottom() - height, 0.4 * width, height)
                    painter.fillRect(box, brushes[number])
                    painter.drawRect(box)
        painter.setPen(colours.text)
        # the middle of every other bar is named
        for at in range(0, len(self._edges) - 1, 2):
            middle = 0.5 * (self._edges[at] + self._edges[at + 1])
            box = QRectF(place.left() + width * (at - 0.5), place.bottom() + 1, 2 * width, _BOTTOM)
            words = f"{middle:g} {self._unit}" if not at else f"{middle:g}"
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)


class RatesPlot(PairPlot):
    """Two numbers as bars, one below the other."""

    def __init__(self, name: str, unit: str, height: int) -> None:
        super().__init__(name, height)
        self._unit = unit
        self._rates: tuple[float | None, float | None] = (None, None)

    def show_rates(self, yours: float | None, simulated: float | None) -> None:
        """Show either, or both."""
        self._rates = (yours, simulated)
        self.update()

    @override
    def _bottom(self) -> int:
        return 2

    @override
    def _paint(self, painter: QPainter, place: QRectF, colours: Colours) -> None:
        most = max((each for each in self._rates if each is not None), default=0.0) or 1.0
        height = place.height() / 2
        pens = (yours_pen(colours), simulated_pen(colours))
        brushes = (yours_brush(colours), simulated_brush(colours))
        room = painter.fontMetrics().horizontalAdvance(f"000.00 {self._unit}") + 12
        for number, rate in enumerate(self._rates):
            if rate is None:
                continue
            long = max(1.0, (place.width() - room) * rate / most)
            top = place.top() + height * number + 0.22 * height
            box = QRectF(place.left(), top, long, 0.56 * height)
            painter.fillRect(box, brushes[number])
            painter.setPen(QPen(pens[number].color(), 1.0))
            painter.drawRect(box)
            painter.setPen(colours.text)
            told = QRectF(box.right() + 8, top, room, 0.56 * height)
            left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(told, left, f"{rate:.1f} {self._unit}")


def yours_pen(colours: Colours) -> QPen:
    """How the user's side is drawn."""
    return QPen(colours.wave, 2.0)


def simulated_pen(colours: Colours) -> QPen:
    """How simulated sides are drawn."""
    return QPen(colours.marker, 2.0, Qt.PenStyle.DashLine)


def yours_brush(colours: Colours) -> QBrush:
    """What the bars of the user's side are filled with."""
    return QBrush(colours.wave)


def simulated_brush(colours: Colours) -> QBrush:
    """What the bars of simulated sides are filled with."""
    return QBrush(QColor(colours.marker), Qt.BrushStyle.BDiagPattern)


def _shares(edges: Values, values: Sequence[float] | None) -> Values | None:
    if values is None or not len(values):
        return None
    held = np.clip(values, edges[0], np.nextafter(edges[-1], edges[0]))
    counts, _ = np.histogram(held, edges)
    shares: Values = counts / len(held)
    return shares
