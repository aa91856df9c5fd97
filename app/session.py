"""Session: what the window works with, built once and handed down."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QObject, Signal, Slot

from app import paths
from app import settings as keys
from app.chosen_models import chosen_equipment
from app.document import Document, Monitored
from app.estimates import Estimates
from app.hearing import Hearing
from app.jobs import JobRunner, JobWorker
from app.kept_view import show_view, view_of
from app.model_watch import ModelWatch
from app.player import Player
from app.settings import Settings
from app.version import VERSION
from app.view_state import ViewState
from engine.audio_file import AudioFile, open_audio
from engine.errors import EngineError
from engine.jobs.keep import KeepJob, Kept, OperationsJob, begin_session, give_back
from engine.jobs.projects import OpenProjectJob, Unlinked
from engine.jobs.restore import RestoreJob
from engine.picture_cache import PictureCache
from engine.project import Operation
from engine.region import Region
from engine.storage.folder import SUFFIX, ProjectFolder, is_project
from engine.storage.recovery import Unclosed, discard
from engine.tasks import Task

RECENT = 10


class Session(QObject):
    """Settings, runners, player, view state and the open document."""

    document_changed = Signal()
    """Another recording is open, or none."""
    left = Signal(object)
    """The Document that another transfer takes the place of; its session is kept to go back to."""
    failed = Signal(str)
    """One sentence for the user."""
    cancelled = Signal()
    """A restoration was stopped; nothing has changed."""
    project_opened = Signal(tuple)
    """A project is open now; sentences on how it was opened."""
    unlinked = Signal(object)
    """The Unlinked project that could not be opened for want of its source."""
    exported = Signal(object)
    """The Exported that was written of what is open."""
    restored = Signal(object, object)
    """The operations a job has added to the document, and the Peak of what they changed."""

    def __init__(
        self,
        settings: Settings,
        parent: QObject | None = None,
        player: Player | None = None,
        pictures: PictureCache | None = None,
    ) -> None:
        super().__init__(parent)
        self.settings = settings
        self.pictures = pictures
        """Where pictures are kept for the next opening, if anywhere."""
        self.view_state = ViewState(self)
        self.runner = JobRunner("restoration", self)
        self.picture_runner = JobRunner("pictures", self)
        self.project_runner = JobRunner("projects", self)
        """Reads sources and folders while all else goes on."""
        self.measuring_runner = JobRunner("measuring", self)
        self.preview_runner = JobRunner("preview", self)
        self.player = Player() if player is None else player
        self.player.setParent(self)
        self.hearing = Hearing(settings, self.view_state, self.player, self.measuring_runner, self)
        self.document: Document | None = None
        self.last: tuple[str, tuple[Task, ...]] | None = None
        """Title and tasks that ran last."""
        self.estimates = Estimates(self)
        """What the running restoration takes the recording to be so far."""
        self.models = ModelWatch(self)
        self._asked: _Asked | None = None
        self._is_following = False
        self._is_stopped = False
        self.is_changing = False
        """Whether it is on the way to another recording, of which `document_changed` tells."""
        self._leaving: list[AudioFile] = []
        self._connect()

    @property
    def is_busy(self) -> bool:
        """Whether a job runs or waits."""
        return self.runner.current is not None

    @property
    def _readers(self) -> tuple[JobRunner, ...]:
        """Runners of jobs that read the open recording."""
        return (self.runner, self.picture_runner, self.measuring_runner, self.preview_runner)

    @property
    def recent_files(self) -> list[Path]:
        """Files opened before, newest first."""
        remembered = self.settings.get(keys.recent_files)
        return [Path(line) for line in remembered.splitlines() if line]

    def open(self, path: Path) -> bool:
        """Open a recording or a project in place of the present one; False if it cannot be read.

        A project is opened by a job, as its source may have to be read to its end.
        """
        path = path.absolute()
        if is_project(path) or (path.suffix == SUFFIX and path.is_dir()):
            self.open_project(path)
            return True
        try:
            source = open_audio(path)
        except EngineError as error:
            self.failed.emit(str(error))
            self.remember(path, known=False)
            return False
        self._show(path, source, None)
        return True

    def open_project(self, path: Path, relink: Path | None = None) -> None:
        """Open a project; relink: where its source lies now."""
        document = self.document
        if document is not None and document.folder is not None and document.folder.path == path:
            return
        self.runner.cancel_all()
        is_session = path.parent == paths.sessions()
        worker = JobWorker(OpenProjectJob(path, VERSION, relink, is_session))
        worker.succeeded.connect(self._on_project_opened)
        worker.failed.connect(self.failed)
        self.runner.submit(worker)

    def close(self) -> None:
        """Close the recording; jobs on it are cancelled."""
        if self._close():
            self.document_changed.emit()

    def stop(self) -> None:
        """End everything that runs, before the application quits."""
        self._is_stopped = True
        self.models.stop()
        self.player.close()
        for runner in (*self._readers, self.project_runner, self.hearing.devices.runner):
            runner.stop()
        QCoreApplication.sendPostedEvents(self)  # a job that has just ended is not lost
        self._close()
        for source in self._leaving:
            source.close()
        self._leaving.clear()

    def restore(
        self,
        title: str,
        tasks: Sequence[Task],
        regions: Sequence[Region],
        beside: Operation | None = None,
    ) -> JobWorker | None:
        """Run tasks on regions (none: the whole recording) of the present state.

        beside: an operation in force that it is another attempt at: it works on the state before
            that, and takes its place once it is done.

        None without a document or while another job runs: its result would be stale.
        """
        if self.document is None or self.is_busy:
            return None
        try:
            equipment = chosen_equipment(self.settings, self.estimates.take)
        except EngineError as error:
            self.failed.emit(str(error))
            return None
        state = self.document.state
        state = state if beside is None else state.before(beside)
        job = RestoreJob(title, state, tuple(tasks), tuple(regions), equipment)
        self.last = (title, tuple(tasks))
        worker = self.keep(job, beside)
        worker.succeeded.connect(self.on_restored)
        worker.ended.connect(self.estimates.end)
        self.estimates.begin()
        self.runner.submit(worker)
        return worker

    def keep(self, job: OperationsJob, beside: Operation | None = None) -> JobWorker:
        """The worker of a job that makes operations, which it writes into the document's folder."""
        document = self.document
        assert document is not None
        begin = partial(begin_session, document.project, document.path, paths.sessions(), VERSION)
        worker = JobWorker(KeepJob(job, document.folder, begin))
        self._asked = _Asked(document, document.revision, beside)
        worker.failed.connect(self.failed)
        worker.cancelled.connect(self.cancelled)
        return worker

    def commit(self, kept: Kept) -> bool:
        """Put what the worker of `keep` has made at the head; False, and a sentence, if it cannot.

        The document goes on in a folder that was made for it.
        """
        asked, self._asked = self._asked, None
        document = self.document
        is_stale = asked is None or document is None or asked.document is not document
        if is_stale or document is None or asked is None or document.revision != asked.revision:
            if kept.is_new:
                give_back(kept.folder)
            if not is_stale:
                self.failed.emit(
                    self.tr("The recording changed while the job ran, so its result was not used.")
                )
            return False
        if kept.is_new:
            document.adopt(kept.folder)
        document.commit_kept(kept.operations, asked.revision, asked.beside)
        return document.revision != asked.revision

    def target(self, tasks: Sequence[Task | type[Task]]) -> tuple[Region, ...]:
        """What tasks work on: the selection; none where one of them takes the whole recording."""
        selection = self.view_state.selection
        if selection is None or not all(task.takes_region for task in tasks):
            return ()
        feather_s = self.settings.get(keys.feather_ms) / 1000.0
        return (replace(selection, feather_s=feather_s),)

    def _connect(self) -> None:
        for runner in self._readers:
            runner.idle.connect(self._let_go)
        self.player.position_changed.connect(self._on_position_changed)
        self.player.failed.connect(self.failed)
        self.view_state.playhead_changed.connect(self._on_playhead_changed)
        self.view_state.selection_changed.connect(self._on_selection_changed)

    def _close(self, *, keep: bool = False) -> bool:
        self.runner.cancel_all()
        self.picture_runner.cancel_all()
        self.preview_runner.cancel_all()
        self.hearing.follow(None)
        document, self.document = self.document, None
        if document is None:
            return False
        if document.folder is not None:
            self.runner.settle()
            self.project_runner.settle()
            document.remember_view(view_of(self.view_state, self.settings))
            self._close_folder(document.let_go(), keep)
        if isinstance(document.source, AudioFile):
            self._leaving.append(document.source)
        document.deleteLater()
        self._let_go()
        return True

    def note_open(self, path: Path, *, is_open: bool) -> None:
        """Remember that a project with a name is open, so that it is missed after a crash."""
        lines = self.settings.get(keys.open_projects).splitlines()
        others = [line for line in lines if line != str(path)]
        self.settings.set(keys.open_projects, "\n".join(others + [str(path)] * is_open))

    def _close_folder(self, folder: ProjectFolder | None, keep: bool) -> None:
        """Save and give back a project; one that never got a name goes to the trash, or is kept."""
        if folder is None:
            return
        self.note_open(folder.path, is_open=False)
        try:
            folder.close()
            if folder.is_autosave and not keep:
                given_up = Unclosed(folder.path, "", datetime.now(UTC), 0, crashed_before=False)
                discard(given_up, paths.trash())
        except EngineError as error:
            self.failed.emit(str(error))

    @Slot()
    def _let_go(self) -> None:
        """Close the files of recordings that were left, once no job reads them any more."""
        if all(runner.current is None for runner in self._readers):
            for source in self._leaving:
                source.close()
            self._leaving.clear()

    def remember(self, path: Path, *, known: bool = True) -> None:
        """Put a file or project first among the recent ones, or take it out."""
        others = [each for each in self.recent_files if each != path]
        recent = ([path] if known else []) + others
        self.settings.set(keys.recent_files, "\n".join(str(each) for each in recent[:RECENT]))
        if known:
            self.settings.set(keys.last_folder, str(path.parent))

    @Slot(object)
    def on_restored(self, kept: Kept) -> None:
        """Take what the worker of `keep` has made, and show it."""
        if not self.commit(kept):
            return
        if not self.player.is_playing:  # what is in the ear is never swapped unasked
            self.view_state.monitor(Monitored.RESULT)
        self.restored.emit(kept.operations, kept.peak)

    @Slot(object)
    def _on_project_opened(self, opened: ProjectFolder | Unlinked) -> None:
        if isinstance(opened, Unlinked):
            self.unlinked.emit(opened)
            return
        path = opened.source.path
        if self._is_stopped:
            opened.close()
            return
        try:
            source = open_audio(path)
        except EngineError as error:
            opened.close()
            self.failed.emit(str(error))
            return
        self._show(path, source, opened)
        if opened.is_read_only:  # its history is in memory, and its samples are mapped
            opened.close()

    def _show(self, path: Path, source: AudioFile, opened: ProjectFolder | None) -> None:
        """Go on with another recording, which is read from `source`."""
        is_other = self.document is not None and self.document.path != path
        if is_other:
            self.left.emit(self.document)
        self._close(keep=is_other)
        self.document = document = Document(path, source, self, opened)
        self.is_changing = True
        try:
            self._take_up(document, opened)
        finally:
            self.is_changing = False
        self.remember(document.project_path or path)
        if document.is_named and document.folder is not None:
            self.note_open(document.folder.path, is_open=True)
        self.document_changed.emit()
        if opened is not None:
            self.project_opened.emit(opened.notes)

    def _take_up(self, document: Document, opened: ProjectFolder | None) -> None:
        """Show the whole of a recording, or what was shown of it, and hear of it."""
        self.view_state.reset(document.duration_s, document.original.sample_rate)
        self.settings.set(keys.turn_phase_s, keys.turn_phase_s.default)
        if opened is not None:
            show_view(opened.view, self.view_state, self.settings)
        self.hearing.follow(document)
        document.stage_changed.connect(self._on_stage_changed)
        document.failed.connect(self.failed)

    @Slot()
    def _on_stage_changed(self) -> None:
        """Another length, rate or number of channels: go on at the same place of the music."""
        document = self.document
        if document is None:
            return
        factor = document.duration_s / self.view_state.duration_s
        self._is_following = True
        self.view_state.restage(document.duration_s, document.original.sample_rate)
        self._is_following = False
        self.player.restage(factor)
        document.marks.scale(factor)

    @Slot(float)
    def _on_position_changed(self, position_s: float) -> None:
        self._is_following = True
        self.view_state.set_playhead(position_s)
        self._is_following = False

    @Slot()
    def _on_playhead_changed(self) -> None:
        if self.player.is_playing and not self._is_following:
            self.hearing.seek(self.view_state.playhead_s)

    @Slot()
    def _on_selection_changed(self) -> None:
        selection = self.view_state.selection
        if selection is not None and not self.player.is_playing and not self._is_following:
            self.view_state.set_playhead(selection.start_s)


@dataclass(frozen=True, eq=False)
class _Asked:
    """Which document, at which revision, the running restoration began from.

    beside: the operation that it is another attempt at.
    """

    document: Document
    revision: int
    beside: Operation | None
