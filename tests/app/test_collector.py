import gc
import weakref

import pytest

from app.collector import FULL, Collector


class Ring:
    """Garbage that only a collection finds."""

    def __init__(self):
        self.ring = self


@pytest.fixture
def collector(session):
    before = gc.get_threshold()
    yield Collector(session)
    gc.set_threshold(*before)


def test_old_garbage_is_collected_when_a_recording_is_closed(collector, session, side):
    assert gc.get_threshold()[2] == FULL
    session.open(side)
    ring = weakref.ref(Ring())
    session.close()
    assert ring() is None
