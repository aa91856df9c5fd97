"""Spectrum plot: levels in dB over frequency on a log axis, with a read-out; knows no session."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from app.widgets.colours import colours_of, paint_ring
from app.widgets.frequency_axis import FrequencyScale, frequency_ticks, note_name, with_unit
from app.widgets.spoken import Canvas, Speaker
from engine.average_spectrum import Spectrum

LOWEST_HZ = 20.0
RANGE_DB = 120.0
"""The plot goes at most this far down from its top."""
_STEP_DB = 20.0
_LEFT, _RIGHT, _BOTTOM, _TOP = 44, 10, 20, 8
_TICK_GAP = 44


@dataclass(frozen=True, eq=False)
class Curve:
    """A spectrum with its name, colour and line."""

    name: str
    spectrum: Spectrum
    colour: QColor
    line: Qt.PenStyle = Qt.PenStyle.SolidLine


class SpectrumPlot(Canvas):
    """Curves; what lies under the pointer, or under a line that Left and Right move, is told."""

    told = Signal(str)
    """Frequency, note and levels; empty once the pointer has left."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = ""
        self._speaker = Speaker(self)
        self._curves: Sequence[Curve] = ()
        self._band: tuple[float, float] | None = None
        self._at_hz: float | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Average spectrum"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    @property
    def curves(self) -> Sequence[Curve]:
        """What is shown."""
        return self._curves

    @property
    def band_scale(self) -> FrequencyScale:
        """Hertz to pixels from the right edge of the plot."""
        width = max(1, self.width() - _LEFT - _RIGHT)
        return FrequencyScale("log", LOWEST_HZ, self._highest_hz, 0, width)

    @property
    def ends_db(self) -> tuple[float, float]:
        """Lowest and highest level of the plot, whole numbers of steps."""
        heard = [c.spectrum.level_db[c.spectrum.bins_hz >= LOWEST_HZ] for c in self._curves]
        every = np.concatenate(heard) if heard else np.array([-_STEP_DB])
        highest = _STEP_DB * math.ceil(float(every.max()) / _STEP_DB)
        lowest = _STEP_DB * math.floor(float(every.min()) / _STEP_DB)
        return max(lowest, highest - RANGE_DB), max(highest, lowest + _STEP_DB)

    def show_curves(self, curves: Sequence[Curve], band: tuple[float, float] | None = None) -> None:
        """Show curves, and a band in Hz that is selected."""
        self._curves, self._band = tuple(curves), band
        self._tell()
        self.update()

    def x_of(self, hz: float) -> float:
        """Pixel of a frequency."""
        return self.width() - _RIGHT - self.band_scale.y_of(hz)

    def hz_at(self, x: float) -> float:
        """Frequency of a pixel."""
        return self.band_scale.hz_at(self.width() - _RIGHT - x)

    def y_of(self, level_db: NDArray[np.float32] | float) -> NDArray[np.float64]:
        """Pixels of levels."""
        low, high = self.ends_db
        height = self.height() - _TOP - _BOTTOM
        return _TOP + height * (high - np.asarray(level_db, np.float64)) / (high - low)

    def readout(self, hz: float) -> str:
        """What the curves say at a frequency."""
        parts = [f"{hz:.0f} Hz" if hz >= 100 else f"{hz:.1f} Hz", note_name(hz)]
        for curve in self._curves:
            level_db = np.interp(hz, curve.spectrum.bins_hz, curve.spectrum.level_db)
            parts.append(f"{curve.name} {level_db:.1f} dB")
        return "   ".join(parts)

    @property
    def _highest_hz(self) -> float:
        ends = [float(curve.spectrum.bins_hz[-1]) for curve in self._curves]
        return max(ends, default=20_000.0)

    def _point(self, hz: float | None) -> None:
        """Move the line, or take it away."""
        self._at_hz = None if hz is None else min(max(hz, LOWEST_HZ), self._highest_hz)
        self._tell()
        self.update()

    def _tell(self) -> None:
        words = "" if self._at_hz is None or not self._curves else self.readout(self._at_hz)
        self._words = words
        self._speaker.change()
        self.told.emit(words)

    @override
    def spoken(self) -> tuple[str, ...]:
        return (self._words,) if self._words else ()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            self._paint(painter)

    def _paint(self, painter: QPainter) -> None:
        colours = colours_of(self.palette())
        plot = QRect(_LEFT, _TOP, self.width() - _LEFT - _RIGHT, self.height() - _TOP - _BOTTOM)
        painter.fillRect(self.rect(), colours.background)
        painter.fillRect(plot, colours.lane)
        self._paint_grid(painter, plot)
        painter.setClipRect(plot)
        if self._band is not None:
            low, high = (round(self.x_of(max(hz, LOWEST_HZ))) for hz in self._band)
            painter.fillRect(low, plot.top(), high - low, plot.height(), colours.selection_fill)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for curve in self._curves:
            # any wider line takes a hundred times as long
            painter.setPen(QPen(curve.colour, 1.0, curve.line))
            painter.drawPolyline(self._polygon(curve.spectrum, plot))
        if self._at_hz is not None:
            painter.setPen(QPen(colours.playhead, 1))
            x = self.x_of(self._at_hz)
            painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()))
        painter.setClipping(False)
        if self.hasFocus():
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            paint_ring(painter, self.rect(), colours.focus)

    def _polygon(self, spectrum: Spectrum, plot: QRect) -> QPolygonF:
        """One point for each pixel: the mean of the bins in it, or what lies between two bins."""
        x = np.arange(plot.left(), plot.right() + 2)
        octaves = np.log2(self._highest_hz / LOWEST_HZ)
        edges_hz = LOWEST_HZ * np.exp2(octaves * (x - plot.left()) / plot.width())
        level_db = column_levels(spectrum, edges_hz)
        points = zip((x[:-1] + 0.5).tolist(), self.y_of(level_db).tolist(), strict=True)
        return QPolygonF([QPointF(*point) for point in points])

    def _paint_grid(self, painter: QPainter, plot: QRect) -> None:
        colours = colours_of(self.palette())
        height = painter.fontMetrics().height()
        low, high = self.ends_db
        ticks = frequency_ticks(self.band_scale, _TICK_GAP)
        last = max(ticks, key=lambda tick: tick.value, default=None)
        for tick in ticks:
            x = round(self.x_of(tick.value))
            painter.setPen(colours.grid)
            painter.drawLine(x, plot.top(), x, plot.bottom())
            painter.setPen(colours.text)
            label = QRect(min(x - 30, self.width() - 60), self.height() - _BOTTOM + 2, 60, height)
            words = with_unit(tick.label) if tick is last else tick.label
            painter.drawText(label, Qt.AlignmentFlag.AlignHCenter, words)
        alignment = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        free_from = -height
        for step in range(round((high - low) / _STEP_DB) + 1):
            level_db = high - step * _STEP_DB
            y = round(float(self.y_of(level_db)))
            painter.setPen(colours.grid)
            painter.drawLine(plot.left(), y, plot.right(), y)
            top = min(max(y - height // 2, 0), self.height() - _BOTTOM - height // 2)
            if top >= free_from:
                free_from = top + height
                painter.setPen(colours.text)
                label = QRect(0, top, _LEFT - 6, height)
                painter.drawText(label, alignment, f"{level_db:.0f}")

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._point(self.hz_at(event.position().x()))

    @override
    def leaveEvent(self, event: QEvent) -> None:
        self._point(None)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        if event.key() not in steps:
            super().keyPressEvent(event)
            return
        pixels = steps[Qt.Key(event.key())]
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            pixels *= 10
        at_hz = 1000.0 if self._at_hz is None else self._at_hz
        self._point(self.hz_at(self.x_of(at_hz) + pixels))

    @override
    def sizeHint(self) -> QSize:
        return QSize(400, 160)

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(160, 90)


def column_levels(spectrum: Spectrum, edges_hz: NDArray[np.float64]) -> NDArray[np.float32]:
    """Levels between neighbouring edges: of the mean power there, or between two bins."""
    place = np.interp(edges_hz, spectrum.bins_hz, np.arange(len(spectrum.bins_hz)))
    middle = 0.5 * (place[:-1] + place[1:])
    level_db = np.interp(middle, np.arange(len(spectrum.level_db)), spectrum.level_db)
    first = np.ceil(place[:-1]).astype(np.intp)
    stop = np.ceil(place[1:]).astype(np.intp)
    sums = np.concatenate([[0.0], np.cumsum(10.0 ** (spectrum.level_db.astype(np.float64) / 10.0))])
    several = stop - first >= 2
    power = (sums[stop[several]] - sums[first[several]]) / (stop - first)[several]
    level_db[several] = 10.0 * np.log10(np.maximum(power, 1e-30))
    levels: NDArray[np.float32] = level_db.astype(np.float32)
    return levels
