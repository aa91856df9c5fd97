import pytest

from app import settings as keys
from app.loudness_match import SHORTEST_S
from engine.region import Region


@pytest.fixture
def match(session, qtbot):
    """The match of the session, turned on, and a wait for what it measures."""
    session.settings.set(keys.match_loudness, True)
    match = session.hearing.match

    def wait():
        qtbot.waitUntil(lambda: not match.is_measuring, timeout=60_000)
        return match

    return wait


def test_it_is_off_until_somebody_turns_it_on(session, opened, act):
    assert not session.hearing.match.is_on
    act("match_loudness")
    assert session.hearing.match.is_on
    assert session.settings.get(keys.match_loudness)


def test_the_gain_follows_the_history_and_is_told(session, gain, match, opened, act):
    assert match().gains_db == (0.0, 0.0)
    assert opened.transport.match_told == "Match 0.0 dB"
    gain(-6.0)
    assert match().gains_db == pytest.approx((-6.0, 0.0), abs=0.05)
    assert session.player.match_gains_db == session.hearing.match.gains_db
    assert opened.transport.match_told == "Original \N{MINUS SIGN}6.0 dB"
    act("undo")
    assert match().gains_db == (0.0, 0.0)


def test_a_selection_is_measured_and_a_short_one_with_what_is_around_it(session, opened, match):
    match()
    session.view_state.select(Region(1.0, 1.01))
    assert session.hearing.match.is_measuring
    measured = match()._loudness.job
    assert (measured.start, measured.stop) == (0, session.document.original.n_samples)
    assert session.document.duration_s < SHORTEST_S


def test_turned_off_everything_is_as_loud_as_it_is(session, gain, match, act):
    gain(-6.0)
    match()
    act("match_loudness")
    assert session.player.match_gains_db == (0.0, 0.0)
