import numpy as np
from PySide6.QtGui import QColor

from app.widgets.level_axis import LevelScale
from app.widgets.wave_picture import joined, paint_columns, to_image

WAVE, CLIPPED = QColor("#00ff00"), QColor("#ff0000")


def painted(columns, height=101):
    columns = np.asarray(columns, np.float32)
    pixels = np.zeros((height, columns.shape[1]), np.uint32)
    paint_columns(pixels, columns, [LevelScale("linear", 1.0, 0, height)], WAVE, CLIPPED)
    return pixels


def test_a_column_is_painted_from_its_largest_to_its_smallest_sample():
    pixels = painted([[[-0.5, 0.25], [0.0, 0.0]]])
    assert np.flatnonzero(pixels[:, 0]).tolist() == list(range(37, 76))
    assert np.flatnonzero(pixels[:, 1]).tolist() == [50]
    assert set(pixels[pixels > 0].tolist()) == {WAVE.rgb()}


def test_columns_with_a_sample_at_full_scale_are_red():
    pixels = painted([[[-0.2, 0.99], [-0.2, 1.0], [-1.2, 0.0]]])
    assert [int(pixels[60, k]) for k in range(3)] == [WAVE.rgb(), CLIPPED.rgb(), CLIPPED.rgb()]
    assert pixels[100, 2] == CLIPPED.rgb()


def test_columns_are_joined_where_the_line_between_two_samples_crosses():
    columns = np.array([[[0.0, 0.1], [0.5, 0.6], [0.2, 0.3]]], np.float32)
    expected = [[0.0, 0.1], [0.1, 0.6], [0.2, 0.5]]
    np.testing.assert_allclose(joined(columns)[0], expected, atol=1e-6)


def test_an_image_has_the_pixels_and_keeps_them():
    pixels = np.full((3, 5), 0xFF102030, np.uint32)
    image = to_image(pixels)
    pixels[:] = 0
    assert (image.width(), image.height()) == (5, 3)
    assert image.pixelColor(4, 2) == QColor(0x10, 0x20, 0x30)
