"""Plays two arrays through a Player, switching on the way; a program, run by test_real_sound.

    python -m tests.sound_play FOLDER

FOLDER holds original.npy, result.npy (channel time) and plan.json: sample_rate and switches, a
list of [second, way of listening]. Waits for a line, plays, answers with a line once something is
heard, and writes played.json.
"""

import json
import sys
from pathlib import Path

import numpy as np
from PySide6.QtCore import QCoreApplication, QObject, QTimer, Slot

from app.document import Document, Monitored
from app.player import Player
from app.sound_output import devices
from engine.audio import Audio, MemoryRecording, Recording
from engine.errors import DeviceError


class Prepared(Document):
    """A document whose result is given instead of computed."""

    def __init__(self, original: Audio, result: Audio) -> None:
        super().__init__(Path("prepared.wav"), MemoryRecording(original))
        self._result = MemoryRecording(result)

    def recording(self, monitored: Monitored) -> Recording:
        return self._result if monitored is Monitored.RESULT else super().recording(monitored)


class Listener(QObject):
    """Switches at the wanted positions and logs when it did."""

    def __init__(self, player: Player, switches: list[tuple[float, str]]) -> None:
        super().__init__()
        self.log: dict[str, object] = {"switched_s": [], "failed": "", "notice": ""}
        self._switched_s: list[float] = []
        self._player, self._switches = player, switches
        player.position_changed.connect(self._on_moved)
        player.playing_changed.connect(self._on_playing)
        player.failed.connect(self._on_failed)
        player.notice.connect(self._on_notice)

    @Slot(float)
    def _on_moved(self, position_s: float) -> None:
        if "heard_s" not in self.log:
            self.log["heard_s"] = position_s
            sys.stdout.write("heard\n")
            sys.stdout.flush()
        if self._switches and position_s >= self._switches[0][0]:
            self._player.monitored = Monitored(self._switches.pop(0)[1])
            self._switched_s.append(position_s)

    @Slot(bool)
    def _on_playing(self, is_playing: bool) -> None:
        if not is_playing:
            self.log["under_runs"] = self._player.under_runs
            self.log["switched_s"] = self._switched_s
            self.log["stopped_s"] = self._player.position_s
            QTimer.singleShot(700, QCoreApplication.quit)

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        self.log["failed"] = sentence
        QTimer.singleShot(0, QCoreApplication.quit)

    @Slot(str)
    def _on_notice(self, sentence: str) -> None:
        self.log["notice"] = sentence


def main(folder: Path) -> None:
    plan = json.loads((folder / "plan.json").read_text())
    application = QCoreApplication([])
    rate = plan["sample_rate"]
    document = Prepared(
        Audio(np.load(folder / "original.npy"), rate), Audio(np.load(folder / "result.npy"), rate)
    )
    player = Player()
    player.open(document)
    player.monitored = Monitored.ORIGINAL
    listener = Listener(player, plan["switches"])
    try:
        listener.log["devices"] = devices()
    except DeviceError as error:
        listener.log["devices"] = [str(error)]
    player.device = "pulse"
    sys.stdin.readline()
    QTimer.singleShot(0, lambda: player.play(0.0))
    application.exec()
    player.close()
    (folder / "played.json").write_text(json.dumps(listener.log))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
