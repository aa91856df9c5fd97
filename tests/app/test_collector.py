import gc
import sys
import weakref

import pytest

from app.collector import FULL, MODULES, Collector


class Ring:
    """Garbage that only a collection finds."""

    def __init__(self):
        self.ring = self


@pytest.fixture
def collector(session):
    before = gc.get_threshold()
    yield Collector(session)
    gc.set_threshold(*before)
    gc.unfreeze()


def test_old_garbage_is_collected_when_a_recording_is_closed(collector, session, side):
    assert gc.get_threshold()[2] == FULL
    session.open(side)
    ring = weakref.ref(Ring())
    session.close()
    assert ring() is None


def test_what_libraries_have_loaded_is_gone_through_no_more(collector, session, side, monkeypatch):
    session.open(side)
    kept = [Ring() for _ in range(100)]
    for number in range(MODULES + 1):
        monkeypatch.setitem(sys.modules, f"part_{number}", gc)
    session.close()
    assert gc.get_freeze_count() > 10_000
    assert not any(each is kept[0] for each in gc.get_objects())
    session.open(side)
    ring = weakref.ref(Ring())
    session.close()
    assert ring() is None
