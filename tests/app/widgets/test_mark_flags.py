import numpy as np
import pytest
from PySide6.QtGui import QImage, QPainter, QPalette

from app.widgets.colours import colours_of
from app.widgets.mark_flags import paint_marks
from app.widgets.time_axis import TimeScale
from engine.storage.contents import Mark

GREY = 0x80


@pytest.fixture
def painted(qapp):
    """What share of a grey picture of 400 x 100 pixels, 40 s long, marks leave as it was."""

    def paint(marks, start_s=0.0):
        image = QImage(400, 100, QImage.Format.Format_Grayscale8)
        image.fill(GREY)
        painter = QPainter(image)
        scale = TimeScale(start_s, start_s + 40.0, 0, 400)
        paint_marks(painter, marks, scale, colours_of(QPalette()))
        painter.end()
        pixels = np.frombuffer(image.constBits(), np.uint8).reshape(100, -1)[:, :400]
        return pixels == GREY

    return paint


def test_a_crowd_of_marks_leaves_the_picture_to_be_seen(painted):
    free = painted([Mark(at_s, at_s, "") for at_s in np.linspace(10.0, 30.0, 1000)])
    assert free[50, 110:290].all()
    assert not free[2, 110:290].any()
    assert not free[:, 100].any()
    assert not free[:, 300].any()


def test_marks_with_room_between_them_and_pairs_are_as_tall_as_the_picture(painted):
    free = painted([Mark(at_s, at_s, "") for at_s in (5.0, 6.0, 7.0, 7.2)])
    for column in (50, 60, 70, 72):
        assert not free[:, column].any()


def test_which_lines_are_tall_does_not_depend_on_what_is_seen_of_a_crowd(painted):
    free = painted([Mark(at_s, at_s, "") for at_s in np.linspace(9.0, 51.0, 1000)], start_s=10.0)
    assert free[50].all()


def test_a_picture_without_marks_is_left_as_it_is(painted):
    assert painted([]).all()
