"""Batch desk: what the main window has of the batch; its own window is made when it is wanted."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from app import paths
from app.batch.asking import ask_quitting
from app.batch.card import BatchCard
from app.batch.kept import Kept, LoadListJob, forget
from app.jobs import JobWorker
from app.session import Session
from app.theme import Theme
from engine.presets import Preset

if TYPE_CHECKING:
    from app.batch.window import BatchWindow


class BatchDesk(QObject):
    """Opens the window of the batch, offers one that was cut off, asks before it is stopped.

    card: for the welcome page.
    """

    told = Signal(str)
    """A passing word."""
    help_wanted = Signal(str)
    """A place of the guide."""

    def __init__(
        self, session: Session, theme: Theme, presets: Mapping[str, Preset], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._session, self._theme, self._presets = session, theme, presets
        self._parent = parent
        self.window: BatchWindow | None = None
        self.card = BatchCard()
        self._is_to_go_on = False
        self.card.go_on_wanted.connect(self._on_go_on)
        self.card.show_wanted.connect(self.show)
        self.card.forget_wanted.connect(self._on_forget)

    def look(self) -> None:
        """Look for a batch that was cut off."""
        worker = JobWorker(LoadListJob(paths.batch()))
        worker.succeeded.connect(self._on_found)
        self._session.project_runner.submit(worker)

    @Slot()
    def show(self) -> None:
        """Show the window; made the first time, as few need it."""
        from app.batch.window import BatchWindow  # brings processes and the engine's batch along

        if self.window is None:
            self.window = BatchWindow(self._session.settings, self._theme, self._presets)
            self.window.told.connect(self.told)
            self.window.help_wanted.connect(self.help_wanted)
            self.window.queue.loaded.connect(self._on_loaded)
        self.card.hide()
        self.window.show()
        self.window.raise_()
        self.window.activateWindow()

    def may_quit(self) -> bool:
        """Whether no batch is at work, or the user says that it is to be stopped."""
        window = self.window
        if window is None or not window.run.is_running:
            return True
        return ask_quitting(self._parent, window.n_missing)

    def stop(self) -> None:
        """End everything that runs, before the application quits."""
        if self.window is not None:
            self.window.stop()
            self.window.deleteLater()
            self.window = None

    @Slot(object)
    def _on_found(self, kept: Kept) -> None:
        if self.window is None:
            self.card.show_kept(kept)

    @Slot()
    def _on_go_on(self) -> None:
        self._is_to_go_on = True
        self.show()

    @Slot(object)
    def _on_loaded(self, kept: Kept) -> None:
        if self._is_to_go_on and self.window is not None:
            self.window.start()
        self._is_to_go_on = False

    @Slot()
    def _on_forget(self) -> None:
        forget(paths.batch())
        self.card.hide()
