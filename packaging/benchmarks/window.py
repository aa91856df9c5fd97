"""Times the window: start to first paint, and the longest freeze while it opens and restores.

Run as `python packaging/benchmarks/window.py [FILE]`; without a file it takes four minutes of
synthetic stereo. No screen is needed. A freeze is the gap between two ticks of a 5 ms timer on
the GUI thread; the job and the pictures run in other threads meanwhile.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

STARTS = 5
TICK_MS = 5
FIRST_PAINT = """
import sys, time
from PySide6.QtCore import QObject, QEvent, QSettings, QTimer
from PySide6.QtWidgets import QApplication
from app.application import make_window
from app.theme import Theme
from app.settings import Settings
class Watch(QObject):
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint:
            QTimer.singleShot(0, self.tell)
            application.removeEventFilter(self)
        return False
    def tell(self):
        print(time.time() - float(sys.argv[1]))
        application.exit()
application = QApplication([])
settings = Settings(QSettings(sys.argv[2], QSettings.Format.IniFormat))
window = make_window(application, settings, Theme(application, "dark"))
watch = Watch()
application.installEventFilter(watch)
window.show()
application.exec()
window.close()
"""


def first_paint_s(folder: str) -> float:
    """Seconds from the start of the process to the end of the first paint."""
    store = str(Path(folder) / "start.ini")
    command = [sys.executable, "-c", FIRST_PAINT, repr(time.time()), store]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return float(done.stdout)


def write_synthetic(path: Path) -> Path:
    """Four minutes of stereo noise at 44.1 kHz with clicks."""
    import numpy as np
    import soundfile

    rng = np.random.default_rng(78)
    samples = 0.05 * rng.standard_normal((240 * 44100, 2), dtype=np.float32)
    samples[rng.integers(0, len(samples), 2400)] = 0.8
    soundfile.write(path, samples, 44100, subtype="PCM_24")
    return path


def measure_freezes(path: Path, folder: str) -> None:
    """Open, draw, run the preset, look at the result; print the longest freeze of each."""
    from PySide6.QtCore import QEventLoop, QSettings, Qt, QTimer
    from PySide6.QtWidgets import QApplication

    from app.application import make_window
    from app.collector import Collector
    from app.settings import Settings
    from app.theme import Theme
    from engine.region import Region

    application = QApplication.instance() or QApplication([])
    assert isinstance(application, QApplication)
    store = QSettings(str(Path(folder) / "run.ini"), QSettings.Format.IniFormat)
    window = make_window(application, Settings(store), Theme(application, "dark"))
    Collector(window.session)
    window.resize(1600, 950)
    window.show()
    gaps = [0.0]
    last = time.perf_counter()

    def tick() -> None:
        nonlocal last
        now = time.perf_counter()
        gaps.append(now - last)
        last = now

    timer = QTimer()
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.setInterval(TICK_MS)
    timer.timeout.connect(tick)
    timer.start()

    def step(name: str, act: Callable[[], object], is_done: Callable[[], bool]) -> None:
        gaps.clear()
        began = time.perf_counter()
        act()
        while not is_done() or time.perf_counter() - began < 0.5:
            loop = QEventLoop()
            QTimer.singleShot(20, loop.quit)
            loop.exec()
        late = sorted((1000 * gap for gap in gaps), reverse=True)[:3]
        took = time.perf_counter() - began
        longest = " ".join(f"{gap:.0f}" for gap in late)
        print(f"{name:28} {took:7.2f} s   longest gaps {longest} ms")

    session = window.session

    def is_quiet() -> bool:
        return session.runner.current is None and session.picture_runner.current is None

    def run(preset: str, region: Region | None) -> Callable[[], None]:
        def act() -> None:
            session.view_state.select(region)
            window.inspector.choose_preset(preset)
            window.inspector.run()

        return act

    step("first half second", lambda: None, lambda: True)
    step("prepare after the start", window.prepare, lambda: True)
    step("open and draw", lambda: window.open(path), is_quiet)
    step("first run, 10 s", run("78rpm", Region(20.0, 30.0)), is_quiet)
    step("second run, 10 s", run("78rpm", Region(40.0, 50.0)), is_quiet)
    step("run on the whole side", run("78rpm", None), is_quiet)
    step("undo", lambda: window.actions_by_id["undo"].trigger(), is_quiet)
    step("redo", lambda: window.actions_by_id["redo"].trigger(), is_quiet)
    step("to CQT", lambda: window.actions_by_id["cqt"].trigger(), is_quiet)
    timer.stop()
    assert session.document is not None
    session.document.jump_to(0)  # so that closing has nothing to ask
    window.close()


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("file", nargs="?", type=Path, help="a recording, else synthetic stereo")
    given = options.parse_args().file
    with tempfile.TemporaryDirectory() as folder:
        first_paint_s(folder)
        starts = [first_paint_s(folder) for _ in range(STARTS)]
        print(f"first paint, median of {STARTS}: {statistics.median(starts):.2f} s")
        path = given or write_synthetic(Path(folder) / "side.wav")
        measure_freezes(path, folder)


if __name__ == "__main__":
    main()
