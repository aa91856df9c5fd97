"""Operations that have found events, without looking for any."""

from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np

from engine.audio import Recording
from engine.event import Event
from engine.project import Operation, Patch
from engine.tasks.declick import Declick


def found(recording: Recording, starts: Sequence[int], title: str = "Declick") -> Operation:
    """Silence of ten samples on the first channel at each start.

    The n-th event is less sure and takes out more than those before it.
    """
    patches, events = [], []
    for number, start in enumerate(starts):
        samples = recording.read(start, start + 10).samples.copy()
        samples[0] = 0.0
        patches.append(Patch(start, samples))
        share = number / len(starts)
        events.append(Event(start, start + 10, 0, 1.0 - share, -60.0 + 30.0 * share))
    changed = 10 * len(starts)
    now = datetime.now(UTC)
    return Operation(Declick(), title, (), tuple(patches), tuple(events), changed, 0, now, 0.0)


def many_found(recording: Recording, count: int) -> Operation:
    """Events one sample long and evenly spread, which change nothing."""
    starts = np.linspace(0, recording.n_samples - 2, count).astype(int).tolist()
    events = tuple(Event(start, start + 1, 0, 0.9, -40.0) for start in starts)
    return Operation(Declick(), "Declick", (), (), events, 0, 0, datetime.now(UTC), 0.0)
