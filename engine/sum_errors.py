"""Sum errors: float samples that `result + removed` does not give back bit for bit.

A difference of floats is rounded, so that a sample far smaller than its repair may be lost in the
sum. Where a repair was, the source's own value is kept beside, so that the repair can be put back
exactly. Integers always add up.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.containers import Encoding, Native
from engine.event import Event
from engine.grid import sum_errors
from engine.project import Operation

_BITS: dict[int, "np.dtype[Any]"] = {4: np.dtype(np.int32), 8: np.dtype(np.int64)}


class SumErrors:
    """Counts wrong sums, and keeps the source's samples for those inside events.

    Args:
        operations: those over the stage that the result is measured against.
        encoding: of source, result and removed part.
    """

    def __init__(self, operations: Sequence[Operation], encoding: Encoding) -> None:
        self.count = 0
        self._encoding = encoding
        self._operations = {each.id for each in operations}
        events = [event for each in operations for event in each.events]
        channels = sorted({event.channel for event in events})
        self._spans = {c: merged_spans([e for e in events if e.channel == c]) for c in channels}
        self._found: dict[int, dict[int, float]] = {channel: {} for channel in channels}

    def add(self, start: int, source: Native, result: Native, rest: Native) -> None:
        """Compare samples (channel time) that begin at `start`."""
        self.count += sum_errors(source, result, rest, self._encoding)
        if not self._encoding.is_float or not self._spans:
            return
        total = result + rest
        bits = _BITS[self._encoding.width]
        differs = total.view(bits) != np.ascontiguousarray(source).view(bits)  # -0.0 is not 0.0
        for channel, spans in self._spans.items():
            at = np.flatnonzero(differs[channel])
            kept = at[_inside(at + start, *spans)]
            values = source[channel, kept].tolist()
            self._found[channel].update(zip((kept + start).tolist(), values, strict=True))

    def told_of(self, operation: Operation, event: Event) -> dict[str, Any]:
        """What the report says of an event: [sample, source's value] of each wrong sum, if any."""
        found = self._found.get(event.channel)
        if not found or operation.id not in self._operations:
            return {}
        pairs = [[at, found[at]] for at in range(event.start, event.stop) if at in found]
        return {"source_samples": pairs} if pairs else {}


def merged_spans(events: Sequence[Event]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Starts and stops of the samples that events cover, in order and without overlap."""
    merged: list[list[int]] = []
    for start, stop in sorted((event.start, event.stop) for event in events):
        if merged and start <= merged[-1][1]:
            merged[-1][1] = max(merged[-1][1], stop)
        else:
            merged.append([start, stop])
    edges = np.array(merged, np.int64).reshape(-1, 2)
    return edges[:, 0], edges[:, 1]


def _inside(
    at: NDArray[np.int64], starts: NDArray[np.int64], stops: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Which samples lie in one of the spans."""
    index = np.searchsorted(stops, at, side="right")
    inside = index < len(starts)
    inside[inside] = starts[index[inside]] <= at[inside]
    return inside
