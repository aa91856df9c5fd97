"""The selection as geometry: its handles, which edge lies under the pointer, what a drag makes."""

from dataclasses import dataclass, replace
from enum import IntFlag

from app.widgets.frequency_axis import FrequencyScale
from app.widgets.time_axis import TimeScale
from engine.region import Region

GRIP = 5
"""How near to an edge, in pixels, the pointer takes hold of it."""
DRAG_THRESHOLD = 4
"""Pixels the pointer moves before a press becomes a drag."""
CENTRE = 7
"""How near to the handle in the middle, in pixels, the pointer takes hold of the whole."""
_LOWEST_HZ = 10.0
_ROOM = 40
"""An edge at least as long, in pixels, has a handle in its middle."""


class Edge(IntFlag):
    """Edges of a selection; two of them make a corner, all of them move the whole."""

    NONE = 0
    START = 1
    STOP = 2
    LOW = 4
    HIGH = 8
    ALL = 15


@dataclass(frozen=True)
class PixelBox:
    """What of a selection is to be seen: pixels [x0, x1] by [y0, y1]; a span is as high as it."""

    x0: float
    x1: float
    y0: float
    y1: float
    has_band: bool

    @property
    def centre(self) -> tuple[float, float] | None:
        """Where the handle of the whole is; None where the box is too small for it."""
        has_room = min(self.x1 - self.x0, self.y1 - self.y0) >= _ROOM
        return (0.5 * (self.x0 + self.x1), 0.5 * (self.y0 + self.y1)) if has_room else None

    @property
    def handles(self) -> list[tuple[float, float]]:
        """The corners of a box, and the middles of its edges where those are long enough."""
        middle_x, middle_y = 0.5 * (self.x0 + self.x1), 0.5 * (self.y0 + self.y1)
        sides = [(self.x0, middle_y), (self.x1, middle_y)]
        if not self.has_band:
            return sides
        found = [(x, y) for x in (self.x0, self.x1) for y in (self.y0, self.y1)]
        found += sides if self.y1 - self.y0 >= _ROOM else []
        across = [(middle_x, self.y0), (middle_x, self.y1)]
        return found + across if self.x1 - self.x0 >= _ROOM else found

    def is_centre(self, x: float, y: float) -> bool:
        """Whether a pixel lies on the handle of the whole."""
        centre = self.centre
        return centre is not None and max(abs(x - centre[0]), abs(y - centre[1])) <= CENTRE

    def has(self, x: float, y: float) -> bool:
        """Whether a pixel lies inside, or so near that it takes hold of an edge."""
        is_in_time = self.x0 - GRIP <= x <= self.x1 + GRIP
        return is_in_time and self.y0 - GRIP <= y <= self.y1 + GRIP


def seen_box(
    region: Region, time: TimeScale, band: FrequencyScale | None, height: int
) -> PixelBox | None:
    """What of a selection is to be seen in a view; None if nothing is.

    Args:
        region: what is selected.
        time: the scale it is drawn on.
        band: the scale of its band; None where a view shows time alone.
        height: of the view, in pixels.
    """
    left, right = time.left, time.left + time.width
    x0, x1 = max(left, time.x_of(region.start_s)), min(right, time.x_of(region.stop_s))
    y0, y1 = 0.0, float(height)
    has_band = band is not None and region.low_hz is not None and region.high_hz is not None
    if band is not None and region.low_hz is not None and region.high_hz is not None:
        y0, y1 = max(y0, band.y_of(region.high_hz)), min(y1, band.y_of(region.low_hz))
    return PixelBox(x0, x1, y0, y1, has_band) if x0 <= x1 and y0 <= y1 else None


def edge_at(
    region: Region, time: TimeScale, band: FrequencyScale | None, x: float, y: float
) -> Edge:
    """The edge or corner of a selection that can be taken hold of at a pixel.

    Args:
        region: what is selected.
        time: the scale it is drawn on.
        band: the scale of its band; None where a view shows time alone.
        x: pixel of the pointer.
        y: likewise.
    """
    x0, x1 = time.x_of(region.start_s), time.x_of(region.stop_s)
    found = Edge.NONE
    if min(abs(x - x0), abs(x - x1)) <= GRIP:
        found |= Edge.START if abs(x - x0) <= abs(x - x1) else Edge.STOP
    if band is None or region.low_hz is None or region.high_hz is None:
        return found
    y0, y1 = band.y_of(region.high_hz), band.y_of(region.low_hz)
    if not (x0 - GRIP <= x <= x1 + GRIP and y0 - GRIP <= y <= y1 + GRIP):
        return Edge.NONE
    if min(abs(y - y0), abs(y - y1)) <= GRIP:
        found |= Edge.HIGH if abs(y - y0) <= abs(y - y1) else Edge.LOW
    return found


def spanned(
    first: tuple[float, float | None], second: tuple[float, float | None], duration_s: float
) -> Region | None:
    """The region between two points (time, frequency or None); None if it has no length."""
    start, stop = sorted((first[0], second[0]))
    start, stop = max(0.0, start), min(duration_s, stop)
    if start >= stop:
        return None
    if first[1] is None or second[1] is None or first[1] == second[1]:
        return Region(start, stop)
    low, high = sorted((first[1], second[1]))
    return Region(start, stop, max(0.0, low), high) if high > 0.0 else Region(start, stop)


def opposite(
    region: Region, edge: Edge, time_s: float, hz: float | None
) -> tuple[float, float | None]:
    """The corner that stays where it is while an edge is dragged."""
    if edge & (Edge.START | Edge.STOP):
        time_s = region.stop_s if edge & Edge.START else region.start_s
    if edge & (Edge.LOW | Edge.HIGH):
        hz = region.high_hz if edge & Edge.LOW else region.low_hz
    return time_s, hz


def dragged(
    region: Region, edge: Edge, time_s: float, hz: float | None, duration_s: float
) -> Region | None:
    """The selection with an edge moved to a point; it may be dragged across the opposite edge."""
    fixed_s, fixed_hz = opposite(region, edge, region.start_s, region.low_hz)
    moving_s, moving_hz = region.stop_s, region.high_hz
    if edge & (Edge.START | Edge.STOP):
        moving_s = time_s
    if edge & (Edge.LOW | Edge.HIGH):
        moving_hz = hz
    return spanned((fixed_s, fixed_hz), (moving_s, moving_hz), duration_s)


def moved(
    region: Region, moved_s: float, moved_y: float, band: FrequencyScale | None, ends: Region
) -> Region:
    """The selection somewhere else, as long and on its axis as high as before.

    Args:
        region: what is selected.
        moved_s: how much later.
        moved_y: how many pixels further down.
        band: the scale of its band; None where a view shows time alone.
        ends: where there is anything to select: the whole side and all frequencies.
    """
    start_s = min(max(region.start_s + moved_s, ends.start_s), ends.stop_s - region.duration_s)
    stop_s = min(start_s + region.duration_s, ends.stop_s)
    found = replace(region, start_s=start_s, stop_s=stop_s)
    low_hz, high_hz, top_hz = region.low_hz, region.high_hz, ends.high_hz
    if band is None or low_hz is None or high_hz is None or top_hz is None or not moved_y:
        return found
    # 0 Hz is endlessly far down on a logarithmic axis
    end_hz = min(low_hz, _LOWEST_HZ) if band.kind == "log" else 0.0
    low_y, high_y = band.y_of(low_hz), band.y_of(high_hz)
    moved_y = min(max(moved_y, band.y_of(top_hz) - high_y), band.y_of(end_hz) - low_y)
    low_hz, high_hz = band.hz_at(low_y + moved_y), band.hz_at(high_y + moved_y)
    return replace(found, low_hz=max(0.0, low_hz), high_hz=min(high_hz, top_hz))


def extended(region: Region, time_s: float) -> Region:
    """The selection with its nearer edge moved to a time outside or inside it."""
    start, stop = region.start_s, region.stop_s
    if abs(time_s - start) <= abs(time_s - stop):
        start = min(time_s, stop)
    else:
        stop = max(time_s, start)
    if start >= stop:
        return region
    return Region(start, stop, region.low_hz, region.high_hz)
