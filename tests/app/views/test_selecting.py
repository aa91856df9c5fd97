import pytest
from PySide6.QtCore import QPoint, Qt

from app.views.spectrogram import SpectrogramView
from app.views.waveform import WaveformView
from app.widgets.time_axis import LEFT_AXIS
from engine.region import Region
from tests.signals import noise

PIXEL_S = 10.0 / 600


@pytest.fixture
def state(session):
    return session.view_state


@pytest.fixture
def waveform(session, shown, rng):
    session.open_audio(noise(rng, 10.0))
    return shown(WaveformView(session))


@pytest.fixture
def spectrogram(session, shown, rng):
    session.open_audio(noise(rng, 10.0))
    return shown(SpectrogramView(session), height=400)


def approx_region(region, start_s, stop_s):
    assert region is not None
    assert region.start_s == pytest.approx(start_s, abs=PIXEL_S)
    assert region.stop_s == pytest.approx(stop_s, abs=PIXEL_S)


def test_a_click_sets_the_playhead_and_keeps_the_selection(waveform, state, qtbot):
    state.select(Region(1.0, 2.0))
    qtbot.mouseClick(waveform, Qt.MouseButton.LeftButton, pos=QPoint(LEFT_AXIS + 300, 40))
    assert state.playhead_s == pytest.approx(5.0)
    assert state.selection == Region(1.0, 2.0)


def test_a_drag_of_three_pixels_is_still_a_click(waveform, state, drag):
    drag(waveform, (LEFT_AXIS + 300, 40), (LEFT_AXIS + 303, 40))
    assert state.selection is None
    assert state.playhead_s == pytest.approx(5.0)


@pytest.mark.parametrize(("start", "stop"), [(100, 400), (400, 100)])
def test_a_drag_in_the_waveform_selects_time(waveform, state, drag, start, stop):
    drag(waveform, (LEFT_AXIS + start, 40), (LEFT_AXIS + stop, 150))
    approx_region(state.selection, 100 * PIXEL_S, 400 * PIXEL_S)
    assert not state.selection.has_band


def test_a_drag_out_of_the_view_selects_to_the_edge(waveform, state, drag):
    drag(waveform, (LEFT_AXIS + 300, 40), (2000, -50))
    approx_region(state.selection, 5.0, 10.0)


def test_a_drag_in_the_spectrogram_selects_a_rectangle(spectrogram, state, drag):
    drag(spectrogram, (LEFT_AXIS + 120, 100), (LEFT_AXIS + 240, 300))
    scale = spectrogram.band_scale
    approx_region(state.selection, 2.0, 4.0)
    assert scale.y_of(state.selection.high_hz) == pytest.approx(100, abs=1.0)
    assert scale.y_of(state.selection.low_hz) == pytest.approx(300, abs=1.0)


@pytest.mark.parametrize(("top", "bottom"), [(1, 399), (200, 204)])
def test_a_drag_over_all_heights_or_none_selects_time_alone(spectrogram, state, drag, top, bottom):
    drag(spectrogram, (LEFT_AXIS + 120, top), (LEFT_AXIS + 240, bottom))
    approx_region(state.selection, 2.0, 4.0)
    assert not state.selection.has_band


def test_the_time_tool_selects_time_alone(spectrogram, state, drag):
    spectrogram.select_time_only(True)
    drag(spectrogram, (LEFT_AXIS + 120, 100), (LEFT_AXIS + 240, 300))
    assert state.selection == Region(state.selection.start_s, state.selection.stop_s)


def test_an_edge_of_the_selection_is_dragged(waveform, state, drag):
    state.select(Region(2.0, 4.0))
    drag(waveform, (LEFT_AXIS + 242, 40), (LEFT_AXIS + 360, 40))
    approx_region(state.selection, 2.0, 6.0)


def test_a_corner_of_the_box_is_dragged(spectrogram, state, drag):
    state.select(Region(2.0, 4.0, 500.0, 2000.0))
    y = round(spectrogram.band_scale.y_of(2000.0))
    drag(spectrogram, (LEFT_AXIS + 240, y), (LEFT_AXIS + 300, y - 40))
    approx_region(state.selection, 2.0, 5.0)
    assert spectrogram.band_scale.y_of(state.selection.high_hz) == pytest.approx(y - 40, abs=1.0)
    assert state.selection.low_hz == 500.0


def test_shift_click_extends_the_selection(waveform, state, qtbot):
    shift = Qt.KeyboardModifier.ShiftModifier
    state.set_playhead(1.0)
    for pixel, expected in ((180, (1.0, 3.0)), (480, (1.0, 8.0)), (30, (0.5, 8.0))):
        position = QPoint(LEFT_AXIS + pixel, 40)
        qtbot.mouseClick(waveform, Qt.MouseButton.LeftButton, shift, position)
        approx_region(state.selection, *expected)
    assert state.playhead_s == 1.0


def test_a_double_click_selects_all(waveform, state, qtbot):
    qtbot.mouseDClick(waveform, Qt.MouseButton.LeftButton, pos=QPoint(LEFT_AXIS + 100, 40))
    assert state.selection == Region(0.0, 10.0)


def test_escape_takes_back_a_drag_then_clears_the_selection(waveform, state, drag, qtbot):
    state.select(Region(1.0, 2.0))
    drag(waveform, (LEFT_AXIS + 300, 40), (LEFT_AXIS + 400, 40), release=False)
    approx_region(state.selection, 5.0, 400 * PIXEL_S)
    qtbot.keyClick(waveform, Qt.Key.Key_Escape)
    assert state.selection == Region(1.0, 2.0)
    qtbot.mouseRelease(waveform, Qt.MouseButton.LeftButton, pos=QPoint(LEFT_AXIS + 400, 40))
    qtbot.keyClick(waveform, Qt.Key.Key_Escape)
    assert state.selection is None


def test_the_cursor_shows_what_can_be_dragged(spectrogram, state, qtbot):
    state.select(Region(2.0, 4.0, 500.0, 2000.0))
    y = round(spectrogram.band_scale.y_of(2000.0))
    for x, row, shape in (
        (120, y, Qt.CursorShape.SizeFDiagCursor),
        (180, y, Qt.CursorShape.SizeVerCursor),
        (240, y + 40, Qt.CursorShape.SizeHorCursor),
        (400, y, Qt.CursorShape.CrossCursor),
    ):
        qtbot.mouseMove(spectrogram, QPoint(LEFT_AXIS + x, row))
        assert spectrogram.cursor().shape() == shape
