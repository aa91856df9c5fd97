"""Snap: where near a time a cut is heard least, or something else begins."""

from collections.abc import Sequence

import numpy as np

from engine.audio import Recording
from engine.units import samples_to_seconds, seconds_to_samples

REACH_S = 0.01


def zero_crossing(recording: Recording, time_s: float, reach_s: float = REACH_S) -> float:
    """The nearest time at which the sum of the channels goes through zero.

    Args:
        recording: what is cut.
        time_s: where the cut was meant to be.
        reach_s: how far it may move.

    Returns:
        Seconds; the time itself where the recording does not cross zero within reach.
    """
    at = seconds_to_samples(time_s, recording.sample_rate)
    reach = seconds_to_samples(reach_s, recording.sample_rate)
    start, stop = max(0, at - reach), min(recording.n_samples, at + reach + 1)
    if stop - start < 2:
        return time_s
    total = recording.read(start, stop).samples.sum(axis=0, dtype=np.float64)
    is_above = total >= 0.0
    crossings = start + 1 + np.flatnonzero(is_above[1:] != is_above[:-1])
    if not len(crossings):
        return time_s
    nearest = int(crossings[np.abs(crossings - at).argmin()])
    return samples_to_seconds(nearest, recording.sample_rate)


def nearest_of(times_s: Sequence[float], time_s: float, reach_s: float) -> float:
    """The nearest of some times; the time itself if none lies within reach."""
    near = min(times_s, key=lambda each: abs(each - time_s), default=time_s)
    return near if abs(near - time_s) <= reach_s else time_s
