"""A drawn selection as pictures to be laid over another one.

They are strips of STRIP pixels on a grid in time, so that panning moves them and makes only what
comes into sight. After a zoom those from before stand in, stretched, while they are made anew.

Shapes:
    selected   (row column), boolean: one per pixel, row 0 at the top
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from time import perf_counter

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from app.widgets.frequency_axis import FrequencyScale
from app.widgets.time_axis import TimeScale
from engine.shape import Shape

LIGHT, DARK = QColor(255, 255, 255), QColor(0, 0, 0, 190)
STRIP = 128
"""Width of a strip in pixels; with _RIM a whole number of them on screens of any usual ratio."""
_RIM = 4
"""Pixels around a strip that are looked at for its edges."""
_TURN_S = 0.004
"""How long strips may be made within one frame, once there is something to be seen."""
_MOST_STRIPS = 64


@dataclass(frozen=True, eq=False)
class _Strips:
    """Strips at one zoom, by their places: strip 0 begins at the first sample."""

    per_pixel_s: float
    band: FrequencyScale
    images: dict[int, QImage] = field(default_factory=dict)

    def fits(self, time: TimeScale, band: FrequencyScale) -> bool:
        """Whether they are of this zoom; panning changes the last digits of a span."""
        is_as_wide = math.isclose(self.per_pixel_s, time.seconds_per_pixel, rel_tol=1e-9)
        return is_as_wide and self.band == band


class ShapePictures:
    """Paints a drawn selection from strips that are kept."""

    def __init__(self) -> None:
        self._of: tuple[Shape, int, float] | None = None
        self._strips: _Strips | None = None
        self._before: _Strips | None = None

    def paint(
        self,
        painter: QPainter,
        shape: Shape,
        time: TimeScale,
        band: FrequencyScale,
        span_s: tuple[float, float],
        fill: QColor,
    ) -> bool:
        """Paint what is visible.

        Args:
            painter: of a view, clipped to its plot.
            shape: what is selected.
            time: the scale of times.
            band: the scale of frequencies.
            span_s: from when to when anything is selected.
            fill: the tint.

        Returns:
            Whether that is all there is to be seen; if not, it is to be painted again soon.
        """
        ratio = painter.device().devicePixelRatioF()
        strips = self._begin((shape, fill.rgba(), ratio), time, band)
        wanted = list(_visible(time, span_s))
        missing = [place for place in wanted if place not in strips.images]
        is_first, until_s = len(missing) == len(wanted), perf_counter() + _TURN_S
        is_first &= self._before is None
        while missing and (is_first or perf_counter() < until_s):
            place = missing.pop(0)
            strips.images[place] = _strip(shape, place, strips, fill, ratio)
        x_of = _columns(time)
        for place in wanted:
            if place in strips.images:
                painter.drawImage(x_of(place), band.top, strips.images[place])
        if self._before is not None:
            for place in missing:
                hole = QRect(x_of(place), band.top, STRIP, band.height)
                _stretch(painter, self._before, time, band, hole)
        self._forget(wanted, is_whole=not missing)
        return not missing

    def _begin(
        self, of: tuple[Shape, int, float], time: TimeScale, band: FrequencyScale
    ) -> _Strips:
        """The strips to paint from; those of another zoom become what stands in."""
        if of != self._of:
            self._of, self._strips, self._before = of, None, None
        if self._strips is None or not self._strips.fits(time, band):
            if self._strips is not None and self._strips.images:
                self._before = self._strips
            self._strips = _Strips(time.seconds_per_pixel, band)
        return self._strips

    def _forget(self, wanted: list[int], *, is_whole: bool) -> None:
        assert self._strips is not None
        if is_whole:
            self._before = None
        if len(self._strips.images) > _MOST_STRIPS:
            kept = {place: self._strips.images[place] for place in wanted}
            self._strips.images.clear()
            self._strips.images.update(kept)


def _visible(time: TimeScale, span_s: tuple[float, float]) -> Iterator[int]:
    """Places of the strips in which anything visible is selected."""
    strip_s, rim_s = STRIP * time.seconds_per_pixel, 2 * time.seconds_per_pixel
    start_s, stop_s = max(time.start_s, span_s[0] - rim_s), min(time.stop_s, span_s[1] + rim_s)
    yield from range(math.floor(start_s / strip_s), math.ceil(stop_s / strip_s))


def _columns(time: TimeScale) -> Callable[[int], int]:
    """Where a strip begins: whole pixels, the same distance from one to the next."""
    first = math.floor(time.start_s / (STRIP * time.seconds_per_pixel))
    left = round(time.x_of(first * STRIP * time.seconds_per_pixel))
    return lambda place: left + STRIP * (place - first)


def _strip(shape: Shape, place: int, strips: _Strips, fill: QColor, ratio: float) -> QImage:
    per_pixel_s, left = strips.per_pixel_s, place * STRIP - _RIM
    width = STRIP + 2 * _RIM
    start_s, stop_s = left * per_pixel_s, (left + width) * per_pixel_s
    near = tuple(
        stroke
        for stroke in shape.strokes
        if stroke.span_s[0] <= stop_s and stroke.span_s[1] >= start_s
    )
    time = TimeScale(0.0, per_pixel_s, 0, 1)
    image = shape_picture(Shape(near), time, strips.band, left, width, fill, ratio)
    rim = round(_RIM * ratio)
    inner = image.copy(QRect(rim, 0, round(STRIP * ratio), image.height()))
    inner.setDevicePixelRatio(ratio)
    return inner


def _stretch(
    painter: QPainter, before: _Strips, time: TimeScale, band: FrequencyScale, hole: QRect
) -> None:
    """Fill a hole with what strips of another zoom have there."""
    if before.band.kind != band.kind:
        return
    y0, y1 = band.y_of(before.band.high_hz), band.y_of(before.band.low_hz)
    painter.save()
    painter.setClipRect(hole, Qt.ClipOperation.IntersectClip)
    strip_s = STRIP * before.per_pixel_s
    for place, image in before.images.items():
        x0, x1 = time.x_of(place * strip_s), time.x_of((place + 1) * strip_s)
        if x1 > hole.left() and x0 < hole.left() + hole.width():
            painter.drawImage(QRectF(x0, y0, x1 - x0, y1 - y0), image)
    painter.restore()


def shape_picture(
    shape: Shape,
    time: TimeScale,
    band: FrequencyScale,
    left: int,
    width: int,
    fill: QColor,
    ratio: float = 1.0,
) -> QImage:
    """What a shape selects in `width` columns from pixel `left` on: a tint with a light rim.

    The rim is light inside a dark one, so that it is seen on any picture. A picture for a fine
    screen has `ratio` times the columns and rows.
    """
    n_columns, n_rows = round(width * ratio), round(band.height * ratio)
    time_s = np.array([time.time_at(left + (x + 0.5) / ratio) for x in range(n_columns)])
    hz = np.array([band.hz_at(band.top + (y + 0.5) / ratio) for y in range(n_rows)])
    selected = shape.selected(time_s, hz)
    inner, outer = selected, selected
    for _ in range(max(1, round(ratio))):
        inner, outer = ~_grown(~inner), _grown(outer)
    pixels = np.zeros(selected.shape, np.uint32)
    pixels[selected] = _premultiplied(fill)
    pixels[selected & ~inner] = _premultiplied(LIGHT)
    pixels[outer & ~selected] = _premultiplied(DARK)
    image = QImage(
        pixels.data, n_columns, n_rows, 4 * n_columns, QImage.Format.Format_ARGB32_Premultiplied
    ).copy()  # its own memory, as `pixels` goes
    image.setDevicePixelRatio(ratio)
    return image


def _grown(selected: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """What is selected and its four neighbours."""
    grown = selected.copy()
    grown[1:] |= selected[:-1]
    grown[:-1] |= selected[1:]
    grown[:, 1:] |= selected[:, :-1]
    grown[:, :-1] |= selected[:, 1:]
    return grown


def _premultiplied(colour: QColor) -> int:
    alpha = colour.alpha()
    parts = (colour.red(), colour.green(), colour.blue())
    red, green, blue = (value * alpha // 255 for value in parts)
    return alpha << 24 | red << 16 | green << 8 | blue
