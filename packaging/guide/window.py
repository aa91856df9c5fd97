"""Pictures of the chapter on the window."""

from PySide6.QtGui import QImage

from guide.callouts import Callout
from guide.studio import Studio, shoot


def window(studio: Studio) -> QImage:
    """The window with a side at work, and a number at each of its parts."""
    with studio.sitting() as sitter:
        sitter.run("declick")
        shown = sitter.window
        return shoot(shown, [Callout("1", shown.transport, (0.3, 0.9))])


TAKEN = (window,)
