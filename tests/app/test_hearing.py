from app.document import Monitored
from engine.region import Region


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


def test_the_band_is_heard_of_whatever_is_monitored(opened, session, act):
    session.view_state.select(Region(0.5, 1.0, 800.0, 3000.0))
    act("play_band")
    act("monitor_removed")
    assert session.player.monitored is Monitored.REMOVED
    assert session.player.band_hz == (800.0, 3000.0)
    session.player.stop()
