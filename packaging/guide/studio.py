"""Studio: where windows stand for a picture of the guide."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from PySide6.QtCore import QRect
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication, QWidget

from app import paths
from app import settings as keys
from guide.callouts import Callout, numbered
from guide.photographer import Photographer
from guide.place import made_place

SIZE = (1100, 720)
"""Of the main window, in pixels: pictures are as they stand on a screen, never scaled."""


class Studio:
    """Opens a window for each picture; what each leaves behind is thrown away."""

    def __init__(self, application: QApplication, shown: Path) -> None:
        """Work in an application.

        Args:
            application: of all windows.
            shown: the folder whose path pictures show.
        """
        self.application = application
        self._shown = shown

    def place(self) -> AbstractContextManager[Path]:
        """The folder whose path pictures show, empty; it is deleted at the end."""
        return made_place(self._shown)

    @contextmanager
    def sitting(
        self, side: Path | None = None, size: tuple[int, int] = SIZE, is_empty: bool = False
    ) -> Iterator[Photographer]:
        """A main window with a side open, the one that ships unless another is given.

        Args:
            side: what is opened.
            size: of the window, in pixels.
            is_empty: open nothing.
        """
        with tempfile.TemporaryDirectory(prefix="guide") as folder:
            photographer = Photographer(self.application, Path(folder), size)
            photographer.session.settings.set(keys.open_check, False)  # its note takes room
            if not is_empty:
                photographer.open(side or paths.demo())
            try:
                yield photographer
            finally:
                photographer.close()


def shoot(window: QWidget, callouts: Sequence[Callout] = (), part: QRect | None = None) -> QImage:
    """What a window, dialog or panel shows, with callouts.

    Args:
        window: any widget that is shown.
        callouts: numbers at its parts.
        part: what of it is kept, in its own pixels; None for all.
    """
    image = numbered(window.grab().toImage(), window, callouts)
    return image if part is None else image.copy(part)


def beside(images: Sequence[QImage], gap: int = 8) -> QImage:
    """Pictures side by side, from their upper edge on."""
    width = sum(each.width() for each in images) + gap * (len(images) - 1)
    made = QImage(width, max(each.height() for each in images), QImage.Format.Format_RGB32)
    made.fill(0xFF22262C)
    return _placed(made, images, (1, 0), gap)


def stacked(images: Sequence[QImage], gap: int = 8) -> QImage:
    """Pictures one below the other, from their left edge on."""
    height = sum(each.height() for each in images) + gap * (len(images) - 1)
    made = QImage(max(each.width() for each in images), height, QImage.Format.Format_RGB32)
    made.fill(0xFF22262C)
    return _placed(made, images, (0, 1), gap)


def _placed(made: QImage, images: Sequence[QImage], way: tuple[int, int], gap: int) -> QImage:
    painter, x, y = QPainter(made), 0, 0
    for each in images:
        painter.drawImage(x, y, each)
        x += way[0] * (each.width() + gap)
        y += way[1] * (each.height() + gap)
    painter.end()
    return made


def area_of(widget: QWidget, window: QWidget) -> QRect:
    """Where a widget is in a picture of its window."""
    return QRect(widget.mapTo(window, widget.rect().topLeft()), widget.size())
