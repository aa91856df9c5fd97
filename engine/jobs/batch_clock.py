"""BatchClock: how far the sides of a batch are together, and how long the rest will take."""

import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from engine.jobs.side import Side


class BatchClock:
    """How far all sides are together, and how long they will take, by the bytes of their sources.

    Work goes as the samples do, and how many bytes a file has is known without opening it.
    """

    def __init__(self, sides: Sequence[Side]) -> None:
        self._bytes = [_size(side.source) for side in sides]
        self._total = max(1.0, sum(self._bytes))
        self._over = self._worked = 0.0
        self._started_s = time.monotonic()
        self._ended: set[int] = set()

    def start(self) -> None:
        """Begin to measure."""
        self._started_s, self._worked = time.monotonic(), 0.0

    def pass_over(self, seconds: float) -> None:
        """Leave out a time in which nothing was done, as in a pause."""
        self._started_s += seconds

    def end(self, number: int, *, counts: bool) -> None:
        """Count a side as over; counts: whether it tells how fast the work goes."""
        if number not in self._ended:
            self._ended.add(number)
            self._over += self._bytes[number]
        if counts:
            self._worked += self._bytes[number]

    def fraction(self, running: Mapping[int, float]) -> float:
        """Of all the work, in [0, 1]."""
        return min(1.0, (self._over + self._running(running)) / self._total)

    def left_s(self, running: Mapping[int, float]) -> float | None:
        """Seconds until the end, as fast as it went; None before anything has been done."""
        worked = self._worked + self._running(running)
        if worked <= 0.0:
            return None
        left = max(0.0, self._total - self._over - self._running(running))
        return left * (time.monotonic() - self._started_s) / worked

    def _running(self, fractions: Mapping[int, float]) -> float:
        return sum(self._bytes[number] * each for number, each in fractions.items())


def _size(path: Path) -> float:
    try:
        return float(path.stat().st_size)
    except OSError:
        return 0.0
