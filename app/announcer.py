"""Announcer: tells in the banner and the status bar what came of jobs."""

from PySide6.QtCore import QObject, Slot

from app.key_bindings import KeyBindings
from app.language import translated
from app.panels.status import StatusLine
from app.sentence import as_sentence
from app.session import Session
from app.widgets.banner import Banner


class Announcer(QObject):
    """Hears the session, chooses the words: in the banner what stays, below what passes."""

    def __init__(
        self,
        session: Session,
        banner: Banner,
        status: StatusLine,
        bindings: KeyBindings,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._session, self._banner, self._status = session, banner, status
        self._bindings = bindings
        self._sound_error = ""
        session.failed.connect(self._on_failed)
        session.restored.connect(self._on_restored)
        session.cancelled.connect(self._on_cancelled)
        session.runner.started.connect(banner.clear_error)  # it was about what was asked before
        session.player.notice.connect(status.tell)
        session.player.failed.connect(self._on_sound_failed)
        session.player.playing_changed.connect(self._on_playing_changed)

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        self._banner.tell(sentence, "error")

    @Slot(str)
    def _on_sound_failed(self, sentence: str) -> None:
        self._sound_error = sentence

    @Slot(bool)
    def _on_playing_changed(self, is_playing: bool) -> None:
        """What kept it from playing is over once it plays."""
        if is_playing and self._banner.text == as_sentence(translated(self._sound_error)):
            self._banner.clear_error()

    @Slot()
    def _on_restored(self) -> None:
        self._banner.clear_error()
        if self._session.player.is_playing:
            key = self._bindings.shown("monitor_result")
            told = self.tr("Done; press {key} to hear the result.").format(key=key)
            self._status.tell(told if key else self.tr("Done; choose Result to hear it."))

    @Slot()
    def _on_cancelled(self) -> None:
        self._status.tell(self.tr("Stopped; nothing was changed."))
