import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication

from app.view_state import ViewState
from app.widgets.time_axis import LEFT_AXIS
from app.widgets.time_ruler import TimeRuler
from engine.turns import Turns


@pytest.fixture
def state():
    state = ViewState()
    state.reset(60.0, 44100)
    return state


@pytest.fixture
def ruler(qtbot, state):
    ruler = TimeRuler(state)
    qtbot.addWidget(ruler)
    ruler.resize(676, 26)
    ruler.show()
    return ruler


def test_a_click_sets_the_playhead(qtbot, ruler, state):
    qtbot.mousePress(ruler, Qt.MouseButton.LeftButton, pos=QPoint(LEFT_AXIS + 300, 10))
    assert state.playhead_s == pytest.approx(30.0)


def test_a_drag_beyond_the_edge_stops_at_the_visible_span(qtbot, ruler, state):
    state.set_span(10.0, 20.0)
    qtbot.mousePress(ruler, Qt.MouseButton.LeftButton, pos=QPoint(LEFT_AXIS + 300, 10))
    qtbot.mouseMove(ruler, QPoint(5, 10))
    assert state.playhead_s == pytest.approx(10.0)


def test_the_wheel_zooms_at_the_pointer(ruler, state):
    nothing = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
    position = QPointF(LEFT_AXIS + 150, 10)
    phase = Qt.ScrollPhase.NoScrollPhase
    event = QWheelEvent(position, position, QPoint(), QPoint(0, 120), *nothing, phase, False)
    QApplication.sendEvent(ruler, event)
    assert ruler.time_scale.time_at(LEFT_AXIS + 150) == pytest.approx(15.0)
    assert state.stop_s - state.start_s == pytest.approx(48.0)


def test_it_paints_ticks_and_has_a_name(ruler):
    image = ruler.grab().toImage()
    colours = {image.pixelColor(x, 24).rgb() for x in range(LEFT_AXIS, 660)}
    assert len(colours) >= 2
    assert ruler.accessibleName() == "Time ruler"


def columns_of_turns(ruler):
    """Columns that have a tall line in the row of the turns."""
    image = ruler.grab().toImage()
    text = ruler.palette().text().color().lightnessF()
    return [
        x
        for x in range(LEFT_AXIS, LEFT_AXIS + 600)
        if all(abs(image.pixelColor(x, y).lightnessF() - text) < 0.35 for y in range(1, 15))
    ]


def test_turns_have_a_row_of_their_own_while_they_are_shown(ruler, state):
    height = ruler.sizeHint().height()
    ruler.show_turns(Turns(60.0, 0.5))
    assert ruler.sizeHint().height() > height
    assert ruler.spoken()[1] == "The turns of a disc at 60 rpm are marked"
    ruler.resize(676, ruler.sizeHint().height())
    state.set_span(10.0, 20.0)
    assert columns_of_turns(ruler) == [LEFT_AXIS + 30 + 60 * i for i in range(10)]
    ruler.show_turns(None)
    assert ruler.sizeHint().height() == height


def test_an_hour_of_turns_is_numbered_sparsely(ruler, state):
    state.reset(3600.0, 44100)
    ruler.show_turns(Turns(78.26))
    ruler.resize(676, ruler.sizeHint().height())
    at = columns_of_turns(ruler)
    assert 5 <= len(at) <= 20
    assert min(b - a for a, b in zip(at[:-1], at[1:], strict=True)) >= 30
