import pytest

from app.widgets.nudging import (
    LOWEST_HZ,
    band_edge_moved,
    band_moved,
    edge_moved,
    moved_inside,
    stepped_hz,
)
from app.widgets.selection_box import Edge
from engine.region import Region
from engine.shape import BOX, Shape, Stroke

BOXED = Region(1.0, 2.0, 1000.0, 4000.0)
NYQUIST_HZ = 22050.0


def test_a_step_is_a_quarter_tone_and_ends_at_both_ends():
    assert stepped_hz(440.0, 24, NYQUIST_HZ) == pytest.approx(880.0)
    assert stepped_hz(22000.0, 24, NYQUIST_HZ) == NYQUIST_HZ
    assert stepped_hz(20.2, -1, NYQUIST_HZ) == 0.0
    assert stepped_hz(0.0, -1, NYQUIST_HZ) == 0.0
    assert stepped_hz(0.0, 1, NYQUIST_HZ) == LOWEST_HZ


def test_an_edge_moves_alone_and_stays_in_the_recording():
    assert edge_moved(BOXED, Edge.START, 0.5, 3.0) == Region(1.5, 2.0, 1000.0, 4000.0)
    assert edge_moved(BOXED, Edge.START, -5.0, 3.0).start_s == 0.0
    assert edge_moved(BOXED, Edge.STOP, 5.0, 3.0).stop_s == 3.0


def test_an_edge_does_not_pass_the_other_one():
    assert edge_moved(BOXED, Edge.START, 1.0, 3.0) == BOXED
    assert band_edge_moved(BOXED, Edge.LOW, 48, NYQUIST_HZ) == BOXED


def test_a_region_moves_with_its_length_as_far_as_there_is_recording():
    assert moved_inside(BOXED, 5.0, 3.0) == Region(2.0, 3.0, 1000.0, 4000.0)
    assert moved_inside(BOXED, -5.0, 3.0) == Region(0.0, 1.0, 1000.0, 4000.0)


def test_a_drawn_region_moves_with_its_shape():
    shape = Shape((Stroke(BOX, ((1.0, 100.0), (2.0, 200.0))),))
    moved = moved_inside(Region(1.0, 2.0, 100.0, 200.0, shape), 0.5, 3.0)
    assert moved.shape.strokes[0].points == ((1.5, 100.0), (2.5, 200.0))


def test_a_band_keeps_its_width_in_octaves_and_stops_at_the_end():
    assert band_moved(BOXED, 24, NYQUIST_HZ) == Region(1.0, 2.0, 2000.0, 8000.0)
    high = Region(1.0, 2.0, 5000.0, NYQUIST_HZ)
    assert band_moved(high, 1, NYQUIST_HZ) == high
    low = Region(1.0, 2.0, 0.0, 100.0)
    assert band_moved(low, -1, NYQUIST_HZ) == low
    assert band_moved(Region(1.0, 2.0), 1, NYQUIST_HZ) == Region(1.0, 2.0)
