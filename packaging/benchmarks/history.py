"""Times undo, redo, jumps and decisions of a long recording until the window answers again.

Run as `python packaging/benchmarks/history.py [MINUTES]`; by default it takes ten minutes of stereo
at 96 kHz, and 3 GB of the temporary folder. No screen is needed. The side lies in a file and all
that is done in a session folder, as in use. The window answers once what was posted before and by
the move has been handled, the painting of all views included. The pictures are made anew in the
background meanwhile; a halt is the gap between two ticks of a 5 ms timer on the GUI thread.
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import numpy as np
import soundfile
from PySide6.QtCore import QEventLoop, QSettings, Qt, QTimer
from PySide6.QtWidgets import QApplication

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from app.application import make_window
from app.document import Document
from app.main_window import MainWindow
from app.settings import Settings
from app.theme import Theme
from engine.audio import Audio, MemoryRecording, Recording
from engine.event import Decision, Event
from engine.jobs.keep import Kept
from engine.progress import Progress, ignore
from engine.project import Operation, Patch, State
from engine.spool import Spool
from engine.tasks.gain import Gain

RATE, CHANNELS, BLOCK_S = 96_000, 2, 10
EVENTS = 20_000
ROUNDS = 5
TICK_MS = 5
WANTED_MS = 100


class Bench:
    """A shown window, and the clock of its answers."""

    def __init__(self, window: MainWindow) -> None:
        self.window = window
        self._gaps: list[float] = []
        self._last = time.perf_counter()
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._tick)
        self._timer.start()

    def settle(self) -> None:
        """Wait until nothing runs and all is drawn."""
        session, until = self.window.session, time.perf_counter() + 0.3
        while time.perf_counter() < until:
            _turn(20)
            if session.runner.current is not None or session.picture_runner.current is not None:
                until = time.perf_counter() + 0.3

    def measure(self, name: str, *acts: Callable[[], object], rounds: int = ROUNDS) -> None:
        """Print how long the window takes to answer each of some acts, done in turn."""
        answers, halts, drawn = [], [], []
        for act in acts * rounds:
            self._gaps.clear()
            self._last = began = time.perf_counter()
            act()
            QApplication.processEvents()
            answers.append(1000 * (time.perf_counter() - began))
            self.settle()
            drawn.append(time.perf_counter() - began - 0.3)
            halts.append(1000 * max(self._gaps))
        told = "" if max(answers) < WANTED_MS else f"   MORE THAN {WANTED_MS} ms"
        print(
            f"{name:44} answers in {statistics.median(answers):5.0f} ms "
            f"(worst {max(answers):4.0f}), longest halt {max(halts):4.0f} ms, "
            f"drawn in {statistics.median(drawn):5.2f} s{told}"
        )

    def _tick(self) -> None:
        now = time.perf_counter()
        self._gaps.append(now - self._last)
        self._last = now


def _turn(milliseconds: int) -> None:
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def write_noise(path: Path, n_samples: int) -> Path:
    """Noise of one block, repeated, 24 bit."""
    rng = np.random.default_rng(78)
    block = 0.1 * rng.standard_normal((BLOCK_S * RATE, CHANNELS), dtype=np.float32)
    with soundfile.SoundFile(path, "w", RATE, CHANNELS, "PCM_24") as file:
        for start in range(0, n_samples, len(block)):
            file.write(block[: min(len(block), n_samples - start)])
    return path


@dataclass(frozen=True, eq=False)
class Done:
    """A job whose operation is there already."""

    state: State
    operation: Operation
    title: str = "History"

    def run(self, progress: Progress = ignore) -> tuple[Operation, ...]:
        """The operation."""
        return (self.operation,)


def operation(
    title: str,
    patches: tuple[Patch, ...] = (),
    events: tuple[Event, ...] = (),
    stage: Recording | None = None,
) -> Operation:
    """An operation that has been done."""
    now = datetime.now(UTC)
    return Operation(Gain(), title, (), patches, events, 0, 0, now, 0.0, stage=stage)


def whole_side(state: State) -> Operation:
    """Every sample of the recording 6 dB down, in pieces that lie on disk."""
    spool, patches, length = Spool(), [], 60 * RATE
    for start in range(0, state.n_samples, length):
        samples = state.read(start, min(state.n_samples, start + length)).samples
        patches.append(Patch(start, spool.keep(np.float32(0.5) * samples)))
    return operation("Whole side", tuple(patches))


def clicks(state: State) -> Operation:
    """Thousands of repaired clicks."""
    starts = np.linspace(0, state.n_samples - 64, EVENTS).astype(int).tolist()
    patches = tuple(Patch(s, np.zeros((CHANNELS, 32), np.float32)) for s in starts)
    return operation("Declick", patches, tuple(Event(s, s + 32, 0, 0.9, -30.0) for s in starts))


def stage(state: State) -> Operation:
    """A recording nine tenths as long."""
    samples = state.read(0, int(0.9 * state.n_samples)).samples
    return operation("Speed", stage=MemoryRecording(Audio(samples, RATE)))


def run(bench: Bench, document: Document) -> None:
    """Build a history and move in it."""
    session, review, actions = (
        bench.window.session,
        bench.window.review,
        bench.window.actions_by_id,
    )

    def kept(made: Operation) -> Kept:
        worker = session.keep(Done(document.state, made))
        results: list[Kept] = []
        worker.succeeded.connect(results.append, Qt.ConnectionType.QueuedConnection)
        session.runner.submit(worker)
        bench.settle()
        return results[0]

    bench.settle()
    session.commit(kept(whole_side(document.state)))
    bench.settle()
    bench.measure("undo and redo of the whole side", document.undo, document.redo)
    actions["monitor_removed"].trigger()
    bench.settle()
    bench.measure("the same, Removed shown", document.undo, document.redo)
    actions["monitor_result"].trigger()
    found = kept(clicks(document.state))
    bench.measure(f"commit of {EVENTS} events", lambda: session.commit(found), rounds=1)
    bench.measure(f"undo and redo of {EVENTS} events", document.undo, document.redo)
    back = partial(document.jump_to, 2)
    bench.measure("jump to the source and back", partial(document.jump_to, 0), back)
    bench.measure("next event", partial(review.go, 1))
    bench.measure("reject one event and go on", partial(review.decide, Decision.REJECTED))
    bench.measure("undo of a decision", document.undo)
    session.commit(kept(stage(document.state)))
    bench.settle()
    bench.measure("undo and redo of a stage", document.undo, document.redo)


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("minutes", nargs="?", type=float, default=10.0)
    minutes = options.parse_args().minutes
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = QApplication([])
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_DATA_HOME"] = folder  # sessions are kept here and go with it
        side = write_noise(Path(folder) / "side.wav", round(minutes * 60 * RATE))
        store = QSettings(str(Path(folder) / "run.ini"), QSettings.Format.IniFormat)
        window = make_window(application, Settings(store), Theme(application, "dark"))
        window.resize(1600, 950)
        window.show()
        window.session.open(side)
        print(f"{minutes:g} minutes, {RATE} Hz, {CHANNELS} channels")
        document = window.session.document
        assert document is not None
        run(Bench(window), document)
        window.session.close()
        window.close()


if __name__ == "__main__":
    main()
