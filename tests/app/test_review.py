import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu

from app import settings as keys
from app.document import Monitored
from app.review import MARGIN_S, MOST_AT_ONCE, SHOWN_S, Review
from engine.event import Decision
from engine.units import samples_to_seconds
from tests.app.conftest import RATE
from tests.app.found import found

STARTS = tuple(range(4000, 84000, 8000))


@pytest.fixture
def review(session, side):
    """Ten events, all pending, on a side of two seconds."""
    session.open(side)
    begin(session)
    return Review(session)


@pytest.fixture
def reviewed(opened, session):
    """The window with the same events."""
    begin(session)
    opened.activateWindow()
    return opened


@pytest.fixture
def told(review):
    """What was told in passing."""
    sentences: list[str] = []
    review.told.connect(sentences.append)
    return sentences


def begin(session) -> None:
    document = session.document
    document.commit((found(document.source, STARTS),), document.revision)


def seconds(start: int) -> float:
    return samples_to_seconds(start, RATE)


def samples(recording):
    return recording.read(0, recording.n_samples).samples


def test_the_next_event_is_selected_and_seen_in_the_middle(review, session):
    state = session.view_state
    review.go(1)
    review.go(1)
    start_s, stop_s = seconds(12000), seconds(12010)
    assert state.selection.start_s == pytest.approx(start_s - MARGIN_S)
    assert state.selection.stop_s == pytest.approx(stop_s + MARGIN_S)
    assert state.playhead_s == pytest.approx(start_s)
    session.view_state.set_span(0.0, 0.2)
    review.go(1)
    middle_s = 0.5 * (seconds(20000) + seconds(20010))
    assert 0.5 * (state.start_s + state.stop_s) == pytest.approx(middle_s)
    assert state.stop_s - state.start_s == pytest.approx(0.2)
    review.go(-1)
    assert state.playhead_s == pytest.approx(start_s)


def test_a_wide_view_is_zoomed_so_that_an_event_is_seen(review, session, monkeypatch):
    monkeypatch.setattr("app.review.WIDEST_S", 1.5)
    review.go_to(5)
    state = session.view_state
    assert state.stop_s - state.start_s == pytest.approx(SHOWN_S)


def test_after_a_selection_by_hand_the_playhead_says_where_to_go_on(review, session):
    review.go(1)
    session.view_state.select(None)
    session.view_state.set_playhead(seconds(50000))
    assert not review.can_decide
    review.go(1)
    assert session.view_state.playhead_s == pytest.approx(seconds(52000))


def test_a_rejected_repair_is_the_source_in_all_three_recordings(review, session):
    document = session.document
    repaired = samples(document.state)
    review.go(1)
    review.decide(Decision.REJECTED)
    original, result, removed = (samples(document.recording(m)) for m in Monitored)
    assert np.array_equal(result[:, 4000:4010], original[:, 4000:4010])
    assert not removed[:, 4000:4010].any()
    assert np.array_equal(result[:, 4010:], repaired[:, 4010:])
    assert session.view_state.playhead_s == pytest.approx(seconds(12000))
    session.document.undo()
    assert np.array_equal(samples(document.state), repaired)
    assert review.events.counts()[Decision.PENDING] == 10


def test_reopening_puts_the_repair_on_again(review, session):
    session.settings.set(keys.review_advance, False)
    document = session.document
    repaired = samples(document.state)
    review.go(1)
    for decision in (Decision.ACCEPTED, Decision.REVERTED, Decision.REJECTED, Decision.PENDING):
        review.decide(decision)
        assert review.events.columns.decided(review.events.current) is decision
        assert session.view_state.playhead_s == pytest.approx(seconds(4000))
    assert document.head == 5
    assert np.array_equal(samples(document.state), repaired)


def test_the_same_decision_again_is_no_operation(review, session):
    session.settings.set(keys.review_advance, False)
    review.go(1)
    review.decide(Decision.ACCEPTED)
    review.decide(Decision.ACCEPTED)
    assert session.document.head == 2


def test_going_on_passes_what_is_decided_and_ends_when_all_is(review, told):
    review.go_to(1)
    review.decide(Decision.ACCEPTED)
    review.go_to(0)
    review.decide(Decision.ACCEPTED)
    assert review.events.current == 2
    assert told[-1] == "Still to be decided on: 8"
    for _ in range(8):
        review.decide(Decision.REJECTED)
    assert told[-1] == "All events are decided on."
    assert review.events.counts()[Decision.REJECTED] == 8


def test_many_are_decided_on_in_one_job_and_undone_in_one_step(review, session, finish):
    document = session.document
    starts = range(1000, 81000, 1000)
    assert len(starts) > MOST_AT_ONCE
    document.jump_to(0)
    document.commit((found(document.source, starts),), document.revision)
    review.events.choose(range(len(starts)))
    review.decide(Decision.REJECTED)
    assert session.is_busy
    assert not review.can_decide
    finish()
    assert document.head == 2
    assert np.array_equal(samples(document.state), samples(document.source))
    session.document.undo()
    assert review.events.counts()[Decision.PENDING] == len(starts)


def test_playing_goes_on_around_the_next_event(review, session):
    review.go(1)
    review.go(1)
    review.play_around()
    cue = session.player._cue
    assert cue.start == 0  # half a second before lies before the start
    assert cue.stop == pytest.approx(12010 + 0.5 * RATE, abs=1)
    review.go_to(6)
    assert session.player.is_playing
    cue = session.player._cue
    assert cue.start == pytest.approx(52000 - 0.5 * RATE, abs=1)
    assert session.view_state.selection.start_s == pytest.approx(seconds(52000) - MARGIN_S)


def test_keys_review_in_the_views_and_are_letters_in_a_field(reviewed, session, qtbot):
    review, views = reviewed.review, reviewed.views.spectrogram
    views.setFocus()
    for key in (Qt.Key.Key_N, Qt.Key.Key_A, Qt.Key.Key_X):
        qtbot.keyClick(views, key)
    qtbot.keyClick(views, Qt.Key.Key_X, Qt.KeyboardModifier.ShiftModifier)
    decisions = [review.events.columns.decided(i) for i in range(4)]
    assert decisions == [
        Decision.ACCEPTED,
        Decision.REJECTED,
        Decision.REVERTED,
        Decision.PENDING,
    ]
    field = reviewed.inspector.fields.findChildren(QLineEdit)[0]
    field.setFocus()
    before = session.document.head
    for key in (Qt.Key.Key_N, Qt.Key.Key_A, Qt.Key.Key_X):
        qtbot.keyClick(field, key)
    assert session.document.head == before
    assert review.events.current == 3


def test_a_right_click_on_a_mark_offers_to_decide_on_it(reviewed, session, qtbot):
    strip = reviewed.views.events
    _, x, y = strip._marks()
    place = QPoint(round(x[4]), round(y[4]))
    reason = QContextMenuEvent.Reason.Mouse
    QApplication.sendEvent(strip, QContextMenuEvent(reason, place, strip.mapToGlobal(place)))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    assert menu.actions()[1] is reviewed.actions_by_id["reject"]
    reviewed.actions_by_id["reject"].trigger()
    menu.close()
    assert strip.events.columns.decided(4) is Decision.REJECTED


def test_pictures_stay_in_place_when_what_has_found_events_is_undone(reviewed, session):
    strip = reviewed.views.events
    assert strip.isVisible()
    session.document.undo()
    assert strip.isVisible()
    assert len(strip.events.columns) == 0


def test_events_from_before_a_stage_wait_until_one_goes_back(reviewed, session, finish):
    from engine.tasks.speed import Speed

    session.restore("Speed", (Speed(),), ())
    finish()
    assert not reviewed.review.can_go
    assert not reviewed.views.events.isVisible()
    assert "go back to before it" in reviewed.events._told.text()
    session.document.undo()
    assert reviewed.review.can_go
    assert reviewed.views.events.isVisible()
