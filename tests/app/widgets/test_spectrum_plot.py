import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QColor

from app.widgets.spectrum_plot import Curve, SpectrumPlot, column_levels
from engine.average_spectrum import Spectrum

BINS_HZ = np.linspace(0.0, 22050.0, 4097)


def flat(level_db, peak_bin=None, peak_db=0.0):
    levels = np.full(4097, level_db, np.float32)
    if peak_bin is not None:
        levels[peak_bin] = peak_db
    return Spectrum(BINS_HZ, levels)


@pytest.fixture
def plot(qtbot):
    plot = SpectrumPlot()
    qtbot.addWidget(plot)
    plot.resize(654, 228)
    plot.show()
    return plot


def test_a_curve_is_where_its_level_is(plot):
    plot.show_curves([Curve("Original", flat(-50.0, 100, -12.0), QColor("red"))])
    assert plot.ends_db == (-60.0, 0.0)
    image = plot.grab().toImage()
    x = round(plot.x_of(8000.0))
    reds = [y for y in range(228) if image.pixelColor(x, y).red() > 200
            and image.pixelColor(x, y).green() < 90]  # fmt: skip
    assert np.mean(reds) == pytest.approx(float(plot.y_of(-50.0)), abs=1.0)


def test_the_pointer_tells_frequency_note_and_every_level(plot, qtbot):
    told: list[str] = []
    plot.told.connect(told.append)
    curves = [Curve("Original", flat(-50.0), QColor("red")), Curve("Noise", flat(-70.0), QColor())]
    plot.show_curves(curves)
    qtbot.mouseMove(plot, QPoint(5, 100))
    qtbot.mouseMove(plot, QPoint(round(plot.x_of(1000.0)), 100))
    hz, note, original, noise = told[-1].split("   ")
    assert float(hz.removesuffix(" Hz")) == pytest.approx(1000.0, rel=0.01)
    assert note.startswith("B5")
    assert (original, noise) == ("Original -50.0 dB", "Noise -70.0 dB")
    assert " ".join(plot.spoken()) == told[-1]
    plot.leaveEvent(QEvent(QEvent.Type.Leave))
    assert told[-1] == ""


def test_left_and_right_move_the_read_out_by_a_pixel_with_shift_by_ten(plot, qtbot):
    plot.show_curves([Curve("Original", flat(-50.0), QColor("red"))])
    qtbot.keyClick(plot, Qt.Key.Key_Right)
    first = plot._at_hz
    assert plot.x_of(first) == pytest.approx(plot.x_of(1000.0) + 1)
    qtbot.keyClick(plot, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert plot.x_of(plot._at_hz) == pytest.approx(plot.x_of(first) - 10)


def test_a_pixel_with_several_bins_shows_their_mean_power_and_others_what_lies_between():
    spectrum = flat(-100.0, 2000, -20.0)
    hz = float(BINS_HZ[2000])
    step = float(BINS_HZ[1])
    (level_db,) = column_levels(spectrum, np.array([hz - 5.5 * step, hz + 4.5 * step]))
    assert level_db == pytest.approx(-30.0, abs=0.01)
    rising = Spectrum(np.array([0.0, 100.0]), np.array([-100.0, 0.0], np.float32))
    np.testing.assert_allclose(column_levels(rising, np.array([20.0, 30.0, 40.0])), [-75, -65])


def test_without_curves_it_is_empty_and_has_a_name(plot):
    assert plot.accessibleName()
    assert not plot.grab().isNull()
    plot.show_curves([Curve("Original", flat(-160.0), QColor("red"))])
    assert plot.ends_db == (-160.0, -140.0)
