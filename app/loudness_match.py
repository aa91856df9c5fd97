"""Loudness match: Original and Result are heard equally loud, and the gain that takes is told."""

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.document import Document
from app.jobs import JobRunner, JobWorker
from app.player import Player
from app.view_state import ViewState
from engine.jobs.loudness import Loudness, LoudnessJob

SHORTEST_S = 3.0
"""A shorter selection is measured with what is around it: loudness is a matter of seconds."""
PATIENCE_MS = 300
"""A selection that is being dragged is not measured at every step."""


class LoudnessMatch(QObject):
    """Measures the selection, or the side, whenever either changes; only while it is on."""

    changed = Signal()
    """It was turned on or off, began to measure, or has other gains."""

    def __init__(
        self, view_state: ViewState, player: Player, runner: JobRunner, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._view_state, self._player, self._runner = view_state, player, runner
        self._document: Document | None = None
        self._is_on = False
        self._job: LoudnessJob | None = None
        self._loudness: Loudness | None = None
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(PATIENCE_MS)
        self._patience.timeout.connect(self._measure)
        view_state.selection_changed.connect(self._on_changed)

    @property
    def is_on(self) -> bool:
        """Whether what is heard is matched."""
        return self._is_on

    @property
    def is_measuring(self) -> bool:
        """Whether other gains are to come."""
        return self._job is not None or self._patience.isActive()

    @property
    def gains_db(self) -> tuple[float, float]:
        """What Original and Result are heard with."""
        return (0.0, 0.0) if self._loudness is None else self._loudness.gains_db

    @property
    def told(self) -> str:
        """The gain that is applied, in few words."""
        original_db, result_db = self.gains_db
        if self._document is None:
            return self.tr("Match")
        if self._loudness is None:
            return self.tr("Match …")
        if round(original_db, 1) == round(result_db, 1) == 0.0:
            told = self.tr("Match 0.0 dB")
        elif original_db < 0.0:
            told = self.tr("Original {gain} dB").format(gain=_signed(original_db))
        else:
            told = self.tr("Result {gain} dB").format(gain=_signed(result_db))
        return f"{told} …" if self.is_measuring else told

    def turn(self, *, on: bool) -> None:
        """Match from now on, or hear all as loud as it is."""
        if on != self._is_on:
            self._is_on = on
            self._on_changed()

    def follow(self, document: Document | None) -> None:
        """Take another document, or none."""
        self._document = document
        self._forget()
        if document is not None:
            document.history_changed.connect(self._on_changed)
        self._on_changed()

    @Slot()
    def _on_changed(self) -> None:
        if self._is_on and self._document is not None:
            self._patience.start()
        else:
            self._forget()
        self.changed.emit()

    def _forget(self) -> None:
        self._patience.stop()
        self._runner.cancel_all()
        self._job = self._loudness = None
        self._player.match_gains_db = self.gains_db

    @Slot()
    def _measure(self) -> None:
        document = self._document
        if document is None:
            return
        self._runner.cancel_all()
        start, stop = self._span(document)
        self._job = LoudnessJob(
            self.tr("Loudness"), document.original, document.state, start, stop, self._loudness
        )
        worker = JobWorker(self._job)
        worker.succeeded.connect(self._on_measured)
        worker.failed.connect(self._on_failed)
        self._runner.submit(worker)

    def _span(self, document: Document) -> tuple[int, int]:
        rate, n_samples = document.original.sample_rate, document.original.n_samples
        selection = self._view_state.selection
        if selection is None:
            return 0, n_samples
        rim_s = max(0.0, 0.5 * (SHORTEST_S - selection.duration_s))
        start = max(0, round((selection.start_s - rim_s) * rate))
        return start, min(n_samples, round((selection.stop_s + rim_s) * rate))

    @Slot(object)
    def _on_measured(self, loudness: Loudness) -> None:
        if loudness.job is not self._job:
            return
        self._job, self._loudness = None, loudness
        self._player.match_gains_db = loudness.gains_db
        self.changed.emit()

    @Slot()
    def _on_failed(self) -> None:
        """What cannot be read is told where it is played or worked on."""
        self._job = None
        self.changed.emit()


def _signed(gain_db: float) -> str:
    return f"{gain_db:+.1f}".replace("-", "\N{MINUS SIGN}")
