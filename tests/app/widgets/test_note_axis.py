import numpy as np
import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QFont, QImage, QPainter

from app.widgets.frequency_axis import FrequencyScale, note_hz, note_name, note_of
from app.widgets.note_axis import note_ticks, paint_notes


def names(kind, low_hz, high_hz, height):
    return [tick.label for tick in note_ticks(FrequencyScale(kind, low_hz, high_hz, 0, height))]


def test_a_note_has_the_frequency_and_the_name_that_is_read_out():
    assert note_hz(57) == 440.0
    assert note_hz(48) == pytest.approx(261.6256, abs=1e-4)
    assert note_name(note_hz(48)) == f"{note_of(48)} +0" == "C4 +0"


def test_over_ten_octaves_every_c_is_named_and_nothing_else():
    assert names("log", 20.0, 20480.0, 250) == [f"C{n}" for n in range(1, 11)]


def test_the_triad_comes_before_the_white_keys_and_those_before_the_black_ones():
    assert names("log", 260.0, 524.0, 80) == ["C4", "E4", "G4", "C5"]
    assert names("log", 260.0, 524.0, 160) == ["C4", "D4", "E4", "G4", "A4", "C5"]
    assert len(names("log", 260.0, 524.0, 260)) == 13


@pytest.mark.parametrize("kind", ["log", "linear", "mel"])
def test_names_never_lie_on_one_another(kind):
    scale = FrequencyScale(kind, 20.0, 22050.0, 0, 500)
    y = np.array([scale.y_of(tick.value) for tick in note_ticks(scale)])
    assert len(y) >= 6
    assert np.diff(y).max() <= -17


@pytest.mark.parametrize("size", [9, 20])
def test_names_are_light_on_a_shade_at_the_right_edge(qapp, size):
    image = QImage(200, 250, QImage.Format.Format_RGB32)
    image.fill(QColor("#fcffa4"))
    with QPainter(image) as painter:
        font = QFont(painter.font())
        font.setPointSize(size)
        painter.setFont(font)
        paint_notes(painter, FrequencyScale("log", 20.0, 20480.0, 0, 250), QRect(20, 0, 170, 250))
    pixels = np.frombuffer(image.constBits(), np.uint32).reshape(250, 200) & 0xFFFFFF
    changed = np.flatnonzero((pixels != 0xFCFFA4).any(axis=0))
    assert changed.max() == 189
    assert 2 * size < 190 - changed.min() < 6 * size
    n_names = (pixels[:, 185:190] == 0xFFFFFF).all(axis=1).sum()
    assert n_names >= (9 if size == 9 else 4)
    shaded = (pixels[:, 186] != 0xFCFFA4).sum()
    assert shaded >= n_names * size
