"""Colours of the pictures: taken from the palette, checked on dark and light, and colour maps."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QPainter, QPalette

from engine.spectrogram import FLOOR_DB, STEP_DB

# Inferno and viridis (S. van der Walt, N. Smith, CC0) at ten even steps: lightness rises evenly,
# for the colour-blind too.
_STOPS = {
    "inferno": "000004 1b0c41 4a0c6b 781c6d a52c60 cf4446 ed6925 fb9b06 f7d13d fcffa4",
    "viridis": "440154 482878 3e4989 31688e 26828e 1f9e89 35b779 6ece58 b5de2b fde725",
    "grey": "000000 ffffff",
    "inverse grey": "ffffff 000000",
}
COLOUR_MAPS = tuple(_STOPS)


@dataclass(frozen=True)
class Colours:
    """What the pictures are painted with."""

    background: QColor
    lane: QColor
    grid: QColor
    text: QColor
    wave: QColor
    estimate: QColor
    clipped: QColor
    playhead: QColor
    playhead_on_picture: QColor
    selection_fill: QColor
    selection_edge: QColor
    box_fill: QColor
    noise: QColor
    music: QColor
    marker: QColor
    focus: QColor


def colours_of(palette: QPalette) -> Colours:
    """Colours that fit a palette."""
    window, text = palette.color(QPalette.ColorRole.Window), palette.color(QPalette.ColorRole.Text)
    is_dark = window.lightnessF() < 0.5
    highlight = palette.color(QPalette.ColorRole.Highlight)
    fill, box_fill = QColor(highlight), QColor(highlight)
    fill.setAlpha(80)
    box_fill.setAlpha(40)  # what is selected in a spectrogram is still to be seen
    return Colours(
        background=window,
        lane=palette.color(QPalette.ColorRole.Base),
        grid=_mixed(window, text, 0.25),
        text=_mixed(window, text, 0.85),
        wave=QColor("#6fc3df") if is_dark else QColor("#1f6f8b"),
        estimate=QColor("#b197fc") if is_dark else QColor("#6741d9"),
        clipped=QColor("#ff5c5c") if is_dark else QColor("#c8102e"),
        playhead=QColor("#ffd43b") if is_dark else QColor("#b8500b"),
        playhead_on_picture=QColor("#ffe066"),
        selection_fill=fill,
        selection_edge=highlight.lighter(150) if is_dark else highlight.darker(140),
        box_fill=box_fill,
        noise=QColor("#b197fc") if is_dark else QColor("#6741d9"),
        music=QColor("#69db7c") if is_dark else QColor("#1b6e2c"),
        marker=QColor("#ffa94d") if is_dark else QColor("#9c4a00"),
        focus=palette.color(QPalette.ColorRole.Link),
    )


def paint_ring(painter: QPainter, rect: QRect, colour: QColor) -> None:
    """Paint the ring of a widget that has the keys: two pixels inside its edge."""
    for inset in (0, 1):
        painter.setPen(colour)
        painter.drawRect(rect.adjusted(inset, inset, -1 - inset, -1 - inset))


def colour_table(name: str, top_db: float, range_db: float) -> NDArray[np.uint32]:
    """Colours 0xffRRGGBB of the 256 values of a spectrogram tile.

    Args:
        name: one of COLOUR_MAPS; any other name means the first.
        top_db: level that has the last colour, as have all above.
        range_db: how far below that the first colour begins, > 0.
    """
    stops = [bytes.fromhex(stop) for stop in _STOPS.get(name, _STOPS[COLOUR_MAPS[0]]).split()]
    channels = np.array([list(stop) for stop in stops], np.float64).T
    level_db = FLOOR_DB + STEP_DB * np.arange(256)
    share = np.clip((level_db - (top_db - range_db)) / range_db, 0.0, 1.0)
    places = np.linspace(0.0, 1.0, len(stops))
    red, green, blue = (np.rint(np.interp(share, places, c)).astype(np.uint32) for c in channels)
    table: NDArray[np.uint32] = np.uint32(0xFF000000) | red << 16 | green << 8 | blue
    return table


def _mixed(first: QColor, second: QColor, share: float) -> QColor:
    parts = (QColor.redF, QColor.greenF, QColor.blueF)
    return QColor.fromRgbF(*((1.0 - share) * part(first) + share * part(second) for part in parts))
