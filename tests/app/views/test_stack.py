import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QWidget

from app import settings as keys
from app.views import VIEWS
from app.views.base import AudioView
from app.views.stack import ViewStack
from engine.region import Region
from tests.signals import noise


@pytest.fixture
def window(qtbot):
    """What holds the stack, as the main window does."""
    return QWidget()


@pytest.fixture
def stack(session, shown, rng, window):
    session.open_audio(noise(rng, 10.0, n_channels=2))
    stack = ViewStack(session, window)
    stack.resize(676, 700)
    shown(window, height=700)
    return stack


def test_the_stack_holds_every_view(stack):
    assert {name: type(view) for name, view in stack.views.items()} == VIEWS
    assert all(isinstance(view, AudioView) for view in stack.views.values())


def test_times_lie_at_the_same_pixels_in_all_views_and_the_ruler(stack, session):
    session.view_state.set_span(2.0, 5.0)
    timed = [stack.ruler, stack.waveform, stack.spectrogram]
    places = {w.mapTo(stack, QPoint(round(w.time_scale.x_of(3.3)), 0)).x() for w in timed}
    assert len(places) == 1
    assert len({widget.time_scale.left + widget.time_scale.width for widget in timed}) == 1


def test_every_widget_a_user_can_reach_has_a_name(stack):
    assert all(view.accessibleName() for view in (*stack.views.values(), stack.ruler))


def test_readouts_and_menus_of_all_views_are_passed_on(stack, qtbot):
    said: list[str] = []
    stack.hovered.connect(said.append)
    asked: list[QPoint] = []
    stack.context_menu_requested.connect(asked.append)
    for i, view in enumerate(stack.views.values()):
        view.hovered.emit(str(i))
        view.context_menu_requested.emit(QPoint(i, i))
    assert said == [str(i) for i in range(len(stack.views))]
    assert asked == [QPoint(i, i) for i in range(len(stack.views))]


def test_the_page_turns_when_the_playhead_runs_out(stack, session):
    state = session.view_state
    state.set_span(2.0, 4.0)
    state.set_playhead(3.95)
    state.set_playhead(4.01)
    assert (state.start_s, state.stop_s) == pytest.approx((4.01, 6.01))


def test_the_page_stays_where_following_is_off_or_the_playhead_jumps(stack, session):
    state = session.view_state
    state.set_span(2.0, 4.0)
    state.set_playhead(2.5)
    state.set_playhead(9.0)
    assert state.start_s == 2.0
    session.settings.set(keys.follow_playhead, False)
    state.set_playhead(3.95)
    state.set_playhead(4.01)
    assert state.start_s == 2.0


def test_closing_and_opening_while_pictures_are_drawn_leaves_nothing_behind(
    stack, session, settled, rng, qtbot
):
    for _ in range(5):
        session.open_audio(noise(rng, 20.0))
        qtbot.wait(15)
        session.close()
        assert not stack.grab().isNull()
    session.open_audio(noise(rng, 5.0))
    settled()
    assert not stack.grab().isNull()


def test_channels_are_offered_where_there_are_two(stack, session, rng):
    assert stack.bar.choices["channels"].isEnabled()
    session.open_audio(noise(rng, 1.0))
    assert not stack.bar.choices["channels"].isEnabled()


def test_turns_are_marked_in_ruler_and_pictures_while_they_have_room(stack, session, settled):
    settled()
    session.view_state.set_span(2.0, 5.0)
    settled()
    before = stack.waveform.grab().toImage()
    session.settings.set(keys.turn_phase_s, 0.1)
    session.settings.set(keys.show_turns, True)
    after = stack.waveform.grab().toImage()
    x = round(stack.waveform.time_scale.x_of(0.1 + 4 * 60 / 78.26))
    changed = [c for c in range(64, 664) if _column(before, c) != _column(after, c)]
    assert x in changed
    assert 7 <= len(changed) <= 8  # four turns, two columns each; one may be the playhead's
    settled()
    assert stack.ruler.height() == stack.ruler.sizeHint().height() > 26


def _column(image, x):
    return [image.pixel(x, y) for y in range(image.height())]


def test_the_playhead_goes_to_the_edges_of_what_is_marked(stack, session):
    state = session.view_state
    session.document.mark_noise(Region(0.5, 1.0))
    state.select(Region(4.0, 6.0))
    state.set_span(3.9, 4.1)
    state.set_playhead(0.7)
    at = []
    for _ in range(4):
        stack.go_to_edge(1)
        at.append(state.playhead_s)
    assert at == [1.0, 4.0, 6.0, 10.0]
    stack.go_to_edge(-1)
    assert state.playhead_s == 6.0
    assert state.start_s < 6.0 < state.stop_s
