"""Shape: what a selection is drawn as, a row of boxes, lassos and brush strokes that add or take.

A shape answers for any points of time and frequency whether they are selected; how finely it is
asked is up to who asks. Lines run straight over seconds and octaves.

Shapes:
    points     ((s, hz), ...)
    selected   (bin frame), boolean
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from engine.errors import SettingsError

BOX, LASSO, BRUSH = "box", "lasso", "brush"
ALL_HZ = 1e6
"""A box from 0 to this takes all frequencies."""
LOWEST_HZ = 1.0
"""Lower frequencies count as this where octaves are counted."""
MOST_POINTS = 20_000

Grid = NDArray[np.bool_]
Points = tuple[tuple[float, float], ...]
Bands = tuple[tuple[float, float], ...]


@dataclass(frozen=True, order=True)
class Stroke:
    """One mark of a tool.

    Attributes:
        tool: box (two opposite corners), lasso (the vertices of an area that closes itself) or
            brush (the way of its centre).
        points: (s, hz), rising in no particular order.
        adds: whether it selects, or takes from what is selected.
        radius_s, radius_octaves: half the width and half the height of the brush.
    """

    tool: str
    points: Points
    adds: bool = True
    radius_s: float = 0.0
    radius_octaves: float = 0.0

    def __post_init__(self) -> None:
        least = {BOX: 2, LASSO: 3, BRUSH: 1}
        if self.tool not in least:
            raise SettingsError(f"'{self.tool}' is no tool; there are box, lasso and brush")
        count = len(self.points)
        if not least[self.tool] <= count <= (2 if self.tool == BOX else MOST_POINTS):
            raise SettingsError(f"{count} points make no {self.tool}")
        numbers = np.array([*self.points, (self.radius_s, self.radius_octaves)], np.float64)
        if not np.isfinite(numbers).all():
            raise SettingsError(f"a {self.tool} has a point that is not a number")
        if self.tool == BRUSH and min(self.radius_s, self.radius_octaves) <= 0.0:
            raise SettingsError("a brush has a width and a height above 0")

    @cached_property
    def _at(self) -> NDArray[np.float64]:
        """Its points (point 2) in seconds and octaves above 1 Hz."""
        at = np.array(self.points, np.float64)
        at[:, 1] = octaves(at[:, 1])
        return at

    @cached_property
    def span_s(self) -> tuple[float, float]:
        """From when to when it reaches."""
        times = [point[0] for point in self.points]
        return min(times) - self.radius_s, max(times) + self.radius_s

    @cached_property
    def band_hz(self) -> tuple[float, float]:
        """From which to which frequency it reaches."""
        heights = [point[1] for point in self.points]
        grown = 2.0**self.radius_octaves
        return min(heights) / grown, max(heights) * grown

    def moved(self, seconds: float) -> "Stroke":
        """The same mark so much later."""
        return replace(self, points=tuple((at + seconds, hz) for at, hz in self.points))

    def scaled(self, factor: float) -> "Stroke":
        """The same mark on a recording `factor` times as long."""
        points = tuple((factor * at, hz) for at, hz in self.points)
        return replace(self, points=points, radius_s=factor * self.radius_s)

    def covers(self, time_s: NDArray[np.float64], hz: NDArray[np.float64]) -> Grid:
        """Whether it covers times (frame) and frequencies (bin), as (bin frame)."""
        if self.tool == BOX:
            (low_s, high_s), (low_hz, high_hz) = self.span_s, self.band_hz
            is_in_band = (hz >= low_hz) & (hz < high_hz)
            return is_in_band[:, None] & ((time_s >= low_s) & (time_s < high_s))
        covered = np.zeros((len(hz), len(time_s)), bool)
        rows = np.flatnonzero((hz >= self.band_hz[0]) & (hz <= self.band_hz[1]))
        columns = np.flatnonzero((time_s >= self.span_s[0]) & (time_s <= self.span_s[1]))
        if not len(rows) or not len(columns):
            return covered
        cover = _wound if self.tool == LASSO else self._brushed
        covered[np.ix_(rows, columns)] = cover(self._at, time_s[columns], octaves(hz[rows]))
        return covered

    def _brushed(
        self, way: NDArray[np.float64], time_s: NDArray[np.float64], height: NDArray[np.float64]
    ) -> Grid:
        """Whether points are at most a radius from a way."""
        radius = np.array([self.radius_s, self.radius_octaves])
        x, y, nodes = time_s / radius[0], height / radius[1], way / radius
        near = np.zeros((len(y), len(x)), bool)
        for first, last in zip(nodes, [*nodes[1:], nodes[-1]], strict=True):
            low, high = np.minimum(first, last) - 1.0, np.maximum(first, last) + 1.0
            rows, columns = _within(y, low[1], high[1]), _within(x, low[0], high[0])
            step = last - first
            from_x, from_y = x[columns] - first[0], (y[rows] - first[1])[:, None]
            along = (from_x * step[0] + from_y * step[1]) / max(float(step @ step), 1e-30)
            along = np.clip(along, 0.0, 1.0)
            distance = (from_x - along * step[0]) ** 2 + (from_y - along * step[1]) ** 2
            near[rows, columns] |= distance <= 1.0
        return near


@dataclass(frozen=True, order=True)
class Shape:
    """Strokes in the order they were made; later ones win. Without strokes it is no shape."""

    strokes: tuple[Stroke, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.strokes)

    def selected(self, time_s: NDArray[np.float64], hz: NDArray[np.float64]) -> Grid:
        """Whether times (frame) and frequencies (bin) are selected, as (bin frame)."""
        selected = np.zeros((len(hz), len(time_s)), bool)
        for stroke in self.strokes:
            covered = stroke.covers(time_s, hz)
            if stroke.adds:
                selected |= covered
            else:
                selected &= ~covered
        return selected

    def moved(self, seconds: float) -> "Shape":
        """The same shape so much later."""
        return Shape(tuple(stroke.moved(seconds) for stroke in self.strokes))

    def scaled(self, factor: float) -> "Shape":
        """The same shape on a recording `factor` times as long."""
        return Shape(tuple(stroke.scaled(factor) for stroke in self.strokes))

    def inverted(self, duration_s: float) -> "Shape":
        """All of a recording but this."""
        others = (replace(stroke, adds=not stroke.adds) for stroke in self.strokes)
        return Shape((Stroke(BOX, ((0.0, 0.0), (duration_s, ALL_HZ))), *others))

    def pieces(self) -> tuple[tuple[float, float, Bands | None], ...]:
        """Cut at all edges in time: (start, stop, bands), rising, without those that hold nothing.

        Bands are those selected all the way from start to stop; None where a lasso or a brush
        makes it more than that. Neighbours of equal bands are one piece.
        """
        edges = sorted({edge for stroke in self.strokes for edge in stroke.span_s})
        found: list[tuple[float, float, Bands | None]] = []
        for start, stop in zip(edges[:-1], edges[1:], strict=True):
            bands = self._bands(start, stop)
            if bands == ():
                continue
            if found and found[-1][1] == start and found[-1][2] == bands:
                found[-1] = (found[-1][0], stop, bands)
            else:
                found.append((start, stop, bands))
        return tuple(found)

    def _bands(self, start_s: float, stop_s: float) -> Bands | None:
        """What is selected between neighbouring edges; None where that is no row of bands."""
        bands: Bands = ()
        is_drawn = False
        for stroke in self.strokes:
            first, last = stroke.span_s
            if last <= start_s or first >= stop_s:
                continue
            if stroke.tool != BOX:
                is_drawn = is_drawn or stroke.adds or bool(bands)
            elif stroke.adds:
                bands = _joined((*bands, stroke.band_hz))
            else:
                bands = _without(bands, stroke.band_hz)
                is_all = stroke.band_hz[0] <= 0.0 and stroke.band_hz[1] >= ALL_HZ
                is_drawn = is_drawn and not is_all
        return None if is_drawn else bands


def octaves(hz: NDArray[np.float64]) -> NDArray[np.float64]:
    """Frequencies as octaves above 1 Hz."""
    return np.log2(np.maximum(hz, LOWEST_HZ))


def _within(values: NDArray[np.float64], low: float, high: float) -> slice:
    """From the first to the last of some values that lie in [low, high]."""
    found = np.flatnonzero((values >= low) & (values <= high))
    return slice(int(found[0]), int(found[-1]) + 1) if len(found) else slice(0, 0)


def _wound(
    area: NDArray[np.float64], time_s: NDArray[np.float64], height: NDArray[np.float64]
) -> Grid:
    """Whether an area (point 2) winds around points: also where its rim crosses itself."""
    ends = np.roll(area, -1, axis=0)
    inside = np.zeros((len(height), len(time_s)), bool)
    for row, at in enumerate(height):
        rises = (area[:, 1] <= at) & (ends[:, 1] > at)
        falls = (area[:, 1] > at) & (ends[:, 1] <= at)
        crosses = np.flatnonzero(rises | falls)
        if not len(crosses):
            continue
        a, b = area[crosses], ends[crosses]
        x = a[:, 0] + (at - a[:, 1]) / (b[:, 1] - a[:, 1]) * (b[:, 0] - a[:, 0])
        order = np.argsort(x, kind="stable")
        turns = np.concatenate(([0], np.cumsum(np.where(rises[crosses], 1, -1)[order])))
        inside[row] = turns[np.searchsorted(x[order], time_s, side="right")] != 0
    return inside


def _joined(bands: Sequence[tuple[float, float]]) -> Bands:
    """Bands, rising, those that touch as one."""
    found: list[tuple[float, float]] = []
    for low, high in sorted(bands):
        if found and low <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], high))
        else:
            found.append((low, high))
    return tuple(found)


def _without(bands: Bands, taken: tuple[float, float]) -> Bands:
    """Bands less one of them."""
    low, high = taken
    cut = [
        part
        for band in bands
        for part in ((band[0], min(band[1], low)), (max(band[0], high), band[1]))
    ]
    return tuple(band for band in cut if band[0] < band[1])
