"""Help desk: what the main window has of the guide; its window is made when it is wanted."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app import settings as keys
from app.help.chapters import FIRST
from app.settings import Settings
from app.theme import Theme

if TYPE_CHECKING:
    from app.help.window import HelpWindow


class HelpDesk(QObject):
    """Opens the window of the guide."""

    def __init__(self, settings: Settings, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self._settings, self._theme = settings, theme
        self.window: HelpWindow | None = None

    def show(self, place: str = "") -> None:
        """Show the guide at a place; without one where it is, or was left."""
        from app.help.window import HelpWindow

        is_new = self.window is None
        window = self.window = self.window or HelpWindow(self._settings, self._theme)
        if place or is_new:
            window.go_to(place or self._settings.get(keys.help_place) or FIRST)
        window.show()
        window.raise_()
        window.activateWindow()
        window.page.setFocus()

    def stop(self) -> None:
        """End it, before the application quits."""
        if self.window is not None:
            self.window.stop()
            self.window.deleteLater()
            self.window = None
