import numpy as np
import pytest

from app.widgets.response_plot import ResponsePlot

AT_HZ = np.geomspace(20.0, 20_000.0, 61)


@pytest.fixture
def plot(qtbot):
    plot = ResponsePlot()
    qtbot.addWidget(plot)
    plot.resize(241, 121)
    return plot


@pytest.mark.parametrize(("most_db", "range_db"), [(0.0, 10.0), (10.0, 10.0), (21.6, 30.0)])
def test_the_axis_reaches_as_far_as_the_curve(plot, most_db, range_db):
    plot.show_response(AT_HZ, np.linspace(-most_db, most_db / 2, 61))
    assert plot.range_db == range_db


def test_a_wider_plot_is_higher_and_has_a_line_for_every_5_db(plot):
    plot.show_response(AT_HZ, np.linspace(-20.0, 20.0, 61))
    assert [plot.heightForWidth(width) for width in (100, 320, 700, 2000)] == [110, 176, 385, 420]
    assert plot._lines_db() == [-10.0, 0.0, 10.0]
    plot.resize(700, 385)
    assert plot._lines_db() == [5.0 * n for n in range(-3, 4)]


def test_the_curve_is_drawn_where_its_gains_are(plot):
    plot.show_response(AT_HZ, np.full(61, 5.0))
    picture = plot.grab().toImage()
    line = plot.palette().highlight().color()
    rows = [y for y in range(121) if picture.pixelColor(200, y) == line]
    assert rows
    assert np.mean(rows) == pytest.approx(30.0, abs=1.5)  # a quarter down: +5 of -10 .. +10 dB


def test_three_gains_are_told_in_words(plot):
    plot.show_response(AT_HZ, 10.0 * np.log10(1000.0 / AT_HZ))
    assert plot.toolTip() == "100 Hz +10.0 dB, 1000 Hz +0.0 dB, 10000 Hz -10.0 dB"
    assert plot.accessibleDescription() == plot.toolTip()
