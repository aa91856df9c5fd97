"""Training desk: what the main window has of the wizard; its own window is made when wanted."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from app import paths
from app.jobs import JobWorker
from app.session import Session
from app.theme import Theme
from app.wizard.card import TrainingCard
from app.wizard.found import FindTrainingsJob

if TYPE_CHECKING:
    from app.wizard.window import WizardWindow


class TrainingDesk(QObject):
    """Opens the window of the wizard, and asks before it is left while a trainer is at work."""

    told = Signal(str)
    """A passing word."""
    help_wanted = Signal(str)
    """A place of the guide."""
    action_wanted = Signal(str)
    """The id of an action of the main window: the one that shows the task of a new model."""

    def __init__(self, session: Session, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._parent = parent
        self._session, self._theme = session, theme
        self.window: WizardWindow | None = None
        self.card = TrainingCard()
        self.card.show_wanted.connect(self._on_show)

    def look(self) -> None:
        """Look for trainings that go on, or were cut off."""
        worker = JobWorker(FindTrainingsJob(paths.trainings()))
        worker.succeeded.connect(self.card.show_first)
        self._session.project_runner.submit(worker)

    @Slot()
    def show(self) -> None:
        """Show the window; made the first time, as few need it."""
        from app.wizard.window import WizardWindow  # brings tables of degradations and plots along

        if self.window is None:
            self.window = WizardWindow(self._session, self._theme)
            self.window.told.connect(self.told)
            self.window.help_wanted.connect(self.help_wanted)
            self.window.use_wanted.connect(self._on_use_wanted)
        self.card.hide()
        self.window.show()
        self.window.raise_()
        self.window.activateWindow()

    @Slot(object)
    def _on_show(self, folder: Path) -> None:
        self.show()
        if self.window is not None:
            self.window.open(folder)

    @Slot(str)
    def _on_use_wanted(self, task: str) -> None:
        self._parent.raise_()
        self._parent.activateWindow()
        self.action_wanted.emit(f"task_{task}")

    def may_quit(self) -> bool:
        """Whether no trainer is at work, or the user has said what becomes of it."""
        return self.window is None or self.window.may_close()

    def stop(self) -> None:
        """End everything but a trainer, before the application quits."""
        if self.window is not None:
            self.window.stop()
            self.window.deleteLater()
            self.window = None
