import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt

from app.views.overview import Hold, OverviewView, hold_at
from app.widgets.time_axis import LEFT_AXIS
from engine.audio import Audio
from tests.signals import noise

PIXEL_S = 10.0 / 600


@pytest.fixture
def state(session):
    return session.view_state


@pytest.fixture
def overview(session, shown, rng):
    session.open_audio(noise(rng, 10.0, n_channels=2))
    session.view_state.set_span(4.0, 6.0)
    return shown(OverviewView(session), height=56)


def test_the_box_and_its_edges_are_taken_hold_of():
    assert [hold_at(x, 100, 200) for x in (90, 96, 104, 150, 197, 204, 210)] == [
        Hold.NOTHING,
        Hold.START,
        Hold.START,
        Hold.BOX,
        Hold.STOP,
        Hold.STOP,
        Hold.NOTHING,
    ]


def test_a_narrow_box_can_still_be_moved():
    assert [hold_at(x, 100, 106) for x in (97, 103, 109)] == [Hold.START, Hold.BOX, Hold.STOP]


def test_dragging_the_box_scrolls(overview, state, drag):
    drag(overview, (LEFT_AXIS + 300, 20), (LEFT_AXIS + 360, 20))
    assert state.start_s == pytest.approx(5.0, abs=PIXEL_S)
    assert state.stop_s == pytest.approx(7.0, abs=PIXEL_S)


def test_dragging_an_edge_changes_the_span(overview, state, drag):
    drag(overview, (LEFT_AXIS + 240, 20), (LEFT_AXIS + 120, 20))
    assert state.start_s == pytest.approx(2.0, abs=PIXEL_S)
    assert state.stop_s == pytest.approx(6.0)
    drag(overview, (LEFT_AXIS + 360, 20), (LEFT_AXIS + 540, 20))
    assert state.stop_s == pytest.approx(9.0, abs=PIXEL_S)


@pytest.mark.parametrize("pixel", [120, 330])
def test_a_click_centres_the_span(overview, state, qtbot, pixel):
    qtbot.mouseClick(overview, Qt.MouseButton.LeftButton, pos=QPoint(LEFT_AXIS + pixel, 20))
    assert state.start_s == pytest.approx(pixel * PIXEL_S - 1.0, abs=PIXEL_S)
    assert state.stop_s - state.start_s == pytest.approx(2.0)


def test_the_wheel_zooms_into_what_lies_under_the_pointer(overview, state, turn):
    turn(overview, LEFT_AXIS + 300, 20, 120)
    assert (state.start_s, state.stop_s) == pytest.approx((4.2, 5.8))


def test_it_shows_the_whole_side_and_a_click_in_it(session, shown, settled):
    audio = Audio(np.zeros((1, 441_000), np.float32), 44100)
    audio.samples[0, 220_500] = 0.9
    session.open_audio(audio)
    view = shown(OverviewView(session), height=56)
    settled()
    session.view_state.set_playhead(1.0)
    image = view.grab().toImage()
    wave = view.colours.wave
    columns = [x for x in range(LEFT_AXIS, LEFT_AXIS + 600) if image.pixelColor(x, 15) == wave]
    assert columns == [LEFT_AXIS + 300]
