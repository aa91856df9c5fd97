"""Steps of the playhead by the keyboard: pure functions of times in seconds."""

import numpy as np
from numpy.typing import NDArray

_SAME_S = 1e-7
"""Times closer than this are the same edge."""


def next_edge(at_s: float, edges_s: NDArray[np.float64], direction: int) -> float | None:
    """The nearest edge after a time, or before it where direction is negative."""
    if direction > 0:
        later = edges_s[edges_s > at_s + _SAME_S]
        return float(later.min()) if later.size else None
    earlier = edges_s[edges_s < at_s - _SAME_S]
    return float(earlier.max()) if earlier.size else None


def span_with(start_s: float, stop_s: float, at_s: float) -> tuple[float, float]:
    """The span, moved so that a time lies in its middle unless it lies inside already."""
    if start_s <= at_s <= stop_s:
        return start_s, stop_s
    half_s = 0.5 * (stop_s - start_s)
    return at_s - half_s, at_s + half_s
