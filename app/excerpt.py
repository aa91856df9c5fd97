"""Excerpt: a few seconds that are no part of the open recording, played beside it."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from app.document import Document
from app.player import Player
from engine.audio import Audio, MemoryRecording


class Excerpt(QObject):
    """Plays audio once; what else is playing stops for it."""

    changed = Signal()
    """It began or ended."""
    failed = Signal(str)
    """One sentence: it cannot be played."""

    def __init__(self, player: Player, parent: QObject) -> None:
        super().__init__(parent)
        self._main = player
        self._player: Player | None = None
        self._document: Document | None = None

    @property
    def is_playing(self) -> bool:
        """Whether it is heard."""
        return self._player is not None and self._player.is_playing

    def play(self, audio: Audio) -> None:
        """Play from the first sample to the last."""
        self._main.stop()
        if self._player is None:
            self._player = self._main.companion(self)
            self._player.playing_changed.connect(self._on_playing_changed)
            self._player.failed.connect(self.failed)
        self._player.close()
        if self._document is not None:
            self._document.deleteLater()
        self._document = Document(Path("excerpt"), MemoryRecording(audio), self)
        self._player.open(self._document)
        self._player.play(0.0)

    def stop(self) -> None:
        """Stop, and give the device back."""
        if self._player is not None:
            self._player.close()

    @Slot()
    def _on_playing_changed(self) -> None:
        self.changed.emit()
