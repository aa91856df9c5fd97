"""Windows: those beside the main one, which lends them the session and asks them before it goes."""

from collections.abc import Mapping

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from app.batch.desk import BatchDesk
from app.help.desk import HelpDesk
from app.models.desk import ModelDesk
from app.session import Session
from app.theme import Theme
from app.wizard.desk import TrainingDesk
from engine.presets import Preset


class Windows(QObject):
    """The batch, the wizard, the models, the guide; each window is made when it is wanted."""

    told = Signal(str)
    """A passing word."""

    def __init__(
        self, session: Session, theme: Theme, presets: Mapping[str, Preset], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.batch = BatchDesk(session, theme, presets, parent)
        self.trainings = TrainingDesk(session, theme, parent)
        self.models = ModelDesk(session, theme, parent)
        self.help = HelpDesk(session.settings, theme, self)
        for each in (self.batch, self.trainings, self.models):
            each.told.connect(self.told)
            each.help_wanted.connect(self.help.show)

    @property
    def cards(self) -> tuple[QWidget, ...]:
        """For the welcome page: what was cut off, or goes on without a window."""
        return self.batch.card, self.trainings.card

    @Slot()
    def look(self) -> None:
        """Look for work that was cut off."""
        self.batch.look()
        self.trainings.look()

    def may_quit(self) -> bool:
        """Whether nothing is at work, or the user has said what becomes of it."""
        return self.batch.may_quit() and self.trainings.may_quit()

    def stop(self) -> None:
        """End everything that runs in them, before the application quits."""
        for each in (self.batch, self.trainings, self.models, self.help):
            each.stop()
