"""PICTURES: every picture of the guide by its name, which is that of the function that takes it.

A chapter's pictures are the public functions that its module lists in TAKEN.
"""

from collections.abc import Callable

from PySide6.QtGui import QImage

from guide import batch, first_side, tasks, training, window
from guide.studio import Studio

CHAPTERS = (first_side, window, tasks, batch, training)
PICTURES: dict[str, Callable[[Studio], QImage]] = {
    take.__name__: take for chapter in CHAPTERS for take in chapter.TAKEN
}
