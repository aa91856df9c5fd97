"""Source watch: notices that the open transfer was written to by somebody else."""

from dataclasses import dataclass

from PySide6.QtCore import QFileSystemWatcher, QObject, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication

from app.jobs import JobWorker
from app.language import to_translate
from app.session import Session
from engine.audio_file import AudioFile
from engine.progress import Progress, ignore


@dataclass(frozen=True)
class StampJob:
    """Compares size and time of a file with those it was opened with."""

    source: AudioFile

    @property
    def title(self) -> str:
        """What a progress bar calls it."""
        return to_translate("Look at the transfer")

    def run(self, progress: Progress = ignore) -> AudioFile | None:
        """The file if it was changed since."""
        progress(0.0)
        return self.source if self.source.has_changed else None


class SourceWatch(QObject):
    """Follows the open recording.

    The system tells what this computer writes. What another one writes to a shared folder it does
    not, so the file is looked at whenever the window comes to the front as well; by a job, as a
    share that does not answer would hold the window up.
    """

    changed = Signal()
    """The open recording is not what lies on the disk any more."""

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._told: AudioFile | None = None
        self._watcher = QFileSystemWatcher(self)
        self._watcher.fileChanged.connect(self._on_touched)
        session.document_changed.connect(self._on_document_changed)
        application = QGuiApplication.instance()
        assert isinstance(application, QGuiApplication)
        application.applicationStateChanged.connect(self._on_state_changed)

    def look(self) -> None:
        """Look at the file now, in the background."""
        document = self._session.document
        if document is not None and isinstance(document.source, AudioFile):
            worker = JobWorker(StampJob(document.source))
            worker.succeeded.connect(self._on_looked)
            self._session.project_runner.submit(worker)

    @Slot()
    def _on_document_changed(self) -> None:
        self._told = None
        if watched := self._watcher.files():
            self._watcher.removePaths(watched)
        if self._session.document is not None:
            self._watcher.addPath(str(self._session.document.path))

    @Slot()
    def _on_touched(self) -> None:
        self._told = None
        self.look()

    @Slot(Qt.ApplicationState)
    def _on_state_changed(self, state: Qt.ApplicationState) -> None:
        if state is Qt.ApplicationState.ApplicationActive and self._told is None:
            self.look()

    @Slot(object)
    def _on_looked(self, changed: AudioFile | None) -> None:
        document = self._session.document
        if changed is None or document is None or document.source is not changed:
            return
        self._told = changed
        self.changed.emit()
