"""Keeping: a picture as a small file, its colours from a palette."""

import io
from pathlib import Path

from PIL import Image
from PySide6.QtGui import QImage

WIDEST = 1100
"""Pixels."""
LARGEST = 90_000
"""Bytes."""
N_COLOURS = (128, 96, 64, 48, 32, 24, 16)
"""Of the palette; the first that makes the file small enough is taken."""


def keep(image: QImage, path: Path) -> int:
    """Write a picture as a PNG with a palette.

    Returns:
        Its size in bytes.

    Raises:
        ValueError: it is too wide, or too large with any palette.
    """
    if image.width() > WIDEST:
        raise ValueError(f"{path.name} is {image.width()} pixels wide, which is over {WIDEST}")
    rgb = image.convertToFormat(QImage.Format.Format_RGB888)
    pixels = Image.frombytes(
        "RGB", (rgb.width(), rgb.height()), bytes(rgb.constBits()), "raw", "RGB", rgb.bytesPerLine()
    )
    for n_colours in N_COLOURS:
        method, none = Image.Quantize.MAXCOVERAGE, Image.Dither.NONE
        few = pixels.quantize(n_colours, method=method, dither=none)
        held = io.BytesIO()
        few.save(held, "PNG", optimize=True)
        if held.tell() <= LARGEST:
            path.write_bytes(held.getvalue())
            return held.tell()
    raise ValueError(f"{path.name} takes {held.tell()} bytes even with few colours")
