import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt

from app.event_columns import DECISIONS
from app.event_list import EventList
from app.views.events import EventsView
from app.widgets.event_marks import LaneScale, mark_colours
from app.widgets.time_axis import LEFT_AXIS
from engine.event import Decision
from engine.review import decide
from tests.app.found import found, many_found
from tests.signals import noise

RATE = 44100
HEIGHT = 40
STARTS = tuple(range(RATE, 9 * RATE + 1, RATE))


@pytest.fixture
def document(session, rng):
    return session.open_audio(noise(rng, 10.0, n_channels=2))


@pytest.fixture
def view(session, document, shown):
    """Nine events, a second apart, on 600 pixels for ten seconds."""
    document.commit((found(document.source, STARTS),), document.revision)
    return shown(EventsView(session, events=EventList(session)), height=HEIGHT)


def marked_lanes(view) -> list[Decision]:
    """The lanes in which anything is painted right of the playhead."""
    image, ground = view.grab().toImage(), view.colours.lane.rgb()
    lane = HEIGHT // len(DECISIONS)
    columns = range(LEFT_AXIS + 3, LEFT_AXIS + 600)
    return [
        decision
        for number, decision in enumerate(DECISIONS)
        for y in [number * lane + lane // 2]
        if any(image.pixel(x, y) != ground for x in columns)
    ]


def lane_of(decision: Decision) -> int:
    return round(float(LaneScale(HEIGHT).middle_of(np.array([DECISIONS.index(decision)]))[0]))


def test_a_click_on_a_mark_names_the_event_and_elsewhere_moves_the_playhead(view, session, qtbot):
    chosen: list[int] = []
    view.chosen.connect(chosen.append)
    lane = lane_of(Decision.PENDING)
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPoint(LEFT_AXIS + 182, lane))
    assert chosen == [2]
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPoint(LEFT_AXIS + 150, lane))
    assert chosen == [2]
    assert session.view_state.playhead_s == pytest.approx(2.5, abs=0.02)


def test_a_mark_is_told_of_under_the_pointer(view, qtbot):
    said: list[str] = []
    view.hovered.connect(said.append)
    qtbot.mouseMove(view, QPoint(LEFT_AXIS + 120, 20))
    assert "Declick 2 · 0:02.000 · 0.23 ms · L · 89% sure" in said[-1]
    assert view.toolTip().startswith("Declick 2")
    qtbot.mouseMove(view, QPoint(LEFT_AXIS + 150, 20))
    assert "Declick" not in said[-1]
    assert view.toolTip() == ""


def test_a_decision_moves_the_mark_to_another_lane(view, document):
    assert marked_lanes(view) == [Decision.PENDING]
    done = decide(document.state, document.operations[0], range(9), Decision.REJECTED)
    document.commit((done,), document.revision)
    assert marked_lanes(view) == [Decision.REJECTED]


def test_the_event_that_is_looked_at_has_a_ring(view):
    before = view.grab().toImage()
    view.events.set_current(4)
    after = view.grab().toImage()
    x, y = LEFT_AXIS + 300, lane_of(Decision.PENDING)
    near = [(x + i, y + j) for i in range(-8, 9) for j in range(-4, 9)]
    assert any(before.pixel(*each) != after.pixel(*each) for each in near)
    assert before.copy(0, 0, 340, HEIGHT) == after.copy(0, 0, 340, HEIGHT)


def test_thousands_are_pooled_in_their_lane_and_the_nearest_is_told(view, document, qtbot):
    document.commit((many_found(document.source, 20_000),), document.revision)
    image, colour = view.grab().toImage(), mark_colours(view.palette())[Decision.PENDING].rgb()
    lane = HEIGHT // len(DECISIONS)
    for x in range(LEFT_AXIS + 3, LEFT_AXIS + 599):
        column = [image.pixel(x, y) == colour for y in range(HEIGHT)]
        assert any(column[:lane]), x
        assert not any(column[lane:]), x
    said: list[str] = []
    view.hovered.connect(said.append)
    qtbot.mouseMove(view, QPoint(LEFT_AXIS + 155, 5))
    assert "more here" in said[-1]
