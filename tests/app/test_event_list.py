import numpy as np
import pytest

from app import settings as keys
from app.event_columns import Filter, columns_of, is_listed, ordered
from app.event_list import EventList
from engine.event import Decision
from engine.review import decide
from tests.app.found import found, many_found
from tests.signals import noise

STARTS = (3000, 1000, 5000, 2000)


@pytest.fixture
def document(session, side):
    session.open(side)
    document = session.document
    document.commit((found(document.source, STARTS),), document.revision)
    return document


@pytest.fixture
def events(session, document):
    return EventList(session)


def starts(events) -> list[int]:
    return [int(events.columns.start[row]) for row in events.rows]


def test_events_are_listed_by_time_whatever_order_they_were_found_in(events):
    assert starts(events) == [1000, 2000, 3000, 5000]
    assert len(events.columns) == 4
    assert events.counts()[Decision.PENDING] == 4


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("-time", [5000, 3000, 2000, 1000]),
        ("-removed", [2000, 5000, 1000, 3000]),
        ("removed", [3000, 1000, 5000, 2000]),
        ("confidence", [2000, 5000, 1000, 3000]),
        ("a column of another version", [1000, 2000, 3000, 5000]),
    ],
)
def test_the_order_of_the_review_is_a_setting(events, session, order, expected):
    session.settings.set(keys.review_order, order)
    assert starts(events) == expected


def test_the_next_event_follows_the_order_and_ends_with_it(events, session):
    session.settings.set(keys.review_order, "confidence")
    assert events.beside(1, 99.0) == events.rows[0]
    events.set_current(int(events.rows[0]))
    assert events.beside(1, 0.0) == events.rows[1]
    assert events.beside(-1, 0.0) is None
    events.set_current(int(events.rows[-1]))
    assert events.beside(1, 0.0) is None


def test_without_a_current_event_the_playhead_says_which_is_next(events):
    at_s = 2500 / 44100
    assert events.columns.start[events.beside(1, at_s)] == 3000
    assert events.columns.start[events.beside(-1, at_s)] == 2000
    assert events.beside(-1, 0.0) is None


def test_a_filter_lists_some_and_the_next_one_is_among_them(events, document):
    operation = document.operations[0]
    done = decide(document.state, operation, (1, 3), Decision.REJECTED)
    document.commit((done,), document.revision)
    events.filter = Filter(decision=Decision.REJECTED)
    assert starts(events) == [1000, 2000]
    events.filter = Filter(below=0.6)
    assert starts(events) == [2000, 5000]
    events.filter = Filter(operation="none of them")
    assert starts(events) == []


def test_decisions_are_told_apart_from_other_events(events, document, session):
    told = []
    events.changed.connect(lambda: told.append("changed"))
    events.decided.connect(lambda: told.append("decided"))
    events.set_current(2)
    done = decide(document.state, document.operations[0], (0,), Decision.ACCEPTED)
    document.commit((done,), document.revision)
    assert told == ["decided"]
    assert events.columns.decided(0) is Decision.ACCEPTED
    document.commit((found(document.state, (8000,), "Again"),), document.revision)
    assert told == ["decided", "changed"]
    assert events.current == 2
    assert events.columns.decided(0) is Decision.ACCEPTED
    document.jump_to(0)
    assert events.current is None
    assert len(events.rows) == 0


def test_pending_events_come_round_again(events, document):
    events.set_current(int(events.rows[-1]))
    assert events.pending_after(events.current) == events.rows[0]
    done = decide(document.state, document.operations[0], range(4), Decision.ACCEPTED)
    document.commit((done,), document.revision)
    assert events.pending_after(0) is None


def test_a_choice_is_grouped_by_the_operations_it_belongs_to(events, document):
    second = found(document.state, (8000, 9000), "Again")
    document.commit((second,), document.revision)
    first = document.operations[0]
    assert events.grouped((0, 5, 3)) == {first: [0, 3], second: [1]}


def test_closing_empties_the_list(events, session):
    session.close()
    assert len(events.rows) == 0
    assert events.current is None


def test_columns_sort_stably_and_filter_together(rng):
    columns = columns_of(many_found_in(rng))
    assert ordered(columns, "confidence").tolist() == list(range(50))
    assert not is_listed(columns, Filter(below=0.5)).any()
    assert is_listed(columns, Filter(decision=Decision.PENDING, below=0.95)).all()
    assert np.all(np.diff(columns.start) > 0)


def many_found_in(rng):
    from engine.audio import MemoryRecording

    return many_found(MemoryRecording(noise(rng, 0.1)), 50)
