import numpy as np
import pytest

from app.widgets.frequency_axis import FrequencyScale
from app.widgets.selection_box import (
    Edge,
    dragged,
    edge_at,
    extended,
    moved,
    seen_box,
    spanned,
)
from app.widgets.time_axis import TimeScale
from engine.region import Region

TIME = TimeScale(0.0, 10.0, 0, 1000)
BAND = FrequencyScale("log", 20.0, 20480.0, 0, 1000)
SPAN = Region(2.0, 4.0)
BOX = Region(2.0, 4.0, 320.0, 1280.0)  # y 400 to 600


@pytest.mark.parametrize(
    ("x", "y", "edge"),
    [
        (200, 10, Edge.START),
        (404, 900, Edge.STOP),
        (300, 500, Edge.NONE),
        (194, 500, Edge.NONE),
    ],
)
def test_the_edges_of_a_span_are_taken_at_any_height(x, y, edge):
    assert edge_at(SPAN, TIME, BAND, x, y) == edge
    assert edge_at(SPAN, TIME, None, x, y) == edge


@pytest.mark.parametrize(
    ("x", "y", "edge"),
    [
        (200, 500, Edge.START),
        (300, 398, Edge.HIGH),
        (300, 603, Edge.LOW),
        (201, 401, Edge.START | Edge.HIGH),
        (400, 600, Edge.STOP | Edge.LOW),
        (200, 300, Edge.NONE),
        (300, 500, Edge.NONE),
        (600, 400, Edge.NONE),
    ],
)
def test_edges_and_corners_of_a_box_are_taken_near_it_only(x, y, edge):
    assert edge_at(BOX, TIME, BAND, x, y) == edge


def test_a_dragged_edge_moves_alone():
    assert dragged(BOX, Edge.STOP, 5.0, 700.0, 10.0) == Region(2.0, 5.0, 320.0, 1280.0)
    assert dragged(BOX, Edge.LOW, 5.0, 700.0, 10.0) == Region(2.0, 4.0, 700.0, 1280.0)
    assert dragged(SPAN, Edge.START, 1.0, 700.0, 10.0) == Region(1.0, 4.0)


def test_a_dragged_corner_moves_both_edges():
    corner = Edge.START | Edge.HIGH
    assert dragged(BOX, corner, 1.0, 2000.0, 10.0) == Region(1.0, 4.0, 320.0, 2000.0)


def test_an_edge_may_be_dragged_across_the_opposite_one():
    assert dragged(SPAN, Edge.START, 5.0, None, 10.0) == Region(4.0, 5.0)
    assert dragged(SPAN, Edge.START, 4.0, None, 10.0) is None
    assert dragged(BOX, Edge.LOW, 3.0, 5000.0, 10.0) == Region(2.0, 4.0, 1280.0, 5000.0)


def test_two_points_span_a_region_in_either_direction_inside_the_recording():
    assert spanned((3.0, 900.0), (1.0, 100.0), 10.0) == Region(1.0, 3.0, 100.0, 900.0)
    assert spanned((-1.0, None), (12.0, None), 10.0) == Region(0.0, 10.0)
    assert spanned((3.0, None), (3.0, None), 10.0) is None


def test_extending_moves_the_nearer_edge():
    assert extended(SPAN, 1.0) == Region(1.0, 4.0)
    assert extended(SPAN, 9.0) == Region(2.0, 9.0)
    assert extended(BOX, 2.5) == Region(2.5, 4.0, 320.0, 1280.0)


def test_a_box_has_handles_at_its_corners_and_at_edges_that_have_room():
    box, low, span = (
        seen_box(each, TIME, BAND, 1000) for each in (BOX, Region(2.0, 2.03, 320.0, 330.0), SPAN)
    )
    assert box is not None
    assert low is not None
    assert span is not None
    corners = [(x, y) for x in (200.0, 400.0) for y in (400.0, 600.0)]
    middles = [(200.0, 500.0), (400.0, 500.0), (300.0, 400.0), (300.0, 600.0)]
    assert np.array(box.handles) == pytest.approx(np.array([*corners, *middles]))
    assert len(low.handles) == 4
    assert low.centre is None
    assert span.handles == [(200.0, 500.0), (400.0, 500.0)]


def test_the_handle_of_the_whole_is_in_the_middle_of_what_is_seen():
    box = seen_box(Region(8.0, 14.0, 320.0, 1280.0), TIME, BAND, 1000)
    assert box is not None
    assert box.centre == pytest.approx((900.0, 500.0))
    assert box.is_centre(906, 494)
    assert not box.is_centre(910, 500)
    assert seen_box(Region(12.0, 14.0), TIME, BAND, 1000) is None
    assert seen_box(Region(2.0, 4.0, 5.0, 10.0), TIME, BAND, 1000) is None


def test_a_moved_box_keeps_its_length_and_its_height_on_the_screen():
    ends = Region(0.0, 10.0, 0.0, 20480.0)
    found = moved(BOX, 1.0, -100.0, BAND, ends)
    assert (found.start_s, found.stop_s) == (3.0, 5.0)
    assert (found.low_hz, found.high_hz) == pytest.approx((640.0, 2560.0))
    assert moved(SPAN, 1.5, 40.0, None, ends) == Region(3.5, 5.5)


def test_a_moved_box_stops_at_the_ends_of_the_side_and_of_the_frequencies():
    ends = Region(0.0, 10.0, 0.0, 20480.0)
    late = moved(BOX, 50.0, -5000.0, BAND, ends)
    assert (late.start_s, late.stop_s) == (8.0, 10.0)
    assert (late.low_hz, late.high_hz) == pytest.approx((5120.0, 20480.0))
    early = moved(BOX, -50.0, 5000.0, BAND, ends)
    assert (early.start_s, early.stop_s) == (0.0, 2.0)
    assert (early.low_hz, early.high_hz) == pytest.approx((10.0, 40.0))
    linear = FrequencyScale("linear", 0.0, 1000.0, 0, 1000)
    found = moved(Region(2.0, 4.0, 100.0, 300.0), 0.0, 900.0, linear, ends)
    assert (found.low_hz, found.high_hz) == pytest.approx((0.0, 200.0))
