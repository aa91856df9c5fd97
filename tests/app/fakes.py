"""A session without sound: what the views need of one."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, QSettings, Signal

from app.document import Document
from app.estimates import Estimates
from app.jobs import JobRunner
from app.settings import Settings
from app.view_state import ViewState
from engine.audio import Audio, MemoryRecording, Recording
from engine.picture_cache import PictureCache
from engine.project import Operation, Patch
from engine.region import Region
from engine.tasks.gain import Gain


class FakeSession(QObject):
    """Settings in a folder of their own, a view state, a runner for pictures, a document."""

    document_changed = Signal()
    failed = Signal(str)

    def __init__(self, folder: Path) -> None:
        super().__init__()
        store = QSettings(str(folder / "settings.ini"), QSettings.Format.IniFormat)
        self.settings = Settings(store)
        self.view_state = ViewState(self)
        self.picture_runner = JobRunner("pictures", self)
        self.pictures: PictureCache | None = None
        self.document: Document | None = None
        self.estimates = Estimates(self)

    def open(self, recording: Recording) -> Document:
        """Open a recording in place of the present one."""
        self.close()
        document = Document(Path("side.wav"), recording, self)
        self.document = document
        self.view_state.reset(document.duration_s, recording.sample_rate)
        self.document_changed.emit()
        return document

    def open_audio(self, audio: Audio) -> Document:
        """Open audio that lies in memory."""
        return self.open(MemoryRecording(audio))

    def close(self) -> None:
        """Close the recording."""
        self.picture_runner.cancel_all()
        if self.document is not None:
            self.document.deleteLater()
            self.document = None
            self.document_changed.emit()


def silenced(recording: Recording, start: int, stop: int) -> Operation:
    """An operation that puts silence over samples [start, stop)."""
    patch = Patch(start, np.zeros((recording.n_channels, stop - start), np.float32))
    rate = recording.sample_rate
    region = Region(start / rate, stop / rate)
    now = datetime.now(UTC)
    return Operation(Gain(), "Silence", (region,), (patch,), (), stop - start, 0, now, 0.0)
