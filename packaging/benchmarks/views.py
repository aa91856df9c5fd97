"""Times the views on five minutes of stereo at 96 kHz: first pictures, panning, zooming.

Run as `python packaging/benchmarks/views.py`; no screen is needed.
"""

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from time import perf_counter

import numpy as np
from PySide6.QtCore import QEventLoop, QSettings, QTimer
from PySide6.QtWidgets import QApplication, QWidget

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from app.document import Document
from app.session import Session
from app.settings import Settings
from app.views.stack import ViewStack
from engine.audio import Audio, MemoryRecording

RATE = 96_000
DURATION_S = 300
SIZE = (1600, 900)
N_FRAMES = 200


def synthetic() -> MemoryRecording:
    """Noise with a slow swell, and a click every second."""
    rng = np.random.default_rng(78)
    samples = rng.standard_normal((2, DURATION_S * RATE), dtype=np.float32)
    samples *= 0.05 * (1.2 + np.sin(np.linspace(0, 40, samples.shape[1], dtype=np.float32)))
    samples[:, ::RATE] = 0.9
    return MemoryRecording(Audio(samples, RATE))


def wait(milliseconds: int) -> None:
    """Let events happen."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def wait_until(is_so: Callable[[], bool]) -> float:
    """Let events happen until something is so; seconds that took."""
    began = perf_counter()
    while not is_so():
        wait(2)
    return perf_counter() - began


def frames_ms(window: QWidget, steps: Iterator[None]) -> list[float]:
    """How long the window paints after each step."""
    times = []
    for _ in steps:
        began = perf_counter()
        window.repaint()
        times.append(1000 * (perf_counter() - began))
        wait(0)
    return times


def report(title: str, milliseconds: list[float]) -> None:
    """Print median and 95th percentile."""
    p50, p95 = np.percentile(milliseconds, [50, 95])
    print(f"{title:24s} p50 {p50:6.2f} ms   p95 {p95:6.2f} ms")


def main() -> None:
    """Open, wait for the pictures, pan, zoom."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = QApplication(sys.argv)
    folder = tempfile.TemporaryDirectory()
    store = QSettings(f"{folder.name}/settings.ini", QSettings.Format.IniFormat)
    session = Session(Settings(store))
    window = QWidget()
    stack = ViewStack(session, window)
    stack.resize(*SIZE)
    window.resize(*SIZE)
    window.show()
    state = session.view_state
    recording = synthetic()
    began = perf_counter()
    session.document = Document(Path("side.wav"), recording, session)
    state.reset(DURATION_S, RATE)
    session.document_changed.emit()
    firsts: dict[str, float] = {}
    stack.peaks.changed.connect(lambda: firsts.setdefault("waveform", perf_counter() - began))
    stack.spectrogram.tiles.changed.connect(
        lambda: firsts.setdefault("spectrogram", perf_counter() - began)
    )
    wait_until(lambda: len(firsts) == 2)
    for name, seconds in firsts.items():
        print(f"first picture of the {name}: {1000 * seconds:.0f} ms")
    wait_until(lambda: stack.peaks.is_complete)
    print(f"waveform complete: {perf_counter() - began:.2f} s")
    wait(50)
    wait_until(lambda: session.picture_runner.current is None)
    print(f"spectrogram complete: {perf_counter() - began:.2f} s")

    def pan() -> Iterator[None]:
        for _ in range(N_FRAMES):
            state.scroll_by(0.01 * (state.stop_s - state.start_s))
            yield

    def zoom() -> Iterator[None]:
        state.fit()
        for i in range(N_FRAMES):
            state.zoom_at(123.4, 0.93 if i < N_FRAMES // 2 else 1 / 0.93)
            yield

    for span_s in (60.0, 5.0, 0.2):
        state.set_span(100.0, 100.0 + span_s)
        wait(200)
        wait_until(lambda: session.picture_runner.current is None)
        report(f"pan, {span_s:g} s visible", frames_ms(window, pan()))
    report("zoom 300 s to 0.2 s", frames_ms(window, zoom()))

    def move() -> Iterator[None]:
        for i in range(N_FRAMES):
            state.set_playhead(state.start_s + i * (state.stop_s - state.start_s) / N_FRAMES)
            yield

    times: list[float] = []
    for _ in move():
        started = perf_counter()
        application.processEvents()
        times.append(1000 * (perf_counter() - started))
    report("playhead moves", times)
    session.stop()


if __name__ == "__main__":
    main()
