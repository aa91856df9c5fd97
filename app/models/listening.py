"""Listening: the original and what was made of it, on one clock and at the same place."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from app.document import Document, Monitored
from app.player import Player
from engine.audio import Audio, MemoryRecording
from engine.project import Operation, Patch, State
from engine.tasks.gain import Gain

ORIGINAL = 0


class Listening(QObject):
    """Plays one of several versions of an excerpt over and over; they change without a gap."""

    changed = Signal()
    """Another version, or it began or ended."""
    moved = Signal(float)
    """The second of the excerpt that is heard."""
    failed = Signal(str)

    def __init__(self, player: Player, parent: QObject) -> None:
        super().__init__(parent)
        self._main = player
        self._player: Player | None = None
        self._document: Document | None = None
        self._states: tuple[State, ...] = ()
        self.heard = ORIGINAL
        """Which version is heard, 0 being the original."""

    @property
    def is_playing(self) -> bool:
        """Whether anything is heard."""
        return self._player is not None and self._player.is_playing

    def load(self, original: Audio, others: Sequence[Audio]) -> None:
        """Take an excerpt and versions of it, which are as long."""
        self.stop()
        recording = MemoryRecording(original)
        if self._document is not None:
            self._document.deleteLater()
        self._document = Document(Path("excerpt"), recording, self)
        self._states = tuple(State(recording, (_over(each),)) for each in others)
        player = self._companion()
        player.open(self._document)
        player.loop = True
        self._document.changed.connect(player.forget)
        self.choose(ORIGINAL)

    def choose(self, version: int) -> None:
        """Hear a version from now on."""
        document = self._document
        if document is None or not 0 <= version <= len(self._states):
            return
        self.heard = version
        if version != ORIGINAL:
            document.preview(self._states[version - 1], 0, document.original.n_samples)
        is_original = version == ORIGINAL
        self._companion().monitored = Monitored.ORIGINAL if is_original else Monitored.RESULT
        self.changed.emit()

    def play(self) -> None:
        """Play from the start, over and over."""
        if self._document is None:
            return
        self._main.stop()
        player = self._companion()
        player.device = self._main.device
        player.play(0.0)

    def toggle(self) -> None:
        """Play, or stop."""
        if self.is_playing:
            self.stop()
        else:
            self.play()

    @Slot()
    def stop(self) -> None:
        """Stop, and give the device back."""
        if self._player is not None:
            self._player.close()
            if self._document is not None:
                self._player.open(self._document)

    def _companion(self) -> Player:
        if self._player is None:
            self._player = self._main.companion(self)
            self._player.playing_changed.connect(self._on_playing_changed)
            self._player.position_changed.connect(self.moved)
            self._player.failed.connect(self.failed)
        return self._player

    @Slot()
    def _on_playing_changed(self) -> None:
        self.changed.emit()


def _over(audio: Audio) -> Operation:
    """An operation that puts audio in the place of a whole excerpt."""
    patch, now = Patch(0, audio.samples), datetime.now(UTC)
    return Operation(Gain(), "Compared", (), (patch,), (), audio.n_samples, 0, now, 0.0)
