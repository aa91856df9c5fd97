"""Keeping: a picture as a small file, its colours from a palette."""

import io
from collections import Counter
from pathlib import Path

from PIL import Image
from PySide6.QtGui import QImage

WIDEST = 1100
"""Pixels."""
LARGEST = 90_000
"""Bytes."""
N_COLOURS = (128, 96, 64, 48, 32, 24)
"""Of the palette; the first that makes the file small enough is taken."""
PLAIN_SHARE = 0.4
"""Share of the palette that is of the most frequent colours as they are: what is plain in a window
keeps its colour, however many there are in a spectrogram."""


def keep(image: QImage, path: Path, widest: int = WIDEST, largest: int = LARGEST) -> int:
    """Write a picture as a PNG with a palette.

    Args:
        image: any.
        path: of the file.
        widest: pixels that it may have in width.
        largest: bytes that it may take.

    Returns:
        Its size in bytes.

    Raises:
        ValueError: it is too wide, or too large with any palette.
    """
    if image.width() > widest:
        raise ValueError(f"{path.name} is {image.width()} pixels wide, which is over {widest}")
    rgb = image.convertToFormat(QImage.Format.Format_RGB888)
    pixels = Image.frombytes(
        "RGB", (rgb.width(), rgb.height()), bytes(rgb.constBits()), "raw", "RGB", rgb.bytesPerLine()
    )
    for n_colours in N_COLOURS:
        held = io.BytesIO()
        reduced(pixels, n_colours).save(held, "PNG", optimize=True)
        if held.tell() <= largest:
            path.write_bytes(held.getvalue())
            return held.tell()
    raise ValueError(f"{path.name} takes {held.tell()} bytes even with few colours")


def reduced(pixels: Image.Image, n_colours: int) -> Image.Image:
    """A picture with few colours: the most frequent ones as they are, the rest as near as it goes.

    Args:
        pixels: RGB.
        n_colours: of its palette.
    """
    counted: Counter[tuple[int, ...]] = Counter(dict(_counted(pixels)))
    plain = [colour for colour, _ in counted.most_common(round(PLAIN_SHARE * n_colours))]
    rest = [colour for colour in counted if colour not in set(plain)]
    palette = list(plain)
    if rest:
        others = Image.new("RGB", (len(rest), 1))
        others.putdata(rest)
        few = others.quantize(n_colours - len(plain), method=Image.Quantize.MAXCOVERAGE)
        made = few.getpalette() or []
        palette += [tuple(made[at : at + 3]) for at in range(0, len(made) - 2, 3)]
    told = Image.new("P", (1, 1))
    flat = [value for colour in palette[:n_colours] for value in colour]
    told.putpalette(flat + flat[:3] * (256 - len(flat) // 3))
    return pixels.quantize(palette=told, dither=Image.Dither.NONE)


def _counted(pixels: Image.Image) -> list[tuple[tuple[int, ...], int]]:
    """Each colour and how many pixels have it."""
    found = pixels.getcolors(pixels.width * pixels.height) or []
    return [(colour, count) for count, colour in found if isinstance(colour, tuple)]
