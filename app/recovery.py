"""Recovery: the sessions that were not closed, as the card of the welcome page offers them."""

from collections.abc import Callable, Collection
from pathlib import Path

from PySide6.QtCore import QObject, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from app import paths
from app import settings as keys
from app.dialogs.giving_up import ask_discarding
from app.jobs import JobWorker
from app.panels.unclosed import UnclosedCard
from app.session import Session
from engine.errors import EngineError
from engine.jobs.projects import FindUnclosedJob
from engine.storage.recovery import Unclosed, discard


class Recovery(QObject):
    """Looks in the background, whenever nothing is open; opens and discards what the user says."""

    def __init__(
        self,
        session: Session,
        card: UnclosedCard,
        parent: QWidget,
        parked: Callable[[], Collection[Path]] = tuple,
    ) -> None:
        """Args: parked: sessions that were left for another one, and are in no danger."""
        super().__init__(parent)
        self._parked = parked
        self._window, self._session, self._card = parent, session, card
        session.document_changed.connect(self._on_document_changed)
        card.open_wanted.connect(self._on_open_wanted)
        card.show_wanted.connect(self._on_show_wanted)
        card.discard_wanted.connect(self._on_discard_wanted)

    def look(self) -> None:
        """Look for sessions that were not closed."""
        lines = self._session.settings.get(keys.open_projects).splitlines()
        projects = tuple(Path(line) for line in lines if line)
        worker = JobWorker(FindUnclosedJob(paths.sessions(), paths.trash(), projects))
        worker.succeeded.connect(self._on_found)
        worker.failed.connect(self._session.failed)
        self._session.project_runner.submit(worker)

    @Slot()
    def _on_document_changed(self) -> None:
        if self._session.document is None:
            self.look()

    @Slot(object)
    def _on_found(self, sessions: tuple[Unclosed, ...]) -> None:
        parked = self._parked()
        sessions = tuple(each for each in sessions if each.path not in parked)
        named = [each for each in sessions if each.path.parent != paths.sessions()]
        self._card.show_sessions(sessions, named)

    @Slot(object)
    def _on_open_wanted(self, unclosed: Unclosed) -> None:
        self._session.open_project(unclosed.path)

    @Slot(object)
    def _on_show_wanted(self, unclosed: Unclosed) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(unclosed.path)))

    @Slot(object)
    def _on_discard_wanted(self, unclosed: Unclosed) -> None:
        size = sum(each.lstat().st_size for each in unclosed.path.rglob("*"))
        if not ask_discarding(self._window, unclosed, size, paths.trash()):
            return
        try:
            discard(unclosed, paths.trash())
        except EngineError as error:
            self._session.failed.emit(str(error))
        self.look()
