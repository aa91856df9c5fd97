import numpy as np
import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPalette

from app.widgets.event_marks import (
    LANES,
    LaneScale,
    mark_colours,
    mark_icon,
    nearest_mark,
    paint_mark,
    pooled,
)
from engine.event import Decision


def shape_of(decision: Decision) -> bytes:
    """The pixels of a mark in white on black."""
    image = QImage(16, 16, QImage.Format.Format_Grayscale8)
    image.fill(0)
    painter = QPainter(image)
    paint_mark(painter, decision, QRectF(2, 2, 12, 12), QColor("white"))
    painter.end()
    return bytes(image.constBits())


def test_no_two_decisions_have_the_same_shape_or_colour(qapp):
    assert len({shape_of(decision) for decision in Decision}) == len(Decision)
    assert len({c.rgb() for c in mark_colours(qapp.palette()).values()}) == len(Decision)


@pytest.mark.parametrize("window", ["#22262c", "#eceef1"])
def test_marks_stand_out_from_both_themes(qapp, window):
    palette = QPalette(QColor(window))
    palette.setColor(QPalette.ColorRole.Window, QColor(window))
    for colour in mark_colours(palette).values():
        bright, dark = sorted((luminance(colour), luminance(QColor(window))), reverse=True)
        assert (bright + 0.05) / (dark + 0.05) >= 3.0, colour.name()


def luminance(colour: QColor) -> float:
    parts = (colour.redF(), colour.greenF(), colour.blueF())
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_an_icon_is_seen_on_a_selected_row_too(qapp):
    icon = mark_icon(Decision.REJECTED, qapp.palette(), 2.0)
    plain = icon.pixmap(14, 14).toImage()
    selected = icon.pixmap(14, 14, icon.Mode.Selected).toImage()
    assert plain != selected
    assert plain.pixelColor(0, 0) == QColor(Qt.GlobalColor.transparent)


def test_marks_are_counted_on_their_pixel_and_outside_on_none():
    x = np.array([-0.5, 0.0, 0.9, 3.2, 3.9, 5.0])
    lanes = np.array([0, 0, 0, 1, 3, 1])
    counts = pooled(x, lanes, 5)
    assert counts.shape == (len(LANES), 5)
    assert counts[0].tolist() == [2, 0, 0, 0, 0]
    assert counts[1].tolist() == [0, 0, 0, 1, 0]
    assert counts[3].tolist() == [0, 0, 0, 1, 0]
    assert counts.sum() == 4


def test_lanes_share_the_height_evenly():
    assert LaneScale(40.0).middle_of(np.arange(4)).tolist() == [5.0, 15.0, 25.0, 35.0]


def test_the_nearest_mark_in_time_is_hit_and_of_equals_that_of_the_lane():
    x, y = np.array([10.0, 20.0, 20.0]), np.array([5.0, 5.0, 25.0])
    assert nearest_mark(x, y, (12.0, 30.0)) == 0
    assert nearest_mark(x, y, (20.0, 22.0)) == 2
    assert nearest_mark(x, y, (20.0, 8.0)) == 1
    assert nearest_mark(x, y, (30.0, 5.0)) is None
    assert nearest_mark(x[:0], y[:0], (0.0, 0.0)) is None
