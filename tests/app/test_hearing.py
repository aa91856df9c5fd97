import pytest

from app.document import Monitored
from engine.region import Region
from tests.app.conftest import RATE


def test_the_band_is_played_only_where_the_selection_has_one(opened, session, act):
    session.view_state.select(Region(0.5, 1.0))
    assert not opened.actions_by_id["play_band"].isEnabled()
    session.view_state.select(Region(0.5, 1.0, 800.0, 3000.0))
    act("play_band")
    assert session.player.is_playing
    assert session.player.band_hz == (800.0, 3000.0)
    assert session.player.position_s == 0.5
    act("play_selection")
    assert session.player.band_hz is None
    session.player.stop()


def test_a_band_that_is_dragged_is_heard_as_it_is_now_from_where_playing_is(opened, session, act):
    session.view_state.select(Region(0.5, 1.0, 800.0, 3000.0))
    act("play_band")
    cue = session.player._cue
    session.view_state.select(Region(0.5, 1.0, 1200.0, 3000.0))
    assert session.player.band_hz == (1200.0, 3000.0)
    session.view_state.select(Region(0.5, 1.0))
    assert session.player.band_hz == (1200.0, 3000.0)
    assert session.player._cue is cue
    act("play_selection")
    session.view_state.select(Region(0.5, 1.0, 800.0, 3000.0))
    assert session.player.band_hz is None
    session.player.stop()


def test_the_band_is_heard_of_whatever_is_monitored(opened, session, act):
    session.view_state.select(Region(0.5, 1.0, 800.0, 3000.0))
    act("play_band")
    act("monitor_removed")
    assert session.player.monitored is Monitored.REMOVED
    assert session.player.band_hz == (800.0, 3000.0)
    session.player.stop()


def test_what_is_around_is_heard_for_as_long_as_is_set(opened, session, act, cue):
    session.view_state.select(Region(0.75, 1.0))
    act("play_around")
    assert cue() == (0.25, 1.5)
    act("around_before_0.25")
    act("around_after_2.0")
    act("play_around")
    assert cue() == (0.5, 2.0)  # where the side ends
    session.view_state.select(Region(0.1, 0.2))
    act("play_around")
    assert cue()[0] == 0.0
    session.player.stop()


def test_a_loop_has_rolls_of_its_own_and_none_unless_they_are_set(opened, session, act, cue):
    session.view_state.select(Region(0.75, 1.0, 800.0, 3000.0))
    act("loop")
    act("play_selection")
    assert cue() == (0.75, 1.0)
    act("loop_before_0.5")
    act("loop_after_0.25")
    act("play_selection")
    assert cue() == (0.25, 1.25)
    act("play_band")
    assert cue() == (0.25, 1.25)
    act("loop")
    act("play_selection")
    assert cue() == (0.75, 1.0)
    session.player.stop()


@pytest.fixture
def cue(session):
    """The span that is played, in seconds."""

    def span():
        cue = session.player._cue
        return cue.start / RATE, cue.stop / RATE

    return span
