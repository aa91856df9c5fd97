import numpy as np
import pytest
from PySide6.QtGui import QColor, QPalette

from app.widgets.colours import COLOUR_MAPS, Colours, colour_table, colours_of


def palette_of(window, text, base, highlight="#2a82da"):
    palette = QPalette()
    for role, colour in (
        (QPalette.ColorRole.Window, window),
        (QPalette.ColorRole.Base, base),
        (QPalette.ColorRole.Text, text),
        (QPalette.ColorRole.Highlight, highlight),
    ):
        palette.setColor(role, QColor(colour))
    return palette


DARK = palette_of("#22262c", "#e6e9ec", "#16191d")
LIGHT = palette_of("#ecedf0", "#1d2126", "#ffffff")


def luminance(colour):
    channels = np.array(colour.getRgbF()[:3])
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def contrast(first, second):
    high, low = sorted((luminance(first), luminance(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("palette", [DARK, LIGHT])
def test_text_and_waveform_stand_out_from_what_is_behind_them(palette):
    colours = colours_of(palette)
    assert isinstance(colours, Colours)
    assert contrast(colours.text, colours.background) >= 4.5
    assert contrast(colours.wave, colours.lane) >= 4.5
    assert contrast(colours.clipped, colours.lane) >= 4.5
    assert contrast(colours.playhead, colours.lane) >= 3.0
    assert contrast(colours.selection_edge, colours.lane) >= 3.0
    for mark in (colours.marker, colours.music, colours.noise):
        assert min(contrast(mark, colours.lane), contrast(mark, colours.background)) >= 4.5


@pytest.mark.parametrize("name", [name for name in COLOUR_MAPS if name != "inverse grey"])
def test_a_colour_map_grows_brighter_with_every_step(name):
    table = colour_table(name, 0.0, 90.0)
    levels = [luminance(QColor(int(colour))) for colour in table]
    assert (np.diff(levels) >= 0).all()
    assert levels[-1] - levels[0] > 0.5


def test_the_range_lies_below_the_top():
    table = colour_table("grey", -20.0, 60.0)  # value 200 is -20 dB, 80 is -80 dB
    assert table[80] == 0xFF000000
    assert table[81] > 0xFF000000
    assert table[199] < 0xFFFFFFFF
    assert table[200] == 0xFFFFFFFF


def test_an_unknown_colour_map_is_the_first():
    assert (colour_table("none", 0.0, 90.0) == colour_table(COLOUR_MAPS[0], 0.0, 90.0)).all()
