import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import SettingsError
from engine.region import Region
from engine.shape import ALL_HZ, BOX, BRUSH, LASSO, Shape, Stroke

DURATION_S, NYQUIST_HZ = 10.0, 22050.0


def box(
    start_s: float,
    stop_s: float,
    low_hz: float = 0.0,
    high_hz: float = ALL_HZ,
    *,
    adds: bool = True,
) -> Stroke:
    return Stroke(BOX, ((start_s, low_hz), (stop_s, high_hz)), adds)


def ring(middle_s: float, radius_s: float, middle_hz: float, octaves: float) -> Stroke:
    angles = np.linspace(0.0, 2 * np.pi, 200, endpoint=False)
    times = middle_s + radius_s * np.cos(angles)
    heights = middle_hz * 2.0 ** (octaves * np.sin(angles))
    return Stroke(LASSO, tuple(zip(times.tolist(), heights.tolist(), strict=True)))


def at(shape: Shape, time_s: float, hz: float) -> bool:
    return bool(shape.selected(np.array([time_s]), np.array([hz]))[0, 0])


def test_a_box_takes_its_lower_edges_and_leaves_its_upper_ones():
    shape = Shape((box(1.0, 2.0, 100.0, 200.0),))
    assert at(shape, 1.0, 100.0)
    assert not at(shape, 2.0, 150.0)
    assert not at(shape, 1.5, 200.0)


def test_a_lasso_has_the_area_of_its_polygon_and_holds_where_its_rim_crosses_itself():
    circle = Shape((ring(5.0, 1.0, 1000.0, 2.0),))
    time_s, octave = np.linspace(3.0, 7.0, 400), np.linspace(7.0, 13.0, 400)
    selected = circle.selected(time_s, 2.0**octave)
    assert selected.mean() * 4.0 * 6.0 == pytest.approx(np.pi * 1.0 * 2.0, rel=0.01)
    star = [(5 + np.cos(a), 2.0 ** (10 + np.sin(a))) for a in np.arange(5) * 4 * np.pi / 5]
    assert at(Shape((Stroke(LASSO, tuple(star)),)), 5.0, 1024.0)


def test_a_brush_covers_what_is_at_most_a_radius_from_its_way():
    brush = Shape((Stroke(BRUSH, ((2.0, 500.0), (4.0, 500.0)), True, 0.5, 1.0),))
    inside = [(3.0, 990.0), (1.55, 500.0), (4.4, 500.0)]
    outside = [(3.0, 1010.0), (1.45, 500.0), (4.4, 900.0)]
    assert all(at(brush, *point) for point in inside)
    assert not any(at(brush, *point) for point in outside)


def test_later_strokes_win():
    shape = Shape((box(1.0, 4.0), box(2.0, 3.0, adds=False), box(2.4, 2.6)))
    assert [at(shape, t, 1000.0) for t in (1.5, 2.2, 2.5, 2.8, 3.5)] == [True, False, True, False,
                                                                          True]  # fmt: skip


@given(st.floats(0.0, 9.9), st.floats(20.0, 20000.0))
@settings(max_examples=60, deadline=None)
def test_the_inverse_selects_exactly_what_the_shape_does_not(time_s: float, hz: float):
    shape = Shape((ring(5.0, 2.0, 800.0, 1.5), box(1.0, 3.0, 300.0, 3000.0)))
    assert at(shape.inverted(DURATION_S), time_s, hz) is not at(shape, time_s, hz)


def test_boxes_that_make_a_plain_span_or_a_plain_box_become_that():
    joined = Region.drawn(Shape((box(1.0, 2.0), box(2.0, 3.0))), DURATION_S, NYQUIST_HZ)
    assert joined == Region(1.0, 3.0)
    cut = Shape((box(1.0, 5.0, 100.0, 4000.0), box(0.0, 2.0, adds=False)))
    assert Region.drawn(cut, DURATION_S, NYQUIST_HZ) == Region(2.0, 5.0, 100.0, 4000.0)


def test_spans_apart_are_parts_with_exact_edges():
    region = Region.drawn(Shape((box(1.0, 2.0), box(4.25, 5.0))), DURATION_S, NYQUIST_HZ)
    assert region is not None
    assert (region.start_s, region.stop_s) == (1.0, 5.0)
    assert region.parts() == (Region(1.0, 2.0), Region(4.25, 5.0))


def test_a_lasso_beside_a_span_keeps_its_shape():
    strokes = (box(1.0, 2.0), ring(6.0, 1.0, 1000.0, 1.0))
    region = Region.drawn(Shape(strokes), DURATION_S, NYQUIST_HZ)
    assert region is not None
    plain, drawn = region.parts()
    assert plain == Region(1.0, 2.0)
    assert drawn.shape
    assert (drawn.start_s, drawn.stop_s) == pytest.approx((5.0, 7.0), abs=0.02)


def test_nothing_is_no_region():
    nothing = Shape((box(1.0, 2.0, 100.0, 900.0), box(0.5, 3.0, adds=False)))
    assert Region.drawn(nothing, DURATION_S, NYQUIST_HZ) is None
    assert Region.drawn(Shape(), DURATION_S, NYQUIST_HZ) is None


def test_a_shape_moves_with_its_region():
    region = Region.drawn(Shape((ring(5.0, 1.0, 1000.0, 1.0),)), DURATION_S, NYQUIST_HZ)
    assert region is not None
    moved = region.moved(-2.0)
    assert at(moved.shape, 3.0, 1000.0)
    assert moved.start_s == pytest.approx(region.start_s - 2.0)


@pytest.mark.parametrize(
    ("tool", "points", "told"),
    [
        ("wand", ((0.0, 1.0), (1.0, 2.0)), "no tool"),
        (LASSO, ((0.0, 1.0), (1.0, 2.0)), "2 points"),
        (BOX, ((0.0, 1.0), (float("nan"), 2.0)), "not a number"),
        (BRUSH, ((0.0, 1.0),), "width"),
    ],
)
def test_strokes_that_are_none_say_so(
    tool: str, points: tuple[tuple[float, float], ...], told: str
):
    with pytest.raises(SettingsError, match=told):
        Stroke(tool, points)
