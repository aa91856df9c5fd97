"""The events of operations as columns, and the order and filter they are looked through in.

Columns are arrays, as a side has thousands of events.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.event import Decision
from engine.project import Operation
from engine.region import Region

DECISIONS = tuple(Decision)
PENDING = DECISIONS.index(Decision.PENDING)
Integers = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Columns:
    """One entry for each event; `decision` is a place in DECISIONS.

    operation and event: places in `operations` and in the events of that operation.
    """

    operations: tuple[Operation, ...]
    sample_rate: int
    operation: Integers
    event: Integers
    start: Integers
    stop: Integers
    channel: Integers
    confidence: Floats
    removed_db: Floats
    decision: Integers

    def __len__(self) -> int:
        return len(self.start)

    def region(self, index: int) -> Region:
        """Where an event is."""
        # in plain floats: Qt takes no numbers of numpy, and what is selected goes everywhere
        start, stop = float(self.start[index]), float(self.stop[index])
        return Region(start / self.sample_rate, stop / self.sample_rate)

    def decided(self, index: int) -> Decision:
        """What is decided on an event."""
        return DECISIONS[int(self.decision[index])]


@dataclass(frozen=True)
class Filter:
    """Which events are listed.

    operation: those of one operation, by its id; None is all.
    below: those less confident than this.
    """

    operation: str | None = None
    decision: Decision | None = None
    below: float | None = None


def columns_of(operation: Operation) -> Columns:
    """The events of one operation, all pending."""
    events = operation.events
    whole = np.array([(e.start, e.stop, e.channel) for e in events], np.int64).reshape(-1, 3)
    real = np.array([(e.confidence, e.removed_db) for e in events], np.float64).reshape(-1, 2)
    nothing = np.full(len(events), PENDING)
    return Columns(
        operations=(operation,),
        sample_rate=1,
        operation=nothing,
        event=np.arange(len(events)),
        start=whole[:, 0],
        stop=whole[:, 1],
        channel=whole[:, 2],
        confidence=real[:, 0],
        removed_db=real[:, 1],
        decision=nothing,
    )


def ordered(columns: Columns, order: str) -> Integers:
    """Places in the columns by time or by another column, falling after a minus."""
    name = order.lstrip("-")
    by_time = np.lexsort((columns.channel, columns.start))
    sorts: dict[str, Integers | Floats] = {
        "width": columns.stop - columns.start,
        "channel": columns.channel,
        "confidence": columns.confidence,
        "removed": columns.removed_db,
        "decision": columns.decision,
    }
    by = sorts.get(name, columns.start)[by_time]
    return by_time[np.argsort(-by if order.startswith("-") else by, kind="stable")]


def is_listed(columns: Columns, wanted: Filter) -> NDArray[np.bool_]:
    """Which events pass a filter."""
    passes = np.ones(len(columns), bool)
    if wanted.operation is not None:
        ids = np.array([each.id == wanted.operation for each in columns.operations], bool)
        passes &= ids[columns.operation]
    if wanted.decision is not None:
        passes &= columns.decision == DECISIONS.index(wanted.decision)
    if wanted.below is not None:
        passes &= columns.confidence < wanted.below
    return passes


def joined(parts: Sequence[Columns], sample_rate: int) -> Columns:
    """The columns of several operations in one, nothing decided on."""
    none = np.zeros(0, np.int64)
    places = [np.full(len(part), number, np.int64) for number, part in enumerate(parts)]
    return Columns(
        operations=tuple(part.operations[0] for part in parts),
        sample_rate=sample_rate,
        operation=np.concatenate([none, *places]),
        event=np.concatenate([none, *(part.event for part in parts)]),
        start=np.concatenate([none, *(part.start for part in parts)]),
        stop=np.concatenate([none, *(part.stop for part in parts)]),
        channel=np.concatenate([none, *(part.channel for part in parts)]),
        confidence=np.concatenate([none, *(part.confidence for part in parts)], dtype=np.float64),
        removed_db=np.concatenate([none, *(part.removed_db for part in parts)], dtype=np.float64),
        decision=np.concatenate([none, *(part.decision for part in parts)]),
    )
