"""Makes the program's icons from resources/icons/runout.svg; nothing binary is kept in git.

    .venv/bin/python packaging/icons.py FOLDER

The containers of Windows and macOS hold PNG pictures behind a table of numbers, which is written
here: Qt alone draws, and no library for pictures is needed.

References:
    Microsoft, "Icons", Windows App Development: ICONDIR and ICONDIRENTRY.
    Apple, Icon Services: a file of `icns` is a list of four letters, a length and data.
"""

import struct
import sys
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

SVG = Path(__file__).resolve().parent.parent / "resources" / "icons" / "runout.svg"
LINUX_SIZES = (16, 22, 24, 32, 48, 64, 96, 128, 256, 512)
WINDOWS_SIZES = (16, 20, 24, 32, 40, 48, 64, 128, 256)
MACOS_KINDS = {
    # On screens of twice the density the same size in points has a kind of its own.
    **{b"icp4": 16, b"icp5": 32, b"ic07": 128, b"ic08": 256, b"ic09": 512},
    **{b"ic11": 32, b"ic12": 64, b"ic13": 256, b"ic14": 512, b"ic10": 1024},
}
_PNG_OF_WINDOWS = (1, 32)
"""Planes and bits of a pixel."""


def png_picture(size: int) -> bytes:
    """The icon as a PNG file of so many pixels both ways, on nothing."""
    picture = QImage(size, size, QImage.Format.Format_ARGB32_Premultiplied)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    QSvgRenderer(str(SVG)).render(painter)
    painter.end()
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    if not picture.save(buffer, "PNG"):  # type: ignore[call-overload]  # its stub is wrong
        raise OSError(f"{SVG} could not be drawn {size} pixels wide")
    return bytes(data.data())


def ico_file(pictures: dict[int, bytes]) -> bytes:
    """An icon of Windows from PNG pictures by their size."""
    table, place = [], 6 + 16 * len(pictures)
    for size, data in pictures.items():
        edge = size % 256  # 256 is written as 0
        table.append(struct.pack("<4B2H2I", edge, edge, 0, 0, *_PNG_OF_WINDOWS, len(data), place))
        place += len(data)
    return struct.pack("<3H", 0, 1, len(pictures)) + b"".join([*table, *pictures.values()])


def icns_file(pictures: dict[bytes, bytes]) -> bytes:
    """An icon of macOS from PNG pictures by their kind."""
    parts = b"".join(kind + struct.pack(">I", 8 + len(png)) + png for kind, png in pictures.items())
    return b"icns" + struct.pack(">I", 8 + len(parts)) + parts


def make_icons(folder: Path) -> None:
    """Write runout-SIZE.png, runout.ico and runout.icns into a folder.

    Args:
        folder: where to; made if it is missing.

    Raises:
        OSError: the drawing could not be read, or a file not be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    sizes = {*LINUX_SIZES, *WINDOWS_SIZES, *MACOS_KINDS.values()}
    drawn = {size: png_picture(size) for size in sizes}
    for size in LINUX_SIZES:
        (folder / f"runout-{size}.png").write_bytes(drawn[size])
    ico = ico_file({size: drawn[size] for size in WINDOWS_SIZES})
    (folder / "runout.ico").write_bytes(ico)
    icns = icns_file({kind: drawn[size] for kind, size in MACOS_KINDS.items()})
    (folder / "runout.icns").write_bytes(icns)


if __name__ == "__main__":
    make_icons(Path(sys.argv[1]))
