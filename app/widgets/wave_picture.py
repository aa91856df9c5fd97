"""Waveform lanes as pictures: columns of extremes, rasterised by numpy as no painter is as fast.

Shapes:
    columns   (channel column 2)   float32, smallest and largest sample
    pixels    (row column)         uint32, 0xffRRGGBB
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QImage

from app.widgets.level_axis import LevelScale

CLIPPED_FROM = 32767 / 32768
"""Amplitude from which a sample counts as clipped: full scale of 16 bits."""


def joined(columns: NDArray[np.float32]) -> NDArray[np.float32]:
    """Columns stretched to touch their left neighbours, as the line between two samples does."""
    touching = columns.copy()
    np.minimum(columns[:, 1:, 0], columns[:, :-1, 1], out=touching[:, 1:, 0])
    np.maximum(columns[:, 1:, 1], columns[:, :-1, 0], out=touching[:, 1:, 1])
    return touching


def paint_columns(
    pixels: NDArray[np.uint32],
    columns: NDArray[np.float32],
    scales: Sequence[LevelScale],
    wave: QColor,
    clipped: QColor,
) -> None:
    """Paint one lane for each channel.

    Args:
        pixels: the picture, changed in place.
        columns: as many as the picture has.
        scales: one for each channel, in rows of the picture.
        wave: colour of the waveform.
        clipped: colour of columns with a sample at full scale.
    """
    for channel, scale in zip(columns, scales, strict=True):
        lane = pixels[scale.top : scale.top + scale.height]
        last = scale.height - 1
        top = np.clip(np.floor(scale.y_of(channel[:, 1])) - scale.top, 0, last).astype(np.int16)
        bottom = np.clip(np.floor(scale.y_of(channel[:, 0])) - scale.top, 0, last).astype(np.int16)
        rows = np.arange(scale.height, dtype=np.int16)[:, None]
        inside = (rows >= top) & (rows <= bottom)
        is_clipped = np.abs(channel).max(axis=1) >= CLIPPED_FROM
        colour = np.where(is_clipped, np.uint32(clipped.rgb()), np.uint32(wave.rgb()))
        np.copyto(lane, colour[None], where=inside)


def to_image(pixels: NDArray[np.uint32]) -> QImage:
    """A picture that owns its pixels (row column)."""
    pixels = np.ascontiguousarray(pixels)
    height, width = pixels.shape
    return QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_RGB32).copy()
