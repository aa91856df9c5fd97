"""A selection moved and resized by keys: pure functions of regions."""

from dataclasses import replace

from app.widgets.selection_box import Edge
from engine.region import Region

STEPS_PER_OCTAVE = 24
"""A step in frequency is a quarter tone."""
LOWEST_HZ = 20.0
"""Below it an edge lies at 0 Hz."""


def stepped_hz(hz: float, steps: int, nyquist_hz: float) -> float:
    """A frequency so many quarter tones higher, or lower; the step below LOWEST_HZ is 0 Hz."""
    if hz < LOWEST_HZ:
        return LOWEST_HZ if steps > 0 else 0.0
    stepped = hz * 2.0 ** (steps / STEPS_PER_OCTAVE)
    return 0.0 if stepped < LOWEST_HZ else min(stepped, nyquist_hz)


def edge_moved(region: Region, edge: Edge, by_s: float, duration_s: float) -> Region:
    """The region with its start or its stop later by so much; as it is where nothing would be left.

    Args:
        region: without a shape.
        edge: START or STOP.
        by_s: seconds, below 0 for earlier.
        duration_s: length of the recording.
    """
    start_s, stop_s = region.start_s, region.stop_s
    if edge is Edge.START:
        start_s = max(0.0, start_s + by_s)
    else:
        stop_s = min(duration_s, stop_s + by_s)
    return replace(region, start_s=start_s, stop_s=stop_s) if start_s < stop_s else region


def moved_inside(region: Region, by_s: float, duration_s: float) -> Region:
    """The region later by so much, with its length and its shape, as far as there is recording."""
    by_s = min(max(by_s, -region.start_s), duration_s - region.stop_s)
    return region.moved(by_s) if by_s else region


def band_edge_moved(region: Region, edge: Edge, steps: int, nyquist_hz: float) -> Region:
    """The region with its LOW or its HIGH edge so many quarter tones higher, if a band is left."""
    if region.low_hz is None or region.high_hz is None:
        return region
    low_hz, high_hz = region.low_hz, region.high_hz
    if edge is Edge.LOW:
        low_hz = stepped_hz(low_hz, steps, nyquist_hz)
    else:
        high_hz = stepped_hz(high_hz, steps, nyquist_hz)
    return replace(region, low_hz=low_hz, high_hz=high_hz) if low_hz < high_hz else region


def band_moved(region: Region, steps: int, nyquist_hz: float) -> Region:
    """The region with both edges so many quarter tones higher; an edge at its end stops both."""
    if region.low_hz is None or region.high_hz is None:
        return region
    low_hz, high_hz = (stepped_hz(hz, steps, nyquist_hz) for hz in (region.low_hz, region.high_hz))
    is_at_end = high_hz >= nyquist_hz if steps > 0 else low_hz == 0.0
    return region if is_at_end else replace(region, low_hz=low_hz, high_hz=high_hz)
