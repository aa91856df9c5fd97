"""What `result + removed` loses to rounding, and what is kept of it."""

from datetime import UTC, datetime

import numpy as np
import pytest

from engine.containers import Encoding
from engine.event import Event
from engine.project import Operation
from engine.sum_errors import SumErrors
from engine.tasks.gain import Gain


def found(*events: Event) -> Operation:
    return Operation(Gain(), "Declick", (), (), events, 0, 0, datetime.now(UTC), 0.0)


@pytest.mark.parametrize("bits", [32, 64])
def test_the_source_is_known_bit_for_bit_at_every_event(rng, bits):
    encoding = Encoding(bits, is_float=True)
    source = (rng.standard_normal((2, 5000)) * 10.0 ** rng.uniform(-9, 0, (2, 5000))).astype(
        encoding.dtype
    )
    source[0, 120] = -0.0
    result = rng.standard_normal((2, 5000)).astype(encoding.dtype)
    result[0, 120] = 0.0
    rest = source - result
    events = (
        Event(100, 150, 0, 1.0, 0.0),
        Event(140, 300, 0, 1.0, 0.0),
        Event(4000, 4100, 1, 1, 0),
    )
    operation = found(*events)
    sums = SumErrors((operation,), encoding)
    for start in range(0, 5000, 128):  # events lie across the edges of blocks
        here = slice(start, start + 128)
        sums.add(start, source[:, here], result[:, here], rest[:, here])
    assert sums.count == np.count_nonzero(result + rest != source) > 3000
    for event in events:
        span = slice(event.start, event.stop)
        restored = (result + rest)[event.channel, span]
        for at, value in sums.told_of(operation, event)["source_samples"]:
            restored[at - event.start] = value
        assert restored.tobytes() == source[event.channel, span].tobytes()


def test_integers_keep_nothing_as_they_add_up(rng):
    encoding = Encoding(24)
    source = rng.integers(encoding.low, encoding.high, (1, 100), dtype=np.int32)
    operation = found(Event(0, 100, 0, 1.0, 0.0))
    sums = SumErrors((operation,), encoding)
    sums.add(0, source, np.zeros_like(source), source)
    assert (sums.count, sums.told_of(operation, operation.events[0])) == (0, {})


def test_events_counted_in_another_recording_keep_nothing():
    encoding = Encoding(32, is_float=True)
    event = Event(0, 10, 0, 1.0, 0.0)
    over, under = found(event), found(event)
    sums = SumErrors((over,), encoding)
    ones = np.ones((1, 10), np.float32)
    sums.add(0, ones, ones, ones)
    assert len(sums.told_of(over, event)["source_samples"]) == 10
    assert sums.told_of(under, event) == {}
