import pytest

from app import settings as keys
from app.document import Monitored
from app.kept_view import show_view, view_of
from app.view_state import ViewState
from engine.region import Region


@pytest.fixture
def view_state(qapp):
    state = ViewState()
    state.reset(100.0, 44100)
    return state


def test_what_was_shown_is_shown_again(view_state, settings):
    view_state.set_span(10.0, 20.0)
    view_state.set_band(50.0, 4000.0)
    view_state.select(Region(11.0, 12.0))
    view_state.set_playhead(15.0)
    view_state.monitor(Monitored.ORIGINAL)
    settings.set(keys.n_fft, 4096)
    settings.set(keys.turn_phase_s, 12.5)
    view = view_of(view_state, settings)
    view_state.reset(100.0, 44100)
    settings.set(keys.n_fft, 512)
    settings.set(keys.turn_phase_s, 0.0)
    show_view(view, view_state, settings)
    assert view_of(view_state, settings) == view


@pytest.mark.parametrize(
    "view",
    [
        {},
        {"span": "wide", "band": None, "selection": [3], "playhead": "x", "monitored": 5},
        {"span": [20.0, 10.0], "band": [5.0, 5.0], "selection": [9.0, 1.0], "picture": []},
        {"span": [True, "1"], "selection": [1.0, 2.0, 5.0, 1.0], "monitored": "loud"},
        {"picture": {"view/transform": "magic", "view/n_fft": 77, "view/frequency_scale": None}},
    ],
)
def test_a_view_that_is_none_changes_nothing(view_state, settings, view):
    before = view_of(view_state, settings)
    show_view(view, view_state, settings)
    assert view_of(view_state, settings) == before
