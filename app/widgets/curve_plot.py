"""Curve plot: one figure over time, with a line to compare it with; knows no session."""

import math
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from app.widgets.colours import colours_of

_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 12, 26, 24
_POINT = 3.0
_GAP_X, _GAP_Y = 90, 22


class CurvePlot(QWidget):
    """Points joined by lines over minutes; both axes fit themselves.

    Args:
        title: what is drawn, above the plot.
        unit: of the minutes below it.
        waiting: what stands there before the first point.
    """

    def __init__(self, title: str, unit: str, waiting: str) -> None:
        super().__init__()
        self._title, self._unit, self._waiting = title, unit, waiting
        self._points: tuple[tuple[float, float], ...] = ()
        self._line: tuple[float, str] | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setAccessibleName(title)

    @property
    def points(self) -> tuple[tuple[float, float], ...]:
        """What is drawn: minutes and figures."""
        return self._points

    @property
    def line(self) -> tuple[float, str] | None:
        """The figure that it is compared with, and what that is called."""
        return self._line

    def show_curve(
        self,
        points: Sequence[tuple[float, float]],
        title: str | None = None,
        line: tuple[float, str] | None = None,
    ) -> None:
        """Show other points."""
        shown = tuple(each for each in points if all(map(math.isfinite, each)))
        title = self._title if title is None else title
        if (shown, line, title) == (self._points, self._line, self._title):
            return
        self._points, self._line, self._title = shown, line, title
        self.setAccessibleName(title)
        self.setAccessibleDescription(f"{shown[-1][1]:.3g}" if shown else self._waiting)
        self.update()

    @property
    def ends(self) -> tuple[float, float, float]:
        """Right end, lowest and highest figure of the axes."""
        figures = [figure for _, figure in self._points]
        if self._line is not None:
            figures.append(self._line[0])
        low, high = min(figures, default=0.0), max(figures, default=1.0)
        spare = 0.08 * (high - low) or 0.5 * abs(high) or 0.5
        last = max((minute for minute, _ in self._points), default=1.0)
        return 1.03 * last, low - spare, high + spare

    @override
    def sizeHint(self) -> QSize:
        return QSize(360, 165)

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(220, 140)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint(painter)

    def _paint(self, painter: QPainter) -> None:
        colours = colours_of(self.palette())
        plot = QRect(_LEFT, _TOP, self.width() - _LEFT - _RIGHT, self.height() - _TOP - _BOTTOM)
        painter.setPen(colours.text)
        title = painter.fontMetrics().elidedText(
            self._title, Qt.TextElideMode.ElideRight, self.width()
        )
        painter.drawText(QRect(0, 0, self.width(), _TOP), Qt.AlignmentFlag.AlignVCenter, title)
        painter.fillRect(plot, colours.lane)
        if not self._points:
            wrapped = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(plot.adjusted(10, 4, -10, -4), wrapped, self._waiting)
            return
        self._paint_grid(painter, plot)
        painter.setClipRect(plot)
        if self._line is not None:
            y = self._place(plot, 0.0, self._line[0]).y()
            painter.setPen(QPen(colours.marker, 1.5, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            above = y - plot.top() > painter.fontMetrics().height() + 4
            top = round(y) - painter.fontMetrics().height() - 2 if above else round(y) + 2
            words = QRect(plot.left() + 6, top, plot.width() - 12, painter.fontMetrics().height())
            painter.drawText(words, Qt.AlignmentFlag.AlignRight, self._line[1])
        painter.setPen(QPen(colours.wave, 1.5))
        places = [self._place(plot, *each) for each in self._points]
        painter.drawPolyline(QPolygonF(places))
        painter.setBrush(colours.wave)
        if len(places) * 3 * _POINT < plot.width():
            for each in places:
                painter.drawEllipse(each, _POINT, _POINT)
        painter.setClipping(False)

    def _paint_grid(self, painter: QPainter, plot: QRect) -> None:
        colours = colours_of(self.palette())
        height = painter.fontMetrics().height()
        last, low, high = self.ends
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for figure in ticks(low, high, plot.height() // _GAP_Y):
            y = round(self._place(plot, 0.0, figure).y())
            painter.setPen(colours.grid)
            painter.drawLine(plot.left(), y, plot.right(), y)
            painter.setPen(colours.text)
            label = QRect(0, y - height // 2, _LEFT - 6, height)
            painter.drawText(label, right, f"{figure:.6g}")
        for minute in ticks(0.0, last, plot.width() // _GAP_X):
            x = round(self._place(plot, minute, low).x())
            painter.setPen(colours.grid)
            painter.drawLine(x, plot.top(), x, plot.bottom())
            painter.setPen(colours.text)
            label = QRect(min(x - 40, self.width() - 80), plot.bottom() + 4, 80, height)
            painter.drawText(label, Qt.AlignmentFlag.AlignHCenter, f"{minute:g} {self._unit}")

    def _place(self, plot: QRect, minute: float, figure: float) -> QPointF:
        last, low, high = self.ends
        return QPointF(
            plot.left() + plot.width() * minute / (last or 1.0),
            plot.bottom() - plot.height() * (figure - low) / (high - low),
        )


def ticks(low: float, high: float, most: int) -> list[float]:
    """Round numbers between two, about as many as there is room for."""
    least = (high - low) / max(1, most)
    if least <= 0.0:
        return []
    power = 10.0 ** math.floor(math.log10(least))
    step = next(power * each for each in (1.0, 2.0, 5.0, 10.0) if power * each >= least)
    first = math.ceil(low / step)
    found = [round(number * step, 12) for number in range(first, math.floor(high / step) + 1)]
    return [each + 0.0 for each in found]
