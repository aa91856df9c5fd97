"""A box is selected in time and in frequency by keys alone."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from engine.region import Region

SHIFT, CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
Key = Qt.Key


@pytest.fixture
def keyed(opened, qtbot):
    """Presses keys where the focus is, the spectrogram at first."""
    opened.activateWindow()
    opened.focus_views()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is opened.views.spectrogram)

    def press(key, modifiers=Qt.KeyboardModifier.NoModifier, times=1):
        for _ in range(times):
            qtbot.keyClick(QApplication.focusWidget(), key, modifiers)

    return press


@pytest.fixture
def about(opened):
    """So many steps later, or about that: a panel may take room from the pictures meanwhile."""

    def made(start_s, steps):
        pixel_s = opened.views.spectrogram.time_scale.seconds_per_pixel
        return pytest.approx(start_s + 4 * steps * pixel_s, abs=2 * abs(steps) * pixel_s)

    return made


def test_a_box_grows_from_the_playhead_in_time_and_in_frequency(keyed, session, about):
    state = session.view_state
    state.set_playhead(1.0)
    keyed(Key.Key_K, times=5)
    assert state.selection.start_s == 1.0
    assert state.selection.stop_s == about(1.0, 5)
    keyed(Key.Key_J)
    keyed(Key.Key_G, times=2)
    keyed(Key.Key_H)
    assert state.selection.start_s == about(1.0, -1)
    assert state.selection.stop_s == about(1.0, 4)
    keyed(Key.Key_Up)
    assert (state.selection.low_hz, state.selection.high_hz) == (1000.0, 6000.0)
    keyed(Key.Key_Up, SHIFT, times=12)
    keyed(Key.Key_Down, CTRL, times=24)
    assert state.selection.low_hz == pytest.approx(500.0)
    assert state.selection.high_hz == pytest.approx(6000.0 * 2**0.5)


def test_a_box_moves_in_time_and_in_frequency(keyed, session, about):
    state = session.view_state
    state.select(Region(0.5, 1.0, 1000.0, 2000.0))
    keyed(Key.Key_Right, CTRL | SHIFT, times=3)
    keyed(Key.Key_Left, CTRL | SHIFT)
    keyed(Key.Key_Up, times=24)
    assert state.selection.start_s == about(0.5, 2)
    assert state.selection.duration_s == pytest.approx(0.5)
    assert (state.selection.low_hz, state.selection.high_hz) == pytest.approx((2000.0, 4000.0))


def test_an_edge_that_leaves_the_screen_is_followed(keyed, session):
    state = session.view_state
    state.set_span(0.5, 0.6)
    state.select(Region(0.52, 0.599))
    keyed(Key.Key_K, times=10)
    assert state.selection.stop_s > 0.6
    assert state.start_s < state.selection.stop_s <= state.stop_s


def test_a_locked_selection_stays(keyed, session, act):
    region = Region(0.5, 1.0, 1000.0, 2000.0)
    session.view_state.select(region)
    act("lock")
    for key in (Key.Key_G, Key.Key_K, Key.Key_Up):
        keyed(key)
    assert session.view_state.selection == region


def test_boxes_are_joined_by_way_of_a_place(session, act, opened):
    state = session.view_state
    state.select(Region(0.5, 1.0, 1000.0, 2000.0))
    assert not opened.actions_by_id["add_1"].isEnabled()
    act("store_1")
    state.select(Region(1.5, 1.75, 500.0, 800.0))
    act("add_1")
    assert [part.start_s for part in state.selection.parts()] == [0.5, 1.5]
    act("store_2")
    state.select(Region(0.0, 0.75))
    act("take_2")
    assert [(part.start_s, part.low_hz) for part in state.selection.parts()] == [
        (0.75, 1000.0),
        (1.5, 500.0),
    ]


def test_the_numbers_of_the_selection_are_one_key_away(keyed, opened, session, qtbot):
    session.view_state.select(Region(0.5, 1.0))
    keyed(Key.Key_S)
    assert opened.inspector.fields.isAncestorOf(QApplication.focusWidget())
    for letter in "0.25":
        qtbot.keyClick(QApplication.focusWidget(), letter)
    keyed(Key.Key_Tab)
    assert session.view_state.selection == Region(0.25, 1.0)
    keyed(Key.Key_Up)  # in a field an arrow is the field's
    assert session.view_state.selection.stop_s == pytest.approx(1.001)


def test_arrows_step_and_go_to_edges_in_the_picture_that_has_the_keys(keyed, session, opened):
    state = session.view_state
    state.set_span(0.5, 1.5)
    keyed(Key.Key_Right, SHIFT)
    pixel_s = opened.views.spectrogram.time_scale.seconds_per_pixel
    assert state.playhead_s == pytest.approx(10 * pixel_s)
    opened.views.overview.setFocus()
    keyed(Key.Key_Left)
    whole_s = opened.views.overview.time_scale.seconds_per_pixel
    assert state.playhead_s == pytest.approx(10 * pixel_s - whole_s)
    state.select(Region(1.0, 1.25))
    assert state.playhead_s == 1.0
    keyed(Key.Key_Right, CTRL)
    assert state.playhead_s == 1.25


def test_pages_and_frequencies_are_turned_by_keys(keyed, session):
    state = session.view_state
    state.set_span(0.5, 1.0)
    keyed(Key.Key_PageDown)
    assert (state.start_s, state.stop_s) == pytest.approx((1.0, 1.5))
    keyed(Key.Key_PageUp, times=2)
    assert (state.start_s, state.stop_s) == pytest.approx((0.0, 0.5))
    keyed(Key.Key_Up, CTRL | SHIFT, times=3)
    narrow = (state.low_hz, state.high_hz)
    assert narrow[0] > 40.0
    assert narrow[1] < 12000.0
    keyed(Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert state.low_hz > narrow[0]
    assert state.high_hz > narrow[1]
    keyed(Key.Key_F, CTRL | SHIFT)
    assert (state.low_hz, state.high_hz) == (20.0, 22050.0)
