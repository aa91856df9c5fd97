"""Recovery: sessions that hold unsaved work, offered on the welcome page or by the banner."""

from collections.abc import Callable, Collection
from pathlib import Path

from PySide6.QtCore import QObject, QUrl, Slot
from PySide6.QtGui import QAction, QDesktopServices
from PySide6.QtWidgets import QWidget

from app import paths
from app import settings as keys
from app.dialogs.giving_up import ask_discarding
from app.dialogs.unclosed import UnclosedDialog
from app.jobs import JobWorker
from app.panels.unclosed import UnclosedCard, told_sessions
from app.session import Session
from app.widgets.banner import Banner
from engine.errors import EngineError
from engine.jobs.projects import FindUnclosedJob
from engine.storage.recovery import Unclosed, discard


class Recovery(QObject):
    """Looks in the background, at the start and whenever nothing is open.

    Where a recording is open by then, the banner tells, once, and shows the card in a dialog.
    """

    def __init__(
        self,
        session: Session,
        card: UnclosedCard,
        banner: Banner,
        parent: QWidget,
        open_: Callable[[Path], object],
        parked: Callable[[], Collection[Path]] = tuple,
    ) -> None:
        """Args: open_: opens a project. parked: sessions left for another one, in no danger."""
        super().__init__(parent)
        self._open, self._parked = open_, parked
        self._window, self._session, self._card, self._banner = parent, session, card, banner
        self._found: tuple[Unclosed, ...] = ()
        self._dialog: UnclosedDialog | None = None
        self._is_untold = True
        session.document_changed.connect(self._on_document_changed)
        banner.closed.connect(self._tell_once)
        self._heed(card)

    def look(self) -> None:
        """Look for sessions that were not closed."""
        lines = self._session.settings.get(keys.open_projects).splitlines()
        projects = tuple(Path(line) for line in lines if line)
        worker = JobWorker(FindUnclosedJob(paths.sessions(), paths.trash(), projects))
        worker.succeeded.connect(self._on_found)
        worker.failed.connect(self._session.failed)
        self._session.project_runner.submit(worker)

    def _heed(self, card: UnclosedCard) -> None:
        card.open_wanted.connect(self._on_open_wanted)
        card.show_wanted.connect(self._on_show_wanted)
        card.discard_wanted.connect(self._on_discard_wanted)

    @Slot()
    def _on_document_changed(self) -> None:
        if self._session.document is None:
            self.look()

    @Slot(object)
    def _on_found(self, sessions: tuple[Unclosed, ...]) -> None:
        parked = self._parked()
        sessions = tuple(each for each in sessions if each.path not in parked)
        self._found = sessions
        self._show(self._card)
        if self._dialog is not None:
            self._show(self._dialog.card)
        if sessions:
            self._tell_once()

    def _show(self, card: UnclosedCard) -> None:
        named = [each for each in self._found if each.path.parent != paths.sessions()]
        card.show_sessions(self._found, named)

    @Slot()
    def _tell_once(self) -> None:
        """Tell by the banner where the welcome page is not seen; what stands there goes first."""
        if not self._found or not self._is_untold or not self._banner.isHidden():
            return
        self._is_untold = False
        if self._session.document is None:
            return
        show = QAction(self.tr("Show…"), self)
        show.triggered.connect(self._on_dialog_wanted)
        self._banner.offer(f"{told_sessions(self._found)}.", (show,), "note")

    @Slot()
    def _on_dialog_wanted(self) -> None:
        dialog = UnclosedDialog(self._window)
        self._dialog = dialog
        self._heed(dialog.card)
        self._show(dialog.card)
        dialog.finished.connect(self._on_dialog_finished)
        dialog.open()

    @Slot()
    def _on_dialog_finished(self) -> None:
        dialog, self._dialog = self._dialog, None
        if dialog is not None:
            dialog.deleteLater()

    @Slot(object)
    def _on_open_wanted(self, unclosed: Unclosed) -> None:
        if self._dialog is not None:
            self._dialog.accept()
        self._open(unclosed.path)

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
