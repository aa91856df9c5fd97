import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from app import settings as keys
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


def test_the_time_tool_selects_time_alone(spectrogram, session, state, drag):
    session.settings.set(keys.selection_tool, "time")
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


def shift_drag(view, qtbot, start, stop):
    """As a hand does it: qtbot's mouse moves without the keys that are held."""
    left, shift = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier
    qtbot.mousePress(view, left, shift, QPoint(*start))
    for share in (0.5, 1.0):
        x, y = (round(a + share * (b - a)) for a, b in zip(start, stop, strict=True))
        qtbot.mouseMove(view, QPoint(x, y))
    qtbot.mouseRelease(view, left, shift, QPoint(*stop))


def test_a_shift_drag_inside_the_selection_moves_all_of_it(spectrogram, state, qtbot):
    state.select(Region(2.0, 4.0, 500.0, 2000.0))
    scale = spectrogram.band_scale
    y = round(scale.y_of(800.0))
    shift_drag(spectrogram, qtbot, (LEFT_AXIS + 150, y), (LEFT_AXIS + 210, y - 30))
    approx_region(state.selection, 3.0, 5.0)
    assert scale.y_of(state.selection.low_hz) == pytest.approx(scale.y_of(500.0) - 30, abs=0.01)
    assert scale.y_of(state.selection.high_hz) == pytest.approx(scale.y_of(2000.0) - 30, abs=0.01)


def test_a_shift_click_inside_the_selection_still_moves_its_nearer_edge(waveform, state, qtbot):
    state.select(Region(2.0, 4.0))
    shift = Qt.KeyboardModifier.ShiftModifier
    where = QPoint(LEFT_AXIS + 210, 40)
    qtbot.mouseClick(waveform, Qt.MouseButton.LeftButton, shift, where)
    approx_region(state.selection, 2.0, 3.5)
    shift_drag(waveform, qtbot, (LEFT_AXIS + 150, 40), (LEFT_AXIS + 210, 40))
    approx_region(state.selection, 3.0, 4.5)


def test_the_middle_of_the_selection_drags_all_of_it(spectrogram, state, drag):
    state.select(Region(2.0, 4.0, 500.0, 2000.0))
    y = round(spectrogram.band_scale.y_of(1000.0))
    drag(spectrogram, (LEFT_AXIS + 180, y), (LEFT_AXIS + 240, y))
    approx_region(state.selection, 3.0, 5.0)
    assert state.selection.low_hz == pytest.approx(500.0)
    state.lock(is_on=True)
    drag(spectrogram, (LEFT_AXIS + 240, y), (LEFT_AXIS + 300, y))
    approx_region(state.selection, 3.0, 5.0)


def test_a_brush_begins_in_the_middle_of_the_selection_as_anywhere(
    spectrogram, session, state, qtbot
):
    session.settings.set(keys.selection_tool, "brush")
    state.select(Region(2.0, 4.0, 500.0, 2000.0))
    y = round(spectrogram.band_scale.y_of(1000.0))
    qtbot.mouseMove(spectrogram, QPoint(LEFT_AXIS + 180, y))
    assert spectrogram.cursor().shape() is Qt.CursorShape.CrossCursor
    draw(qtbot, spectrogram, [(LEFT_AXIS + 180, y), (LEFT_AXIS + 240, y)])
    assert len(state.selection.shape.strokes) == 1


def white_at(view, x, y):
    return view.grab().toImage().pixelColor(x, y).getRgb()[:3] == (255, 255, 255)


def test_handles_are_seen_unless_the_selection_is_locked_and_the_middle_one_under_the_pointer(
    spectrogram, state, qtbot
):
    state.select(Region(2.0, 4.0, 500.0, 2000.0))
    scale = spectrogram.band_scale
    left, top = LEFT_AXIS + 120, round(scale.y_of(2000.0))
    middle = (LEFT_AXIS + 180, round(0.5 * (scale.y_of(2000.0) + scale.y_of(500.0))))
    assert white_at(spectrogram, left + 2, top + 2)
    assert white_at(spectrogram, left - 2, top - 2)
    assert not white_at(spectrogram, *middle)
    qtbot.mouseMove(spectrogram, QPoint(left + 20, top + 20))
    assert white_at(spectrogram, *middle)
    assert spectrogram.cursor().shape() is Qt.CursorShape.CrossCursor
    qtbot.mouseMove(spectrogram, QPoint(*middle))
    assert spectrogram.cursor().shape() is Qt.CursorShape.SizeAllCursor
    QApplication.sendEvent(spectrogram, QEvent(QEvent.Type.Leave))
    assert not white_at(spectrogram, *middle)
    state.lock(is_on=True)
    assert not white_at(spectrogram, left - 2, top - 2)


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


def draw(
    qtbot, view, way, button=Qt.MouseButton.LeftButton, modifiers=Qt.KeyboardModifier.NoModifier
):
    qtbot.mousePress(view, button, modifiers, QPoint(*way[0]))
    for point in way[1:]:
        at = QPointF(*point)
        none = Qt.MouseButton.NoButton
        event = QMouseEvent(QEvent.Type.MouseMove, at, at, none, button, modifiers)
        QApplication.sendEvent(view, event)
    qtbot.mouseRelease(view, button, modifiers, QPoint(*way[-1]))


def is_selected(view, state, x, y):
    at = np.array([view.time_scale.time_at(x)]), np.array([view.band_scale.hz_at(y)])
    return bool(state.selection.shape.selected(*at)[0, 0])


CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier


def test_the_band_tool_selects_a_band_of_the_whole_side(spectrogram, session, state, drag):
    session.settings.set(keys.selection_tool, "band")
    drag(spectrogram, (LEFT_AXIS + 120, 100), (LEFT_AXIS + 240, 300))
    assert (state.selection.start_s, state.selection.stop_s) == (0.0, 10.0)
    scale = spectrogram.band_scale
    assert scale.y_of(state.selection.high_hz) == pytest.approx(100, abs=1.0)
    assert scale.y_of(state.selection.low_hz) == pytest.approx(300, abs=1.0)


def test_a_lasso_selects_what_it_goes_around(spectrogram, session, state, qtbot):
    session.settings.set(keys.selection_tool, "lasso")
    way = [(LEFT_AXIS + x, y) for x, y in ((100, 100), (300, 120), (200, 300), (100, 100))]
    draw(qtbot, spectrogram, way)
    assert is_selected(spectrogram, state, LEFT_AXIS + 200, 180)
    assert not is_selected(spectrogram, state, LEFT_AXIS + 110, 280)
    approx_region(state.selection, 100 * PIXEL_S, 300 * PIXEL_S)


def test_a_brush_selects_what_it_goes_over_as_wide_as_it_is(spectrogram, session, state, qtbot):
    session.settings.set(keys.selection_tool, "brush")
    session.settings.set(keys.brush_size, 24)
    draw(qtbot, spectrogram, [(LEFT_AXIS + x, 200) for x in range(100, 301, 20)])
    for x, y, is_in in ((200, 200, True), (200, 210, True), (200, 190, True), (200, 215, False),
                        (92, 200, True), (85, 200, False), (308, 200, True)):  # fmt: skip
        assert is_selected(spectrogram, state, LEFT_AXIS + x, y) is is_in, (x, y)


def test_ctrl_adds_and_alt_takes_away(spectrogram, state, qtbot):
    draw(qtbot, spectrogram, [(LEFT_AXIS + 100, 100), (LEFT_AXIS + 200, 200)])
    draw(qtbot, spectrogram, [(LEFT_AXIS + 300, 150), (LEFT_AXIS + 400, 250)], modifiers=CTRL)
    assert is_selected(spectrogram, state, LEFT_AXIS + 150, 150)
    assert is_selected(spectrogram, state, LEFT_AXIS + 350, 200)
    assert not is_selected(spectrogram, state, LEFT_AXIS + 250, 175)
    draw(qtbot, spectrogram, [(LEFT_AXIS + 120, 120), (LEFT_AXIS + 180, 180)], modifiers=ALT)
    assert not is_selected(spectrogram, state, LEFT_AXIS + 150, 150)
    assert is_selected(spectrogram, state, LEFT_AXIS + 110, 110)


def test_spans_added_in_the_waveform_stay_spans(waveform, state, qtbot):
    draw(qtbot, waveform, [(LEFT_AXIS + 100, 40), (LEFT_AXIS + 200, 50)])
    draw(qtbot, waveform, [(LEFT_AXIS + 300, 40), (LEFT_AXIS + 400, 50)], modifiers=CTRL)
    first, second = state.selection.parts()
    approx_region(first, 100 * PIXEL_S, 200 * PIXEL_S)
    approx_region(second, 300 * PIXEL_S, 400 * PIXEL_S)
    assert not first.has_band
    assert not second.has_band


def test_a_span_that_is_taken_from_another_leaves_a_plain_one(waveform, state, qtbot):
    draw(qtbot, waveform, [(LEFT_AXIS + 100, 40), (LEFT_AXIS + 300, 50)])
    draw(qtbot, waveform, [(LEFT_AXIS + 200, 40), (LEFT_AXIS + 400, 50)], modifiers=ALT)
    approx_region(state.selection, 100 * PIXEL_S, 200 * PIXEL_S)
    assert not state.selection.shape


def test_esc_gives_up_a_lasso(spectrogram, session, state, qtbot):
    session.settings.set(keys.selection_tool, "lasso")
    state.select(Region(1.0, 2.0))
    qtbot.mousePress(spectrogram, Qt.MouseButton.LeftButton, pos=QPoint(LEFT_AXIS + 300, 100))
    qtbot.mouseMove(spectrogram, QPoint(LEFT_AXIS + 400, 200))
    qtbot.keyClick(spectrogram, Qt.Key.Key_Escape)
    qtbot.mouseRelease(spectrogram, Qt.MouseButton.LeftButton, pos=QPoint(LEFT_AXIS + 300, 300))
    assert state.selection == Region(1.0, 2.0)


def test_a_locked_selection_stays(waveform, state, drag):
    state.select(Region(1.0, 2.0))
    state.lock(is_on=True)
    drag(waveform, (LEFT_AXIS + 100, 40), (LEFT_AXIS + 400, 150))
    assert state.selection == Region(1.0, 2.0)
    state.lock(is_on=False)
    drag(waveform, (LEFT_AXIS + 100, 40), (LEFT_AXIS + 400, 150))
    approx_region(state.selection, 100 * PIXEL_S, 400 * PIXEL_S)


def test_a_drawn_selection_is_painted_where_it_selects(spectrogram, session, state, qtbot):
    session.settings.set(keys.selection_tool, "lasso")
    before = spectrogram.grab().toImage()
    way = [(LEFT_AXIS + x, y) for x, y in ((100, 100), (300, 120), (200, 300), (100, 100))]
    draw(qtbot, spectrogram, way)
    after = spectrogram.grab().toImage()
    changed = [(x, y) for x in range(80, 330, 10) for y in range(80, 320, 10)
               if before.pixel(LEFT_AXIS + x, y) != after.pixel(LEFT_AXIS + x, y)]  # fmt: skip
    assert changed
    playhead_x = round(spectrogram.time_scale.x_of(state.playhead_s))
    for x, y in changed:
        near = [(x + dx, y + dy) for dx in (-2, 0, 2) for dy in (-2, 0, 2)]
        is_in = any(is_selected(spectrogram, state, LEFT_AXIS + a, b) for a, b in near)
        assert is_in or abs(LEFT_AXIS + x - playhead_x) < 3, (x, y)
