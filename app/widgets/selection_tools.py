"""Tools of the selection: what a drag draws, and how it joins what is selected already."""

import math
from collections.abc import Sequence
from dataclasses import replace
from enum import Enum, StrEnum

from PySide6.QtCore import QPoint, Qt

from app.widgets.frequency_axis import FrequencyScale
from app.widgets.time_axis import TimeScale
from engine.region import Region
from engine.shape import ALL_HZ, BOX, BRUSH, LASSO, Shape, Stroke

BRUSH_SIZES = (12, 24, 48, 96)
"""Diameters in pixels."""
_CLOSEST = 2
"""Pixels from one kept point of a way to the next."""


class Tool(StrEnum):
    """What a drag draws in a view with a frequency axis; one of time alone draws spans."""

    BOX = "box"
    TIME = "time"
    BAND = "band"
    LASSO = "lasso"
    BRUSH = "brush"

    @property
    def draws(self) -> bool:
        """Whether it draws a way of many points."""
        return self in (Tool.LASSO, Tool.BRUSH)


class Joining(Enum):
    """How something drawn joins the selection."""

    NEW = "new"
    ADD = "add"
    TAKE = "take"


def joining_of(modifiers: Qt.KeyboardModifier) -> Joining:
    """Ctrl adds; Alt, or Ctrl with Shift where Alt moves windows, takes away."""
    is_shift = bool(modifiers & Qt.KeyboardModifier.ShiftModifier)
    if modifiers & Qt.KeyboardModifier.AltModifier:
        return Joining.TAKE
    if modifiers & Qt.KeyboardModifier.ControlModifier:
        return Joining.TAKE if is_shift else Joining.ADD
    return Joining.NEW


def thinned(way: Sequence[QPoint]) -> list[QPoint]:
    """A way without points that lie on top of one another."""
    kept = [way[0]]
    for point in way[1:]:
        if (point - kept[-1]).manhattanLength() >= _CLOSEST:
            kept.append(point)
    return kept


def way_stroke(
    tool: Tool, way: Sequence[QPoint], time: TimeScale, band: FrequencyScale, brush_size: int
) -> Stroke | None:
    """The stroke of a lasso or a brush along pixels; None for a lasso without an area.

    On an axis that is not logarithmic a brush is as high everywhere as where it began.
    """
    points = tuple(
        (round(max(0.0, time.time_at(p.x())), 6), round(_hz(band, p.y()), 3)) for p in thinned(way)
    )
    if tool is Tool.LASSO:
        return Stroke(LASSO, points) if len(points) > 2 else None
    radius = brush_size / 2
    y = min(max(way[0].y(), band.top + radius), band.top + band.height - radius)
    low, high = (_hz(band, y + sign * radius) for sign in (1, -1))
    octaves = 0.5 * (_octave(high) - _octave(low))
    return Stroke(BRUSH, points, True, radius * time.seconds_per_pixel, max(octaves, 1e-3))


def region_stroke(region: Region) -> Stroke:
    """A span or a box as a stroke."""
    low, high = region.low_hz or 0.0, region.high_hz or ALL_HZ
    return Stroke(BOX, ((region.start_s, low), (region.stop_s, high)))


def joined(
    before: Region | None, drawn: Stroke, how: Joining, duration_s: float, nyquist_hz: float
) -> Region | None:
    """What is selected once something was drawn; None if nothing is left."""
    strokes: tuple[Stroke, ...] = ()
    if before is not None and how is not Joining.NEW:
        strokes = before.shape.strokes or (region_stroke(before),)
    shape = Shape((*strokes, replace(drawn, adds=how is not Joining.TAKE)))
    return Region.drawn(shape, duration_s, nyquist_hz)


def inverted(region: Region, duration_s: float, nyquist_hz: float) -> Region | None:
    """All of the recording that is not selected; None if everything is."""
    shape = region.shape or Shape((region_stroke(region),))
    return Region.drawn(shape.inverted(duration_s), duration_s, nyquist_hz)


def _hz(band: FrequencyScale, y: float) -> float:
    return band.hz_at(min(max(y, band.top), band.top + band.height))


def _octave(hz: float) -> float:
    return math.log2(max(hz, 1.0))
