"""Clip player: several versions of a clip on one clock; another one goes on where the first was."""

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from app.document import Document
from app.player import Player
from engine.audio import Audio, MemoryRecording
from engine.project import State


class ClipPlayer(QObject):
    """Plays one version over and over; what else is playing stops for it."""

    changed = Signal()
    """It began or ended, or another version is heard."""
    moved = Signal(float)
    """Second that is heard now."""
    failed = Signal(str)
    """One sentence: it cannot be played."""

    def __init__(self, player: Player, parent: QObject) -> None:
        super().__init__(parent)
        self._main = player
        self._player: Player | None = None
        self._document: Document | None = None
        self._states: dict[str, State] = {}
        self.version = ""
        """What is heard, or was last."""

    @property
    def is_playing(self) -> bool:
        """Whether something is heard."""
        return self._player is not None and self._player.is_playing

    @property
    def duration_s(self) -> float:
        """Of the clip."""
        return self._document.duration_s if self._document is not None else 0.0

    def load(self, versions: Mapping[str, Audio]) -> None:
        """Take another clip; all versions have one length and rate."""
        self.stop()
        self._states = {name: State(MemoryRecording(audio)) for name, audio in versions.items()}
        self.version = ""
        if self._document is not None:
            self._document.deleteLater()
        first = next(iter(versions.values()))
        self._document = Document(Path("clip"), MemoryRecording(first), self)
        self.changed.emit()

    def hear(self, version: str) -> None:
        """Play a version, going on where another one is."""
        document = self._document
        if document is None or version not in self._states:
            return
        self._main.stop()
        was_playing = self.is_playing
        self.version = version
        document.preview(self._states[version], 0, document.original.n_samples)
        player = self._ready()
        if was_playing:
            player.forget(0, document.original.n_samples)
        else:
            player.close()
            player.open(document)
            player.loop = True
            player.play(0.0)
            if not player.is_playing:  # there is no device
                self.version = ""
        self.changed.emit()

    def stop(self) -> None:
        """Stop, and give the device back."""
        if self._player is not None:
            self._player.close()

    def _ready(self) -> Player:
        if self._player is None:
            self._player = self._main.companion(self)
            self._player.playing_changed.connect(self._on_playing_changed)
            self._player.position_changed.connect(self.moved)
            self._player.failed.connect(self.failed)
        return self._player

    @Slot()
    def _on_playing_changed(self) -> None:
        self.changed.emit()
