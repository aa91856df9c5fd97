"""Output devices: which there are, and which is played on."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal, Slot

from app import settings as keys
from app.device_list import output_devices
from app.jobs import JobRunner, JobWorker
from app.language import translated
from app.player import Player
from app.settings import Settings
from engine.progress import Progress, ignore


@dataclass(frozen=True)
class DevicesJob:
    """Asks for the devices that can play; a look at some systems takes half a second.

    is_rescan: list what was connected since as well.
    """

    title: str
    is_rescan: bool

    def run(self, progress: Progress = ignore) -> tuple[str, ...]:
        """The names of the devices."""
        progress(0.0)
        return tuple(output_devices(rescan=self.is_rescan))


class OutputDevices(QObject):
    """Looks for devices in the background, and remembers the one that was chosen."""

    changed = Signal()
    """There are others now, or another one is chosen."""

    def __init__(self, settings: Settings, player: Player, parent: QObject) -> None:
        super().__init__(parent)
        self._settings, self._player = settings, player
        self.runner = JobRunner("devices", self)
        self._is_rescanning = False
        self.names: Sequence[str] = ()
        """Devices that can play, as they were found last."""
        self.told = ""
        """Why there are none, as one sentence; empty while there are."""

    @property
    def chosen(self) -> str:
        """The device that is played on; empty is the system's choice."""
        return self._settings.get(keys.output_device)

    @property
    def choices(self) -> Sequence[str]:
        """What can be chosen: the system's choice, all devices, a chosen one that is gone."""
        gone = [self.chosen] if self.chosen not in ("", *self.names) else []
        return ("", *self.names, *gone)

    def is_gone(self, name: str) -> bool:
        """Whether a device was looked for in vain."""
        return bool(name) and name not in self.names

    def choose(self, name: str) -> None:
        """Play on this device from now on; what is played goes on there."""
        self._settings.set(keys.output_device, name)
        self._player.device = name
        self.changed.emit()

    def look(self) -> None:
        """Ask which devices there are."""
        if self.runner.current is None:
            self._submit(self._worker(is_rescan=False))

    def rescan(self) -> None:
        """Look for devices that were connected since; playing stops for it, and stays in place."""
        if not self._is_rescanning:
            self._is_rescanning = True
            self._player.give_back()
            worker = self._worker(is_rescan=True)
            worker.ended.connect(self._on_rescanned)
            self._submit(worker)

    def _worker(self, *, is_rescan: bool) -> JobWorker:
        worker = JobWorker(DevicesJob(self.tr("Sound devices"), is_rescan))
        worker.succeeded.connect(self._on_found)
        worker.failed.connect(self._on_failed)
        return worker

    def _submit(self, worker: JobWorker) -> None:
        if not self.names:
            self.told = self.tr("Looking for sound devices…")
        self.runner.submit(worker)
        self.changed.emit()

    @Slot(object)
    def _on_found(self, names: Sequence[str]) -> None:
        self.names = names
        self.told = "" if names else self.tr("No sound device was found.")
        self.changed.emit()

    @Slot()
    def _on_rescanned(self) -> None:
        self._is_rescanning = False
        self._player.take_up()

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        self.names, self.told = (), translated(sentence)
        self.changed.emit()
