"""WaveformView: a lane for each channel, from the whole side down to single samples."""

import math

import numpy as np
from PySide6.QtCore import QPoint, QPointF, QRect, QSize, Qt, Slot
from PySide6.QtGui import QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from app import settings as keys
from app.session import Session
from app.views.peak_cache import PeakCache
from app.views.selecting import SelectingView
from app.widgets.level_axis import LEVEL_SCALES, LevelScale, level_ticks
from app.widgets.time_axis import LEFT_AXIS, time_ticks
from app.widgets.wave_picture import CLIPPED_FROM, joined, paint_columns, to_image
from engine.audio import Samples
from engine.channels import picked
from engine.peaks import BASE_SAMPLES, sample_columns
from engine.units import SILENCE_DB, amplitude_to_db, format_time, seconds_to_samples

_LANE_GAP = 4
_LINE_FROM_PIXELS = 1.0
"""Pixels a sample has when columns give way to a line, which takes longer with every point."""
_DOTS_FROM_PIXELS = 4.0
_PEAKS = (0.001, 4.0)
"""Least and largest amplitude at the edge of a lane."""


class WaveformView(SelectingView):
    """Columns of extremes, or a line through samples with dots; clipped samples in red."""

    def __init__(
        self, session: Session, parent: QWidget | None = None, peaks: PeakCache | None = None
    ) -> None:
        self._peaks = peaks or PeakCache(session)
        self._peak = 1.0
        super().__init__(session, parent)
        self.setAccessibleName(self.tr("Waveform"))
        self._state.span_changed.connect(self.redraw)
        self._peaks.changed.connect(self.redraw)
        session.estimates.changed.connect(self.update)
        session.settings.changed.connect(self._on_setting_changed)

    def lanes(self) -> list[LevelScale]:
        """The level scale of each channel, in logical pixels."""
        n_channels = self._peaks.n_channels if self._document is not None else 1
        return self._lanes(n_channels, self.height(), _LANE_GAP)

    def _lanes(self, n_channels: int, height: int, gap: int) -> list[LevelScale]:
        kind = self._session.settings.get(keys.level_scale)
        kind = kind if kind in LEVEL_SCALES else LEVEL_SCALES[0]
        edges = [round(i * (height + gap) / n_channels) for i in range(n_channels + 1)]
        return [
            LevelScale(kind, self._peak, top, max(2, bottom - top - gap))
            for top, bottom in zip(edges[:-1], edges[1:], strict=True)
        ]

    @override
    def paint_picture(self, painter: QPainter) -> None:
        for lane in self.lanes():
            painter.fillRect(
                QRect(self.plot.left(), lane.top, self.plot.width(), lane.height),
                self.colours.lane,
            )
        if self._document is None:
            return
        scale = self.time_scale
        rate = self._document.original.sample_rate
        pixels_per_sample = 1.0 / (scale.seconds_per_pixel * rate)
        start, stop = scale.start_s * rate, scale.stop_s * rate
        samples_per_pixel = 1.0 / pixels_per_sample / self.devicePixelRatioF()
        first = max(0, math.floor(start) - 1)
        excerpt = None
        if samples_per_pixel < BASE_SAMPLES:
            last = min(self._document.original.n_samples, math.ceil(stop) + 2)
            excerpt = self._peaks.excerpt(self._state.monitored, first, last)
        if excerpt is None:
            self._paint_columns(painter, start, stop, None)
        elif pixels_per_sample >= _LINE_FROM_PIXELS:
            self._paint_grid(painter)
            samples = excerpt.samples[:, first - excerpt.start : last - excerpt.start]
            self._paint_line(painter, samples, first, pixels_per_sample)
        else:
            self._paint_columns(
                painter, start - excerpt.start, stop - excerpt.start, excerpt.samples
            )
        self._paint_axis(painter)

    def _paint_columns(
        self, painter: QPainter, start: float, stop: float, samples: Samples | None
    ) -> None:
        plot, ratio, colours = self.plot, self.devicePixelRatioF(), self.colours
        width, height = round(plot.width() * ratio), round(plot.height() * ratio)
        if samples is not None:
            columns = joined(sample_columns(samples, start, stop, width))
        else:
            peaks = self._peaks.peaks(self._state.monitored)
            if peaks is None:
                return
            columns = peaks.entry_columns(start, stop, width)
        pixels = np.full((height, width), colours.background.rgb(), np.uint32)
        lanes = self._lanes(len(columns), height, round(_LANE_GAP * ratio))
        for lane in lanes:
            pixels[lane.top : lane.top + lane.height] = colours.lane.rgb()
            for tick in level_ticks(self._lane_like(lane, ratio)):
                y = int(lane.y_of(tick.value))
                if lane.top < y < lane.top + lane.height:
                    pixels[y] = colours.grid.rgb()
        for tick in time_ticks(self.time_scale):
            x = int((self.time_scale.x_of(tick.value) - plot.left()) * ratio)
            if tick.label and 0 <= x < width:
                pixels[:, x] = colours.grid.rgb()
        paint_columns(pixels, columns, lanes, colours.wave, colours.clipped)
        image = to_image(pixels)
        image.setDevicePixelRatio(ratio)
        painter.drawImage(plot.topLeft(), image)

    @staticmethod
    def _lane_like(lane: LevelScale, ratio: float) -> LevelScale:
        return LevelScale(lane.kind, lane.peak, 0, max(2, round(lane.height / ratio)))

    def _paint_grid(self, painter: QPainter) -> None:
        plot, colours = self.plot, self.colours
        painter.setPen(colours.grid)
        for lane in self.lanes():
            for tick in level_ticks(lane):
                y = int(lane.y_of(tick.value))
                painter.drawLine(plot.left(), y, plot.right(), y)
        for tick in time_ticks(self.time_scale):
            if tick.label:
                x = int(self.time_scale.x_of(tick.value))
                painter.drawLine(x, 0, x, self.height())

    def _paint_line(
        self, painter: QPainter, samples: Samples, first: int, pixels_per_sample: float
    ) -> None:
        """Paint the samples from `first` on as a line, with a dot each where there is room."""
        assert self._document is not None
        colours, scale = self.colours, self.time_scale
        x = scale.x_of(first / self._document.original.sample_rate)
        places = x + np.arange(samples.shape[1]) * pixels_per_sample
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for channel, lane in zip(samples, self.lanes(), strict=True):
            painter.setClipRect(QRect(self.plot.left(), lane.top, self.plot.width(), lane.height))
            y = lane.y_of(channel)
            points = [QPointF(*point) for point in zip(places.tolist(), y.tolist(), strict=True)]
            # any wider line takes a hundred times as long
            painter.setPen(QPen(colours.wave, 1.0))
            painter.drawPolyline(QPolygonF(points))
            is_clipped = np.abs(channel) >= CLIPPED_FROM
            size = 5 if pixels_per_sample >= _DOTS_FROM_PIXELS else 3
            for colour, chosen in ((colours.wave, ~is_clipped), (colours.clipped, is_clipped)):
                if pixels_per_sample >= _DOTS_FROM_PIXELS or colour is colours.clipped:
                    painter.setPen(QPen(colour, size, c=Qt.PenCapStyle.RoundCap))
                    painter.drawPoints(QPolygonF([points[i] for i in np.flatnonzero(chosen)]))
        painter.restore()

    def _paint_axis(self, painter: QPainter) -> None:
        colours = self.colours
        names = self._names()
        height = painter.fontMetrics().height()
        alignment = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for i, lane in enumerate(self.lanes()):
            painter.setPen(colours.text)
            painter.drawText(
                6, int(lane.middle) + height // 3, names[i] if i < len(names) else str(i + 1)
            )
            for tick in level_ticks(lane):
                y = int(lane.y_of(tick.value))
                painter.setPen(colours.grid)
                painter.drawLine(LEFT_AXIS - 5, y, LEFT_AXIS - 1, y)
                # labels of the edges are moved inside the lane
                top = min(max(y - height // 2, lane.top), lane.top + lane.height - height)
                painter.setPen(colours.text)
                painter.drawText(QRect(0, top, LEFT_AXIS - 8, height), alignment, tick.label)

    def _names(self) -> list[str]:
        """What stands beside the lanes; further ones are numbered."""
        left, right = self.tr("L"), self.tr("R")
        of_one = {"left": left, "right": right, "mid": self.tr("Mid"), "side": self.tr("Side")}
        if self._peaks.n_channels == 1:
            return [of_one.get(self._peaks.channels, "")]
        return [left, right]

    def _paint_estimate(self, painter: QPainter) -> None:
        """Paint what the running job has come to over what it works on."""
        estimate = self._session.estimates.latest
        if estimate is None or self._document is None:
            return
        scale, rate = self.time_scale, estimate.audio.sample_rate
        start_s = estimate.start / rate
        left = max(self.plot.left(), math.floor(scale.x_of(start_s)))
        right = min(
            self.plot.right() + 1, math.ceil(scale.x_of(start_s + estimate.audio.duration_s))
        )
        lanes = self.lanes()
        samples = picked(estimate.audio.samples, self._peaks.channels)
        if right <= left or len(lanes) != len(samples):
            return
        start, stop = ((scale.time_at(x) - start_s) * rate for x in (float(left), float(right)))
        columns = joined(sample_columns(samples, start, stop, right - left))
        pixels = np.full((self.height(), right - left), self.colours.lane.rgb(), np.uint32)
        colour = self.colours.estimate
        paint_columns(pixels, columns, lanes, colour, colour)
        painter.drawImage(QPoint(left, 0), to_image(pixels))

    @override
    def paint_overlays(self, painter: QPainter) -> None:
        self._paint_estimate(painter)
        self.paint_marks(painter)
        self.paint_selection(painter)

    @override
    def readout(self, position: QPoint) -> str:
        assert self._document is not None
        time_s = self.time_at(position.x())
        sample = seconds_to_samples(time_s, self._document.original.sample_rate)
        parts = [format_time(time_s), self.tr("sample %1").replace("%1", f"{sample}")]
        lanes = [x for x in self.lanes() if x.top <= position.y() < x.top + x.height]
        if lanes:
            level_db = amplitude_to_db(abs(lanes[0].amplitude_at(position.y())))
            parts.append(f"{level_db:.1f} dBFS" if level_db > SILENCE_DB else "−∞ dBFS")
        return "   ".join(parts)

    @override
    def zoom_axis(self, y: float, factor: float) -> None:
        """Zoom amplitudes; silence stays in the middle of its lane."""
        self._peak = min(max(self._peak * factor, _PEAKS[0]), _PEAKS[1])
        self.redraw()

    @override
    def sizeHint(self) -> QSize:
        return QSize(800, 220)

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(LEFT_AXIS + 100, 60)

    @Slot(str)
    def _on_setting_changed(self, key: str) -> None:
        if key == keys.level_scale.key:
            self.redraw()
