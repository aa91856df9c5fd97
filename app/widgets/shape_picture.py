"""A drawn selection as a picture to be laid over another one.

Shapes:
    selected   (row column), boolean: one per pixel, row 0 at the top
"""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QImage

from app.widgets.frequency_axis import FrequencyScale
from app.widgets.time_axis import TimeScale
from engine.shape import Shape

LIGHT, DARK = QColor(255, 255, 255), QColor(0, 0, 0, 190)


def shape_picture(
    shape: Shape,
    time: TimeScale,
    band: FrequencyScale,
    left: int,
    width: int,
    fill: QColor,
    ratio: float = 1.0,
) -> QImage:
    """What a shape selects in `width` columns from pixel `left` on: a tint with a light rim.

    The rim is light inside a dark one, so that it is seen on any picture. A picture for a fine
    screen has `ratio` times the columns and rows.
    """
    n_columns, n_rows = round(width * ratio), round(band.height * ratio)
    time_s = np.array([time.time_at(left + (x + 0.5) / ratio) for x in range(n_columns)])
    hz = np.array([band.hz_at(band.top + (y + 0.5) / ratio) for y in range(n_rows)])
    selected = shape.selected(time_s, hz)
    inner, outer = selected, selected
    for _ in range(max(1, round(ratio))):
        inner, outer = ~_grown(~inner), _grown(outer)
    pixels = np.zeros(selected.shape, np.uint32)
    pixels[selected] = _premultiplied(fill)
    pixels[selected & ~inner] = _premultiplied(LIGHT)
    pixels[outer & ~selected] = _premultiplied(DARK)
    image = QImage(
        pixels.data, n_columns, n_rows, 4 * n_columns, QImage.Format.Format_ARGB32_Premultiplied
    ).copy()  # its own memory, as `pixels` goes
    image.setDevicePixelRatio(ratio)
    return image


def _grown(selected: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """What is selected and its four neighbours."""
    grown = selected.copy()
    grown[1:] |= selected[:-1]
    grown[:-1] |= selected[1:]
    grown[:, 1:] |= selected[:, :-1]
    grown[:, :-1] |= selected[:, 1:]
    return grown


def _premultiplied(colour: QColor) -> int:
    alpha = colour.alpha()
    parts = (colour.red(), colour.green(), colour.blue())
    red, green, blue = (value * alpha // 255 for value in parts)
    return alpha << 24 | red << 16 | green << 8 | blue
