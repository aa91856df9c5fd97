"""The selection as geometry: which edge lies under the pointer, what a drag makes of it."""

from enum import IntFlag

from app.widgets.frequency_axis import FrequencyScale
from app.widgets.time_axis import TimeScale
from engine.region import Region

GRIP = 5
"""How near to an edge, in pixels, the pointer takes hold of it."""
DRAG_THRESHOLD = 4
"""Pixels the pointer moves before a press becomes a drag."""


class Edge(IntFlag):
    """Edges of a selection; two of them make a corner."""

    NONE = 0
    START = 1
    STOP = 2
    LOW = 4
    HIGH = 8


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
