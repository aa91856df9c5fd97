"""Where a preview is: all of a short selection, else some seconds of what is to be worked on."""

from collections.abc import Sequence

from engine.region import Region

LONGEST_S = 10.0


def bounds_of(regions: Sequence[Region], duration_s: float) -> tuple[float, float]:
    """From the start of the first region to the stop of the last; without any, the recording."""
    if not regions:
        return 0.0, duration_s
    return min(each.start_s for each in regions), max(each.stop_s for each in regions)


def is_short(regions: Sequence[Region]) -> bool:
    """Whether a preview takes all of what is selected."""
    start_s, stop_s = bounds_of(regions, 0.0)
    return bool(regions) and stop_s - start_s <= LONGEST_S


def stretch_of(regions: Sequence[Region], duration_s: float, from_s: float) -> tuple[float, float]:
    """What is looped, at most LONGEST_S; of more than that, from a time on that lies in it."""
    start_s, stop_s = bounds_of(regions, duration_s)
    if stop_s - start_s > LONGEST_S and start_s < from_s < stop_s:
        start_s = min(from_s, stop_s - LONGEST_S)
    return start_s, min(stop_s, start_s + LONGEST_S)
