"""Session: what the window works with, built once and handed down."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from app import settings as keys
from app.document import Document, Monitored
from app.jobs import JobRunner, JobWorker
from app.player import Player
from app.settings import Settings
from app.view_state import ViewState
from engine.audio_file import AudioFile, open_audio
from engine.errors import EngineError
from engine.jobs.measure import Peak, measure
from engine.jobs.restore import RestoreJob
from engine.progress import Progress, ignore, part
from engine.project import Operation
from engine.region import Region
from engine.tasks import Task

RECENT = 10


class Session(QObject):
    """Settings, runners, player, view state and the open document."""

    document_changed = Signal()
    """Another recording is open, or none."""
    failed = Signal(str)
    """One sentence for the user."""
    cancelled = Signal()
    """A restoration was stopped; nothing has changed."""
    restored = Signal(object, object)
    """The operations a job has added to the document, and the Peak of what they changed."""

    def __init__(
        self, settings: Settings, parent: QObject | None = None, player: Player | None = None
    ) -> None:
        super().__init__(parent)
        self.settings = settings
        self.view_state = ViewState(self)
        self.runner = JobRunner("restoration", self)
        self.picture_runner = JobRunner("pictures", self)
        self.player = Player() if player is None else player
        self.player.setParent(self)
        self.document: Document | None = None
        self.last: tuple[str, tuple[Task, ...]] | None = None
        """Title and tasks that ran last."""
        self._asked: _Asked | None = None
        self._held: Monitored | None = None
        self._is_following = False
        self._leaving: list[AudioFile] = []
        self._connect()

    @property
    def is_busy(self) -> bool:
        """Whether a job runs or waits."""
        return self.runner.current is not None

    @property
    def recent_files(self) -> list[Path]:
        """Files opened before, newest first."""
        remembered = self.settings.get(keys.recent_files)
        return [Path(line) for line in remembered.splitlines() if line]

    def open(self, path: Path) -> bool:
        """Open a recording in place of the present one; False if it cannot be read."""
        path = path.absolute()
        try:
            source = open_audio(path)
        except EngineError as error:
            self.failed.emit(str(error))
            self._remember(path, known=False)
            return False
        self._close()
        document = Document(path, source, self)
        self.document = document
        self.view_state.reset(document.duration_s, source.sample_rate)
        self.player.open(document)
        document.changed.connect(self.player.forget)
        document.stage_changed.connect(self._on_stage_changed)
        self._remember(path, known=True)
        self.document_changed.emit()
        return True

    def close(self) -> None:
        """Close the recording; jobs on it are cancelled."""
        if self._close():
            self.document_changed.emit()

    def stop(self) -> None:
        """End everything that runs, before the application quits."""
        self.player.close()
        self.runner.stop()
        self.picture_runner.stop()
        self._close()
        for source in self._leaving:
            source.close()
        self._leaving.clear()

    def restore(
        self, title: str, tasks: Sequence[Task], regions: Sequence[Region]
    ) -> JobWorker | None:
        """Run tasks on regions (none: the whole recording) of the present state.

        None without a document or while another job runs: its result would be stale.
        """
        if self.document is None or self.is_busy:
            return None
        job = _MeasuredRestore(RestoreJob(title, self.document.state, tuple(tasks), tuple(regions)))
        worker = JobWorker(job)
        self._asked = _Asked(self.document, self.document.revision)
        self.last = (title, tuple(tasks))
        worker.succeeded.connect(self._on_restored)
        worker.failed.connect(self.failed)
        worker.cancelled.connect(self.cancelled)
        self.runner.submit(worker)
        return worker

    def target(self, tasks: Sequence[Task | type[Task]]) -> tuple[Region, ...]:
        """What tasks work on: the selection; none where one of them takes the whole recording."""
        selection = self.view_state.selection
        if selection is None or not all(task.takes_region for task in tasks):
            return ()
        return (selection,)

    def play(self) -> None:
        """Play from the playhead; with the loop on, the selection over and over."""
        selection = self.view_state.selection
        if self.player.loop and selection is not None:
            self.play_selection()
            return
        start_s = self.view_state.playhead_s
        at_end = start_s >= self.view_state.duration_s - 0.01
        self.player.play(0.0 if at_end else start_s)

    def play_selection(self) -> None:
        """Play what is selected."""
        selection = self.view_state.selection
        if selection is not None:
            self.player.play(selection.start_s, selection.stop_s)

    def hold_original(self) -> None:
        """Hear and show the original for as long as a key is held."""
        if self._held is None:
            self._held = self.view_state.monitored
            self.view_state.monitor(Monitored.ORIGINAL)

    def release_original(self) -> None:
        """Hear and show again what was before."""
        held, self._held = self._held, None
        if held is not None:
            self.view_state.monitor(held)

    def _connect(self) -> None:
        self.player.loop = self.settings.get(keys.loop)
        self.player.removed_gain_db = self.settings.get(keys.removed_gain_db)
        self.player.device = self.settings.get(keys.output_device)
        self.runner.idle.connect(self._let_go)
        self.picture_runner.idle.connect(self._let_go)
        self.player.position_changed.connect(self._on_position_changed)
        self.player.failed.connect(self.failed)
        self.view_state.playhead_changed.connect(self._on_playhead_changed)
        self.view_state.selection_changed.connect(self._on_selection_changed)
        self.view_state.monitored_changed.connect(self._on_monitored_changed)

    def _close(self) -> bool:
        self.runner.cancel_all()
        self.picture_runner.cancel_all()
        self.player.close()
        document, self.document = self.document, None
        if document is None:
            return False
        if isinstance(document.source, AudioFile):
            self._leaving.append(document.source)
        document.deleteLater()
        self._let_go()
        return True

    @Slot()
    def _let_go(self) -> None:
        """Close the files of recordings that were left, once no job reads them any more."""
        if self.runner.current is None and self.picture_runner.current is None:
            for source in self._leaving:
                source.close()
            self._leaving.clear()

    def _remember(self, path: Path, *, known: bool) -> None:
        others = [each for each in self.recent_files if each != path]
        recent = ([path] if known else []) + others
        self.settings.set(keys.recent_files, "\n".join(str(each) for each in recent[:RECENT]))
        if known:
            self.settings.set(keys.last_folder, str(path.parent))

    @Slot(object)
    def _on_restored(self, done: "tuple[tuple[Operation, ...], Peak]") -> None:
        operations, peak = done
        asked, self._asked = self._asked, None
        if asked is None or asked.document is not self.document:
            return
        if not asked.document.commit(operations, asked.revision):
            self.failed.emit(
                self.tr("The recording changed while the job ran, so its result was not used.")
            )
            return
        if not self.player.is_playing:  # what is in the ear is never swapped unasked
            self.view_state.monitor(Monitored.RESULT)
        self.restored.emit(operations, peak)

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
        if document.noise is not None and factor != 1.0:
            document.mark_noise(document.noise.scaled(factor))

    @Slot(float)
    def _on_position_changed(self, position_s: float) -> None:
        self._is_following = True
        self.view_state.set_playhead(position_s)
        self._is_following = False

    @Slot()
    def _on_playhead_changed(self) -> None:
        if self.player.is_playing and not self._is_following:
            self.player.play(self.view_state.playhead_s)

    @Slot()
    def _on_selection_changed(self) -> None:
        selection = self.view_state.selection
        if selection is not None and not self.player.is_playing and not self._is_following:
            self.view_state.set_playhead(selection.start_s)

    @Slot()
    def _on_monitored_changed(self) -> None:
        self.player.monitored = self.view_state.monitored


@dataclass(frozen=True, eq=False)
class _Asked:
    """Which document, at which revision, the running restoration began from."""

    document: Document
    revision: int


@dataclass(frozen=True, eq=False)
class _MeasuredRestore:
    """A restoration, and the peak of the spans it changed, read off the GUI thread."""

    job: RestoreJob

    @property
    def title(self) -> str:
        return self.job.title

    def run(self, progress: Progress = ignore) -> tuple[tuple[Operation, ...], Peak]:
        operations = self.job.run(part(progress, 0.0, 0.98))
        state = self.job.state
        for operation in operations:
            state = state.with_operation(operation)
        spans = tuple(span for operation in operations for span in operation.spans)
        if any(operation.stage is not None for operation in operations):
            spans = ((0, state.n_samples),)
        return operations, measure(state, spans, part(progress, 0.98, 1.0))
