"""Turns of the disc: where a scratch across the groove comes round again, once in 60 / rpm seconds.

Times are in seconds; turn 0 begins at the phase, those before it have negative numbers.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SPEEDS_RPM = (78.26, 77.92, 45.0, 100.0 / 3.0)
"""The usual ones: cut with 60 Hz mains and with 50 Hz, and those of vinyl."""
RPM_LIMITS = (10.0, 200.0)


@dataclass(frozen=True)
class Turns:
    """How fast a disc turns, and when one of its turns begins."""

    rpm: float
    phase_s: float = 0.0

    @property
    def period_s(self) -> float:
        """Length of a turn."""
        return 60.0 / self.rpm

    def numbers(self, start_s: float, stop_s: float) -> range:
        """The turns that begin in [start_s, stop_s)."""
        first, last = ((edge - self.phase_s) / self.period_s for edge in (start_s, stop_s))
        return range(math.ceil(first - 1e-9), math.ceil(last - 1e-9))

    def time_s(self, number: int) -> float:
        """When a turn begins."""
        return self.phase_s + number * self.period_s


def turn_times(
    start_s: float, stop_s: float, rpm: float, phase_s: float = 0.0
) -> NDArray[np.float64]:
    """When the turns in [start_s, stop_s) begin, rising; a turn begins at phase_s.

    Args:
        start_s: start of the span.
        stop_s: its end, which is outside.
        rpm: turns per minute, > 0.
        phase_s: the beginning of any turn, inside the span or not.
    """
    turns = Turns(rpm, phase_s)
    numbers = turns.numbers(start_s, stop_s)
    times: NDArray[np.float64] = phase_s + turns.period_s * np.asarray(numbers, np.float64)
    return times
