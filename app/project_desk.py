"""Project desk: what the window does with projects: open, save, relink, clean up, leave."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFileDialog, QLabel, QMessageBox, QWidget

from app import settings as keys
from app.dialogs.giving_up import ask_clean_up
from app.dialogs.leaving import ask_leaving
from app.dialogs.save_project import ask_where
from app.document import Document
from app.jobs import JobWorker
from app.kept_view import view_of
from app.language import translated
from app.panels.numbers import told_bytes
from app.session import Session
from app.source_watch import SourceWatch
from app.version import VERSION
from app.widgets.banner import Banner
from engine.audio_file import shown
from engine.branch import to_spare
from engine.errors import EngineError
from engine.jobs.job import Job
from engine.jobs.keep import KeepHistoryJob, Kept, give_back
from engine.jobs.projects import (
    CreateProjectJob,
    SaveAsJob,
    Unlinked,
    VerifySourceJob,
)
from engine.storage.folder import SUFFIX, ProjectFolder, is_project
from engine.storage.recovery import is_locked

VIEW_PAUSE_MS = 2000
VERIFY_PAUSE_MS = 4000
"""The first pictures of a recording are drawn before all of it is read again."""


class ProjectDesk(QObject):
    """Asks, submits the jobs, tells in the banner; the session and the document do the rest.

    saved: a label for the status bar.
    """

    changed = Signal()
    """The name of what is open, or whether it is saved, may be another one."""
    told = Signal(str)
    """A passing word."""

    def __init__(self, session: Session, banner: Banner, parent: QWidget) -> None:
        super().__init__(parent)
        self._window, self._session, self._banner = parent, session, banner
        self._document: Document | None = None
        self._verified: ProjectFolder | None = None
        self._n_opened = 0
        self._then: Callable[[], object] | None = None
        self.saved = QLabel()
        self.saved.setObjectName("muted")
        self.saved.setAccessibleName(self.tr("Saved"))
        self.saved.setContentsMargins(6, 0, 6, 0)
        self._view_timer = self._timer(VIEW_PAUSE_MS, self._on_view_rests)
        self._verify_timer = self._timer(VERIFY_PAUSE_MS, self._on_verify_due)
        self._watch = SourceWatch(session, self)
        self._connect()

    def stop(self) -> None:
        """End everything that runs, before the application quits."""
        self._view_timer.stop()
        self._verify_timer.stop()

    def may_leave(self, then: Callable[[], object]) -> bool:
        """Whether the recording may be closed: nothing is lost by it, or the user said so.

        Args:
            then: what to do once it is saved, where the user wants that first.
        """
        document = self._session.document
        if document is None:
            return True
        has_unsaved_marks = not document.is_named and not document.marks.are_held
        if not document.n_unsaved and not has_unsaved_marks:
            return True
        answer = ask_leaving(self._window, document.title, document.n_unsaved)
        if answer is QMessageBox.StandardButton.Save:
            self.save_as(then)
        return answer is QMessageBox.StandardButton.Discard

    def choose_project(self) -> Path | None:
        """Ask for a project folder."""
        chosen = QFileDialog.getExistingDirectory(
            self._window,
            self.tr("Open a project: a folder that ends in {suffix}").format(suffix=SUFFIX),
            self._session.settings.get(keys.last_folder),
        )
        return Path(chosen) if chosen else None

    def save(self) -> None:
        """Save a project that has a name; ask for one if it has none."""
        document = self._session.document
        if document is None:
            return
        if not document.is_named:
            self.save_as()
            return
        self._remember_view()
        document.save()
        self.told.emit(self.tr("Saved as {name}.").format(name=document.title))

    def save_as(self, then: Callable[[], object] | None = None) -> None:
        """Ask where to, and go on there; then do something else."""
        document = self._session.document
        if document is None or self._session.is_busy:
            return
        folder = document.folder
        has_copy = document.home != document.path.parent
        wanted = ask_where(self._window, default_place(document), document.path, has_copy)
        if wanted is None:
            return
        self._remember_view()
        job: Job
        if folder is not None and not wanted.copy_source:
            job = SaveAsJob(folder, wanted.path)
        else:
            job = CreateProjectJob(
                wanted.path,
                document.path,
                VERSION,
                wanted.copy_source or has_copy,
                document.project,
                () if folder is None else folder.marks,
            )
        self._then = then
        worker = JobWorker(job)
        worker.succeeded.connect(self._on_saved)
        worker.failed.connect(self._session.failed)
        self._session.runner.submit(worker)

    def offer_beside(self) -> None:
        """Offer the project that lies beside a transfer, along with what the banner says already.

        A question that has to be answered first would only be in the way.
        """
        document = self._session.document
        if document is None or document.folder is not None or document.project_path is not None:
            return
        beside = document.path.with_suffix(SUFFIX)
        if is_project(beside):
            sentence = self.tr("{name}, a project of this transfer, lies beside it.").format(
                name=shown(beside)
            )
            open_ = self._choice(
                self.tr("&Open the Project"), lambda: self._session.open_project(beside)
            )
            self._banner.offer(f"{self._banner.text} {sentence}".strip(), (open_,), "note")

    def clean_up(self) -> None:
        """Tell how large the project is, and delete other attempts if the user wants that."""
        document = self._session.document
        if document is None or document.folder is None or self._session.is_busy:
            return
        others = to_spare(document.project)
        if not ask_clean_up(self._window, document.title, document.folder.sizes(), others):
            return
        freed = document.clean_up(others)
        self.told.emit(self.tr("{size} are free again.").format(size=told_bytes(freed)))

    def _connect(self) -> None:
        session, view_state = self._session, self._session.view_state
        session.document_changed.connect(self._on_document_changed)
        self._watch.changed.connect(self._on_source_changed)
        session.project_opened.connect(self._on_project_opened)
        session.unlinked.connect(self._on_unlinked)
        for signal in (view_state.span_changed, view_state.band_changed,
                       view_state.selection_changed, view_state.monitored_changed):  # fmt: skip
            signal.connect(self._view_timer.start)

    def _timer(self, pause_ms: int, due: Callable[[], None]) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(pause_ms)
        timer.timeout.connect(due)
        return timer

    def _remember_view(self) -> None:
        if self._session.document is not None:
            view = view_of(self._session.view_state, self._session.settings)
            self._session.document.remember_view(view)

    def _choice(self, text: str, goes: Callable[[], object]) -> QAction:
        """A choice of the banner that goes on to something else, once this may be left."""

        def chosen() -> None:
            if self.may_leave(goes):
                goes()

        action = QAction(text)
        action.triggered.connect(chosen)
        return action

    # What is open.

    @Slot()
    def _on_document_changed(self) -> None:
        self._document = document = self._session.document
        self._verified = None
        self._n_opened = 0 if document is None else len(document.project.all_operations)
        self._show_saved()
        if document is None:
            return
        document.recorded.connect(self._on_recorded)
        document.history_changed.connect(self._on_history_changed)
        self._verify_timer.start()

    @Slot(tuple)
    def _on_project_opened(self, notes: tuple[str, ...]) -> None:
        document = self._document
        if document is None:
            return
        told = " ".join(f"{translated(note)}." for note in notes)
        if document.folder is not None:
            if told:
                self._banner.tell(told, "note")
            return
        path = document.project_path
        if path is None or is_locked(path):
            self._banner.tell(self._read_only_text(told), "warning")
        else:
            self._offer_relink(path, document.path, self._read_only_text(told))

    def _read_only_text(self, told: str) -> str:
        kept = self.tr("What you do now is kept in a session of its own.")
        return f"{told} {kept}".strip()

    @Slot(object)
    def _on_unlinked(self, unlinked: Unlinked) -> None:
        self._offer_relink(unlinked.path, unlinked.source, f"{unlinked.sentence}.")

    def _offer_relink(self, project: Path, source: Path | None, sentence: str) -> None:
        choices = [self._choice(self.tr("&Relink…"), lambda: self._relink(project))]
        if source is not None:
            choices.append(
                self._choice(
                    self.tr("Open the &Transfer Alone"), lambda: self._session.open(source)
                )
            )
        self._banner.offer(sentence, choices)

    def _relink(self, project: Path) -> None:
        """Ask where the source of a project lies now, and open it with that."""
        chosen, _ = QFileDialog.getOpenFileName(
            self._window,
            self.tr("Where is the transfer of {name} now?").format(name=project.stem),
            str(project.parent),
        )
        if chosen:
            self._session.open_project(project, Path(chosen))

    @Slot()
    def _on_recorded(self) -> None:
        self._show_saved()
        if self._document is not None and self._document.folder is not self._verified:
            self._verify_timer.start()
        self.changed.emit()

    @Slot()
    def _on_history_changed(self) -> None:
        """Work on what may not be written to goes into a session of its own."""
        document = self._document
        if document is None or document.folder is not None or self._session.is_busy:
            return
        if document.project_path and len(document.project.all_operations) > self._n_opened:
            worker = self._session.keep(KeepHistoryJob(document.state))
            worker.succeeded.connect(self._on_kept)
            self._session.runner.submit(worker)

    @Slot(object)
    def _on_kept(self, kept: Kept) -> None:
        self._session.commit(kept)

    def _show_saved(self) -> None:
        document = self._session.document
        if document is None or document.saved is None or document.folder is None:
            self.saved.clear()
            return
        at = document.saved.astimezone().strftime("%H:%M")
        text = self.tr("saved {time}") if document.is_named else self.tr("autosaved {time}")
        self.saved.setText(text.format(time=at))
        self.saved.setToolTip(str(document.folder.path))

    @Slot(object)
    def _on_saved(self, folder: ProjectFolder) -> None:
        then, self._then = self._then, None
        document = self._session.document
        if document is None:
            folder.close()
            return
        left = document.folder
        document.adopt(folder)
        self._remember_view()
        if left is not None and left is not folder:
            if left.is_autosave:
                give_back(left)
            else:
                self._close(left)
        self._session.remember(folder.path)
        self._session.note_open(folder.path, is_open=True)
        self.told.emit(self.tr("Saved as {name}.").format(name=document.title))
        if then is not None:
            then()

    # The source, read in the background.

    @Slot()
    def _on_source_changed(self) -> None:
        """Tell that the source was written to; whether its audio is another one is looked at."""
        document = self._session.document
        if document is None:
            return
        sentence = self.tr(
            "{name} was changed on disk since it was opened; what is seen and heard may be of both."
        ).format(name=shown(document.path))
        path = document.path
        again = self._choice(self.tr("&Open It Again"), lambda: self._session.open(path))
        self._banner.offer(sentence, (again,))
        if document.folder is not None:
            self._verify_timer.start()

    @Slot()
    def _on_view_rests(self) -> None:
        self._remember_view()

    @Slot()
    def _on_verify_due(self) -> None:
        document = self._session.document
        if document is None or document.folder is None:
            return
        if self._session.is_busy:  # reading can wait, restoring shall not
            self._verify_timer.start()
            return
        self._verified = document.folder
        worker = JobWorker(VerifySourceJob(document.folder))
        worker.succeeded.connect(self._on_verified)
        worker.failed.connect(self._session.failed)
        self._session.project_runner.submit(worker)

    @Slot(object)
    def _on_verified(self, sentence: str | None) -> None:
        document = self._session.document
        if sentence is None or document is None or document.folder is not self._verified:
            return
        folder = document.let_go()
        if folder is not None:
            self._close(folder)
            self._offer_relink(folder.path, document.path, self._read_only_text(f"{sentence}."))

    def _close(self, folder: ProjectFolder) -> None:
        self._session.note_open(folder.path, is_open=False)
        try:
            folder.close()
        except EngineError as error:
            self._session.failed.emit(str(error))


def default_place(document: Document) -> Path:
    """Where a project is proposed to lie: beside the source, called as it is, and not there yet."""
    named, folder = document.project_path, document.home
    stem = document.path.stem if named is None else named.stem
    place, number = folder / f"{stem}{SUFFIX}", 1
    while place.exists():
        number += 1
        place = folder / f"{stem} {number}{SUFFIX}"
    return place
