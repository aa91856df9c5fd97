"""Opens an hour in the real window and times it; run by length.py, in a process of its own.

Run as `python packaging/benchmarks/length_window.py FILE CACHE [cqt]`; prints JSON. No screen is
needed. Frames are timed while pictures are still being made, and again once they are complete.
"""

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from time import perf_counter, thread_time

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np  # noqa: E402 - after the path is set
from PySide6.QtCore import QEventLoop, QSettings, Qt, QTimer  # noqa: E402
from PySide6.QtWidgets import QApplication  # noqa: E402

from app import settings as keys  # noqa: E402
from app.main_window import MainWindow  # noqa: E402
from app.session import Session  # noqa: E402
from app.settings import Settings  # noqa: E402
from app.theme import Theme  # noqa: E402
from app.view_state import ViewState  # noqa: E402
from engine.picture_cache import PictureCache  # noqa: E402

SIZE = (1600, 950)
TICK_MS = 5
N_FRAMES = 60
SPANS_S = (1800.0, 600.0, 60.0, 5.0, 1.7, 0.05)
LIMIT_S = 1800.0


def peak_memory_mb() -> float:
    """The most memory this process has had at once."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    (line,) = (each for each in status.splitlines() if each.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


def wait(milliseconds: int) -> None:
    """Let events happen."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def wait_until(is_so: Callable[[], bool]) -> None:
    """Let events happen until something is so."""
    began = perf_counter()
    while not is_so():
        assert perf_counter() - began < LIMIT_S, "the pictures are not completed"
        wait(2)


class Halts:
    """The longest time between two ticks of a timer on the GUI thread."""

    def __init__(self) -> None:
        self.longest_ms = 0.0
        self._last = perf_counter()
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._tick)
        self._timer.start()

    def _tick(self) -> None:
        now = perf_counter()
        self.longest_ms = max(self.longest_ms, 1000 * (now - self._last))
        self._last = now


class Frames:
    """What the GUI thread does after each step, painting included: wall time and its own work."""

    def __init__(self, steps: Iterator[None]) -> None:
        wall, work = [], []
        for _ in steps:
            began, worked = perf_counter(), thread_time()
            QApplication.processEvents()
            wall.append(1000 * (perf_counter() - began))
            work.append(1000 * (thread_time() - worked))
        self.wall_ms, self.work_ms = (float(np.percentile(each, 95)) for each in (wall, work))


def pan(state: ViewState) -> Iterator[None]:
    """Scroll by a hundredth of what is visible, there and back."""
    for i in range(N_FRAMES):
        state.scroll_by((0.01 if i < N_FRAMES // 2 else -0.01) * (state.stop_s - state.start_s))
        yield


def zoom(state: ViewState) -> Iterator[None]:
    """From the whole recording down to 10 ms and back."""
    state.fit()
    factor = (0.01 / state.duration_s) ** (1 / N_FRAMES)
    for i in range(2 * N_FRAMES):
        state.zoom_at(0.34 * state.duration_s, factor if i < N_FRAMES else 1 / factor)
        yield


def move_about(window: MainWindow) -> dict[str, tuple[float, float]]:
    """Times of frames while panning at some zooms, and while zooming: wall time and work."""
    state, found = window.session.view_state, {}

    def note(name: str, steps: Iterator[None]) -> None:
        frames = Frames(steps)
        found[name] = frames.wall_ms, frames.work_ms

    for span_s in (each for each in SPANS_S if each < state.duration_s):
        middle_s = 0.4 * state.duration_s
        state.set_span(middle_s, middle_s + span_s)
        wait(200)
        note(f"pan, {span_s:g} s visible", pan(state))
    note(f"zoom from {state.duration_s:g} s to 10 ms", zoom(state))
    return found


def measure(window: MainWindow, path: Path) -> dict[str, object]:
    """Open, look around while pictures are made, wait for them, look around again."""
    session, views = window.session, window.views
    facts: dict[str, float] = {}
    halts = Halts()
    began = perf_counter()

    def note(name: str) -> None:
        facts.setdefault(name, perf_counter() - began)

    def see_waveform() -> None:
        peaks = views.peaks.peaks(session.view_state.monitored)
        if peaks is not None and peaks.entry_columns(0, peaks.recording.n_samples, 1).any():
            note("first waveform")

    assert window.open(path)
    note("open")
    views.peaks.changed.connect(see_waveform)
    views.spectrogram.tiles.changed.connect(lambda: note("first spectrogram"))
    wait_until(lambda: views.peaks.is_complete)
    note("waveform complete")
    wait_until(lambda: "first waveform" in facts and "first spectrogram" in facts)
    while_making = move_about(window)
    session.view_state.fit()
    wait(200)
    wait_until(lambda: session.picture_runner.current is None)
    note("spectrogram complete")
    memory_mb = peak_memory_mb()
    after = move_about(window)
    return {
        **facts,
        "frames while making": while_making,
        "frames after": after,
        "halt": halts.longest_ms,
        "memory at full zoom-out": memory_mb,
        "memory": peak_memory_mb(),
    }


def main() -> None:
    """Measure in a window with settings of its own."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("file", type=Path)
    options.add_argument("cache", type=Path)
    options.add_argument("transform", nargs="?", default="stft", choices=("stft", "cqt"))
    given = options.parse_args()
    application = QApplication(sys.argv[:1])
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(QSettings(f"{folder}/settings.ini", QSettings.Format.IniFormat))
        settings.set(keys.transform, given.transform)
        session = Session(settings, application, pictures=PictureCache(given.cache))
        window = MainWindow(session, Theme(application, "dark"), {})
        window.resize(*SIZE)
        window.show()
        wait(500)
        window.prepare()
        wait(3000)
        print(json.dumps(measure(window, given.file)))
        window.close()


if __name__ == "__main__":
    main()
