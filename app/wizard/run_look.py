"""Run look: what a run folder tells, looked at twice a second while somebody wants to know.

What is read is a few small files, and the list of previews when their folder has changed; on a
disk of this computer that takes under a millisecond.
"""

from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from training.run_curve import CurveReader
from training.run_folder import BEST, PREVIEWS
from training.run_status import RunStatus, read_status
from training.wizard.plan import RUN
from training.wizard.previews import preview_steps
from training.wizard.trainer import Trainer, has_checkpoint

EVERY_MS = 500


class RunLook(QObject):
    """Watches the run of a training.

    status: what it tells.
    sentence: why a trainer ended that could not tell it itself.
    """

    changed = Signal()
    """Status, checkpoint or what is starting."""
    curve_changed = Signal()
    previews_changed = Signal()

    def __init__(self, folder: Path, parent: QObject) -> None:
        super().__init__(parent)
        self._folder, self._run = folder, folder / RUN
        self._trainer: Trainer | None = None
        self._reader = CurveReader(self._run)
        self._stamp = -1
        self.status = RunStatus()
        self.steps: tuple[int, ...] = ()
        self.has_checkpoint = self.has_best = False
        self.sentence = ""
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY_MS)
        self._timer.timeout.connect(self.look)

    @property
    def rows(self) -> list[dict[str, float]]:
        """The lines of the curve."""
        return self._reader.rows

    @property
    def is_starting(self) -> bool:
        """Whether a trainer was started that has not told anything yet."""
        trainer = self._trainer
        return trainer is not None and self.status.told_s < trainer.started_s and trainer.is_alive

    def follow(self, trainer: Trainer) -> None:
        """A trainer was started from here."""
        self._trainer = trainer
        self.sentence = ""
        self.look()
        self.changed.emit()

    def start(self) -> None:
        """Look now, and from now on."""
        self.look()
        self.changed.emit()
        self._timer.start()

    def stop(self) -> None:
        """Look no more."""
        self._timer.stop()

    @Slot()
    def look(self) -> None:
        """Look once, and tell what is new."""
        was_starting = self.is_starting
        before = (self.status, self.has_checkpoint, self.has_best, self.sentence, was_starting)
        self.status = read_status(self._run)
        self.has_checkpoint = has_checkpoint(self._folder)
        self.has_best = (self._run / BEST).is_file()
        self._listen()
        now = (self.status, self.has_checkpoint, self.has_best, self.sentence, self.is_starting)
        if now != before:
            self.changed.emit()
        if self._reader.read():
            self.curve_changed.emit()
        self._look_for_previews()

    def _listen(self) -> None:
        """Hear the last words of a trainer that ended before it told anything."""
        trainer = self._trainer
        if trainer is None or trainer.is_alive:
            return
        self._trainer = None
        if self.status.told_s < trainer.started_s:
            self.sentence = trainer.last_words()

    def _look_for_previews(self) -> None:
        try:
            stamp = (self._run / PREVIEWS).stat().st_mtime_ns
        except OSError:
            stamp = 0
        if stamp != self._stamp:
            self._stamp = stamp
            steps = preview_steps(self._run)
            if steps != self.steps:
                self.steps = steps
                self.previews_changed.emit()
