"""Curve plot: axes that fit, and what is said of it."""

import math

import pytest

from app.widgets.curve_plot import CurvePlot, ticks


@pytest.fixture
def plot(qtbot):
    plot = CurvePlot("Loss", "min", "Appears soon")
    qtbot.addWidget(plot)
    plot.resize(400, 200)
    plot.show()
    return plot


@pytest.mark.parametrize(
    ("low", "high", "most", "expected"),
    [
        (0.0, 10.0, 5, [0, 2, 4, 6, 8, 10]),
        (-0.31, 0.12, 4, [-0.2, 0.0]),
        (3.0, 3.0, 4, []),
        (0.0, 1500.0, 3, [0, 500, 1000, 1500]),
    ],
)
def test_ticks_are_round_numbers(low, high, most, expected):
    assert ticks(low, high, most) == pytest.approx(expected)


def test_the_axes_hold_curve_and_line(plot):
    plot.show_curve([(1.0, 3.0), (5.0, 4.0)], line=(2.0, "before"))
    last, low, high = plot.ends
    assert (last, low, high) == (5.15, pytest.approx(1.84), pytest.approx(4.16))
    assert plot.accessibleDescription() == "4"


def test_figures_that_are_no_numbers_are_left_out(plot, qtbot):
    plot.show_curve([(1.0, math.nan), (2.0, -1.0)], "Other")
    assert plot.points == ((2.0, -1.0),)
    assert plot.accessibleName() == "Other"
    plot.grab()


def test_nothing_yet_is_told(plot):
    plot.show_curve([])
    assert plot.ends == pytest.approx((1.03, -0.08, 1.08))
    plot.grab()


def test_a_curve_is_drawn_within_its_plot(plot):
    empty = plot.grab().toImage()
    plot.show_curve([(0.0, 0.0), (10.0, 1.0)])
    drawn = plot.grab().toImage()
    changed = sum(
        empty.pixel(x, y) != drawn.pixel(x, y) for x in range(60, 388, 4) for y in range(30, 176, 4)
    )
    assert changed > 20
