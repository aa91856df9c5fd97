import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage, QPainter

from app.widgets import shape_picture as pictures
from app.widgets.frequency_axis import FrequencyScale
from app.widgets.shape_picture import STRIP, ShapePictures, shape_picture
from app.widgets.time_axis import TimeScale
from engine.shape import BOX, BRUSH, Shape, Stroke

BAND = FrequencyScale("log", 20.0, 20480.0, 0, 200)
FILL = QColor(0, 120, 255, 40)
SHAPE = Shape(
    (
        Stroke(BRUSH, tuple((1.0 + 0.05 * i, 500.0 + 20.0 * i) for i in range(80)), True, 0.1, 0.2),
        Stroke(BOX, ((3.0, 900.0), (8.0, 9000.0))),
        Stroke(BOX, ((4.0, 2000.0), (5.0, 4000.0)), adds=False),
    )
)
SPAN_S = (0.9, 8.0)


@pytest.fixture
def made(monkeypatch):
    """Places of the strips that were made."""
    places = []

    def noted(shape, time, band, left, width, fill, ratio):
        places.append((left + 4) // STRIP)
        return shape_picture(shape, time, band, left, width, fill, ratio)

    monkeypatch.setattr(pictures, "shape_picture", noted)
    return places


@pytest.fixture
def hasty(monkeypatch):
    """No time for more than one frame's first strips."""
    monkeypatch.setattr(pictures, "_TURN_S", 0.0)


def time_scale(start_s, span_s=10.0):
    return TimeScale(start_s, start_s + span_s, 0, 600)


def painted(shapes, time, band=BAND, ratio=1.0):
    """Whether all was painted, and the pixels."""
    image = QImage(
        round(600 * ratio), round(200 * ratio), QImage.Format.Format_ARGB32_Premultiplied
    )
    image.fill(0)
    image.setDevicePixelRatio(ratio)
    with QPainter(image) as painter:
        is_whole = shapes.paint(painter, SHAPE, time, band, SPAN_S, FILL)
    size = (image.height(), image.width())
    return is_whole, np.frombuffer(image.constBits(), np.uint32).reshape(size).copy()


@pytest.mark.parametrize("ratio", [1.0, 1.25, 1.5, 1.75, 2.0])
def test_strips_show_what_one_picture_of_all_would(qapp, ratio):
    is_whole, pixels = painted(ShapePictures(), time_scale(0.0), ratio=ratio)
    whole = shape_picture(SHAPE, time_scale(0.0), BAND, 0, 600, FILL, ratio)
    expected = np.frombuffer(whole.constBits(), np.uint32).reshape(pixels.shape)
    assert is_whole
    assert (pixels == expected).mean() > 0.9999
    assert (pixels != 0).mean() > 0.15


def test_panning_moves_strips_and_makes_only_what_comes_into_sight(qapp, made):
    shapes = ShapePictures()
    _, before = painted(shapes, time_scale(0.0))
    assert sorted(made) == [0, 1, 2, 3]
    made.clear()
    for i in range(1, 120):
        is_whole, pixels = painted(shapes, time_scale(i / 60))
        assert is_whole
        assert (pixels[:, : 600 - i] == before[:, i:]).mean() > 0.999
    assert made == []


def test_after_a_zoom_the_strips_before_stand_in_while_new_ones_are_made(qapp, made, hasty):
    shapes = ShapePictures()
    painted(shapes, time_scale(0.0))
    made.clear()
    is_whole, stretched = painted(shapes, time_scale(0.0, 8.0))
    assert not is_whole
    assert made == []
    whole = shape_picture(SHAPE, time_scale(0.0, 8.0), BAND, 0, 600, FILL)
    expected = np.frombuffer(whole.constBits(), np.uint32).reshape(200, 600)
    assert ((stretched != 0) == (expected != 0)).mean() > 0.99


def test_what_stood_in_gives_way_once_there_is_time(qapp):
    shapes = ShapePictures()
    painted(shapes, time_scale(0.0))
    time = time_scale(0.0, 8.0)
    while not painted(shapes, time)[0]:
        pass
    whole = shape_picture(SHAPE, time, BAND, 0, 600, FILL)
    expected = np.frombuffer(whole.constBits(), np.uint32).reshape(200, 600)
    assert (painted(shapes, time)[1] == expected).mean() > 0.999


def test_another_shape_is_whole_at_once(qapp, hasty):
    assert painted(ShapePictures(), time_scale(0.0))[0]
