"""Mark desk: keeps marks safe before anything was done, and the menus up to date with them."""

from PySide6.QtCore import QObject, QPoint, QTimer, Signal, Slot

from app.document import Document
from app.jobs import JobWorker
from app.marks import MUSIC, region_of_mark
from app.menus import Menus
from app.panels.marks import MarksPanel
from app.rows.marks import CONTEXT
from app.session import Session
from app.views.marks import MarkStrip
from app.widgets.stepping import span_with
from engine.jobs.find_noise import FindNoiseJob
from engine.jobs.keep import KeepHistoryJob, Kept
from engine.region import Region

KEEP_PAUSE_MS = 500


class MarkDesk(QObject):
    """A recording with marks and no operation gets a session of its own to keep them in.

    panel: the table of the marks.
    """

    told = Signal(str)
    """One sentence in passing."""

    def __init__(self, session: Session, menus: Menus, strip: MarkStrip, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._menus = session, menus
        self.panel = MarksPanel(session)
        self._asked: Document | None = None
        self._timer = QTimer(self, singleShot=True, interval=KEEP_PAUSE_MS)
        self._timer.timeout.connect(self._keep)
        strip.menu_wanted.connect(self._on_menu_wanted)
        self.panel.menu_wanted.connect(self._on_menu_wanted)
        session.document_changed.connect(self._on_document_changed)

    def stop(self) -> None:
        """Keep nothing any more, before the application quits."""
        self._timer.stop()

    @Slot()
    def _on_document_changed(self) -> None:
        self._timer.stop()
        document = self._session.document
        if document is not None:
            for signal in (document.marks.changed, document.marks.current_changed):
                signal.connect(self._menus.refresh)
            document.marks.changed.connect(self._on_changed)

    def find_noise(self) -> None:
        """Select the quietest stretch that is not marked as music, to be heard and marked."""
        document = self._session.document
        if document is None:
            return
        marked = (region_of_mark(each) for each in document.marks.items if each.kind == MUSIC)
        music = tuple(each for each in marked if each is not None)
        self._asked = document
        worker = JobWorker(FindNoiseJob(document.original, music))
        worker.succeeded.connect(self._on_found)
        worker.failed.connect(self._session.failed)
        self._session.measuring_runner.submit(worker)

    @Slot(object)
    def _on_found(self, found: Region | None) -> None:
        document, state = self._session.document, self._session.view_state
        if document is None or document is not self._asked:
            return
        if found is None:
            self.told.emit(self.tr("There is no quiet second outside what is marked as music."))
            return
        state.select(found)
        state.set_span(*span_with(state.start_s, state.stop_s, found.start_s))
        self.told.emit(
            self.tr("The quietest stretch is selected; play it, and mark it as groove noise.")
        )

    @Slot()
    def _on_changed(self) -> None:
        document = self._session.document
        if document is not None and document.folder is None and document.marks.items:
            self._timer.start()

    @Slot()
    def _keep(self) -> None:
        """Make the session, unless a job is about to."""
        document = self._session.document
        if document is None or document.folder is not None or not document.marks.items:
            return
        if self._session.is_busy:
            self._timer.start()
            return
        worker = self._session.keep(KeepHistoryJob(document.state, self.tr("Keep the marks")))
        worker.succeeded.connect(self._on_kept)
        self._session.runner.submit(worker)

    @Slot(object)
    def _on_kept(self, kept: Kept) -> None:
        self._session.commit(kept)

    @Slot(QPoint)
    def _on_menu_wanted(self, where: QPoint) -> None:
        self._menus.pop_up_with(where, CONTEXT)
