import pytest

from app.document import Monitored
from app.view_state import MIN_SPAN_SAMPLES, ViewState
from engine.region import Region


@pytest.fixture
def state(qapp):
    state = ViewState()
    state.reset(100.0, 44100)
    return state


def span(state):
    return state.start_s, state.stop_s


def test_a_recording_is_shown_whole_at_first(state):
    assert span(state) == (0.0, 100.0)
    assert (state.low_hz, state.high_hz) == (20.0, 22050.0)
    assert state.monitored is Monitored.RESULT


@pytest.mark.parametrize(("wanted", "shown"), [
    ((-10.0, 10.0), (0.0, 20.0)), ((90.0, 120.0), (70.0, 100.0)), ((-50.0, 500.0), (0.0, 100.0)),
])  # fmt: skip
def test_the_span_stays_inside_the_recording_and_keeps_its_length(state, wanted, shown):
    state.set_span(*wanted)
    assert span(state) == pytest.approx(shown)


def test_the_shortest_span_is_a_few_samples(state):
    state.set_span(50.0, 50.0)
    assert state.stop_s - state.start_s == pytest.approx(MIN_SPAN_SAMPLES / 44100)


@pytest.mark.parametrize("factor", [0.5, 0.01, 1e-9])
def test_zooming_in_keeps_what_is_under_the_pointer(state, factor):
    state.set_span(20.0, 60.0)
    before = (30.0 - state.start_s) / (state.stop_s - state.start_s)
    state.zoom_at(30.0, factor)
    assert (30.0 - state.start_s) / (state.stop_s - state.start_s) == pytest.approx(
        before, rel=1e-6
    )


def test_toggling_the_zoom_twice_is_where_it_was(state):
    state.set_span(20.0, 30.0)
    state.toggle_zoom()
    assert span(state) == (0.0, 100.0)
    state.toggle_zoom()
    assert span(state) == (20.0, 30.0)


def test_the_selection_is_clipped_to_the_recording(state):
    state.select(Region(90.0, 200.0, 100.0, 99_000.0))
    assert state.selection == Region(90.0, 100.0, 100.0, 22050.0)
    state.select(Region(200.0, 300.0))
    assert state.selection is None


def test_only_changes_are_told(state):
    told = []
    state.selection_changed.connect(lambda: told.append("selection"))
    state.span_changed.connect(lambda: told.append("span"))
    state.monitored_changed.connect(lambda: told.append("monitored"))
    for _ in range(2):
        state.select(Region(1.0, 2.0))
        state.set_span(10.0, 20.0)
        state.monitor(Monitored.REMOVED)
    assert told == ["selection", "span", "monitored"]


def test_the_band_stays_between_one_hertz_and_nyquist(state):
    state.set_band(-5.0, 1e6)
    assert (state.low_hz, state.high_hz) == (1.0, 22050.0)
    state.set_band(30_000.0, 40_000.0)
    assert state.low_hz < state.high_hz <= 22050.0


def test_the_playhead_stays_inside(state):
    state.set_playhead(1e9)
    assert state.playhead_s == 100.0
    state.set_playhead(-1.0)
    assert state.playhead_s == 0.0
