"""Equaliser: hear replay curves without rendering them; off until somebody turns it on."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal, Slot

from app.player import Player
from engine.project import Operation
from engine.tasks.replay_eq import ReplayEq


class Equaliser(QObject):
    """What all that is played goes through; it changes no sample of any recording."""

    changed = Signal()
    """It was turned on or off, or has other curves now."""

    def __init__(self, player: Player, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._player = player
        self._is_on = False
        self._task: ReplayEq | None = None

    @property
    def is_on(self) -> bool:
        """Whether it is heard."""
        return self._is_on

    @property
    def has_curves(self) -> bool:
        """Whether curves were chosen that it can let hear."""
        return self._task is not None

    def choose(self, task: ReplayEq) -> None:
        """Take these curves; heard at once if it is on."""
        if task != self._task:
            self._task = task
            self._tell()

    def turn(self, *, on: bool) -> None:
        """Turn it on or off; without curves it stays off."""
        if on != self._is_on and (self.has_curves or not on):
            self._is_on = on
            self._tell()

    @Slot(object)
    def on_restored(self, operations: Sequence[Operation]) -> None:
        """Turn it off once a replay curve is rendered, lest it be heard twice."""
        if any(isinstance(each.task, ReplayEq) for each in operations):
            self.turn(on=False)

    def _tell(self) -> None:
        self._player.equaliser = self._task if self._is_on else None
        self.changed.emit()
