"""Training desk: what the main window has of the wizard; its own window is made when wanted."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from app.session import Session
from app.theme import Theme

if TYPE_CHECKING:
    from app.wizard.window import WizardWindow


class TrainingDesk(QObject):
    """Opens the window of the wizard, and asks before it is left while a trainer is at work."""

    told = Signal(str)
    """A passing word."""
    use_wanted = Signal(str)
    """The task that a new model is for."""

    def __init__(self, session: Session, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._session, self._theme = session, theme
        self.window: WizardWindow | None = None

    @Slot()
    def show(self) -> None:
        """Show the window; made the first time, as few need it."""
        from app.wizard.window import WizardWindow  # brings tables of degradations and plots along

        if self.window is None:
            self.window = WizardWindow(self._session, self._theme)
            self.window.told.connect(self.told)
            self.window.use_wanted.connect(self.use_wanted)
        self.window.show()
        self.window.raise_()
        self.window.activateWindow()

    def may_quit(self) -> bool:
        """Whether no trainer is at work, or the user has said what becomes of it."""
        return self.window is None or self.window.may_close()

    def stop(self) -> None:
        """End everything but a trainer, before the application quits."""
        if self.window is not None:
            self.window.stop()
            self.window.deleteLater()
            self.window = None
