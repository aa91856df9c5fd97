"""Times the views of a long transfer: first pictures, frames of a walk, blank columns, memory.

Run as `python packaging/benchmarks/views.py`; no screen is needed. The sides are noise with a click
every second, stereo and 24 bit, written to a temporary folder: 2 GB for an hour at 96 kHz. Frames
are those of the whole stack at 1600 x 900. A column of the spectrogram is blank if all of it has
the colour of silence.
"""

import argparse
import os
import resource
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from time import perf_counter, thread_time
from typing import Any

import numpy as np
import soundfile
from PySide6.QtCore import QEventLoop, QSettings, QTimer
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QWidget

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from app import settings as keys
from app.collector import Collector
from app.session import Session
from app.settings import Setting, Settings
from app.views.spectrogram import SpectrogramView
from app.views.stack import ViewStack
from app.widgets.time_axis import LEFT_AXIS, RIGHT_MARGIN
from engine.jobs.preload import PreloadJob

SIZE = (1600, 900)
FIRST_MINUTES = 5.0
N_FRAMES = 200
BLANK = 0x000004
"""The colour of silence."""
SPANS_S = (60.0, 5.0, 0.2)
WARM_SHARE = 0.2
"""Share of the openings that is done before growth is counted."""
ANALYSES: tuple[tuple[str, dict[Setting[Any], Any]], ...] = (
    ("STFT", {keys.transform: "stft"}),
    ("CQT 24", {keys.transform: "cqt", keys.bins_per_octave: 24}),
    ("CQT 48", {keys.bins_per_octave: 48}),
    ("CQT 96", {keys.bins_per_octave: 96}),
)


def write_side(path: Path, minutes: float, rate: int) -> Path:
    """Noise with a slow swell, and a click every second."""
    rng = np.random.default_rng(78)
    with soundfile.SoundFile(path, "w", rate, 2, "PCM_24", format="WAV") as file:
        for second in range(round(60 * minutes)):
            samples = rng.standard_normal((rate, 2), dtype=np.float32)
            samples *= 0.05 * (1.2 + np.sin(0.13 * second))
            samples[0] = 0.9
            file.write(samples)
    return path


def wait(milliseconds: int) -> None:
    """Let events happen."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def wait_until(is_so: Callable[[], bool]) -> float:
    """Let events happen until something is so; seconds that took."""
    began = perf_counter()
    while not is_so():
        wait(1)
    return perf_counter() - began


def n_blank(view: SpectrogramView) -> int:
    """Columns of the spectrogram that show nothing."""
    image = view.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.frombuffer(image.constBits(), np.uint32)
    plot = pixels.reshape(image.height(), -1)[:, LEFT_AXIS : image.width() - RIGHT_MARGIN]
    return int(((plot & 0xFFFFFF).max(axis=0) <= BLANK).sum())


def peak_mib() -> float:
    """The most memory the process has had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def memory_mib() -> float:
    """The memory the process has now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / (1 << 20)


class Bench:
    """A stack of views in a window of its own, and what is measured on it."""

    def __init__(self, folder: Path) -> None:
        store = QSettings(str(folder / "settings.ini"), QSettings.Format.IniFormat)
        self.session = Session(Settings(store))
        self._collector = Collector(self.session)
        self.window = QWidget()
        self.stack = ViewStack(self.session, self.window)
        for widget in (self.stack, self.window):
            widget.resize(*SIZE)
        self.window.show()

    def first_pictures(self, side: Path) -> None:
        """How long after opening a side each picture is whole."""
        stack, settings = self.stack, self.session.settings
        for name, chosen in ANALYSES:
            for setting, value in chosen.items():
                settings.set(setting, value)
            began = perf_counter()
            self.session.open(side)
            opened_ms = 1000 * (perf_counter() - began)
            assert n_blank(stack.spectrogram), "a picture from before"
            wait_until(self._has_waveform)
            waveform_ms = 1000 * (perf_counter() - began)
            wait_until(lambda: n_blank(stack.spectrogram) == 0)
            whole_ms = 1000 * (perf_counter() - began)
            print(
                f"first picture, {name:7s}: opened {opened_ms:4.0f} ms, "
                f"waveform {waveform_ms:4.0f} ms, spectrogram {whole_ms:4.0f} ms"
            )
            self.session.close()
            wait_until(lambda: self.session.picture_runner.current is None)
        settings.set(keys.transform, "stft")

    def _has_waveform(self) -> bool:
        peaks = self.stack.peaks.peaks(self.session.view_state.monitored)
        return peaks is not None and bool(peaks.base[1].any())

    def settle(self) -> float:
        """Wait until all that is shown is drawn from final tiles; seconds that took."""
        began = perf_counter()
        wait(150)
        wait_until(lambda: self.session.picture_runner.current is None)
        return perf_counter() - began

    def walk(self, duration_s: float) -> None:
        """Pan at several zooms, zoom in and out, drag the brightness; tell what frames took."""
        state, n_bad = self.session.view_state, 0
        every: list[tuple[float, float]] = []

        def frames(title: str, steps: Iterator[None]) -> None:
            nonlocal n_bad
            times = []
            for _ in steps:
                began, worked = perf_counter(), thread_time()
                self.window.repaint()
                times.append((1000 * (perf_counter() - began), 1000 * (thread_time() - worked)))
                n_bad += n_blank(self.stack.spectrogram) > 0
                wait(0)
            every.extend(times)
            report(title, times)

        for span_s in SPANS_S:
            state.set_span(0.3 * duration_s, 0.3 * duration_s + span_s)
            frames(f"pan, {span_s:g} s visible", self._pan(0.01))
        frames("pan by half a screen", self._pan(0.5))
        state.fit()
        frames("zoom all to 16 samples", self._zoom(0.4 * duration_s))
        state.set_span(0.3 * duration_s, 0.3 * duration_s + 60.0)
        self.settle()
        frames("drag the brightness", self._brighten())
        report("all frames", every)
        print(f"frames with blank columns: {n_bad} of {len(every)}")

    def _pan(self, share: float) -> Iterator[None]:
        state = self.session.view_state
        for _ in range(N_FRAMES):
            state.scroll_by(share * (state.stop_s - state.start_s))
            yield

    def _zoom(self, at_s: float) -> Iterator[None]:
        state = self.session.view_state
        for i in range(N_FRAMES):
            state.zoom_at(at_s, 0.85 if i < N_FRAMES // 2 else 1 / 0.85)
            yield

    def _brighten(self) -> Iterator[None]:
        for i in range(N_FRAMES // 2):
            self.stack.bar.brightness.bar.setValue(i % 60)
            yield

    def open_and_close(self, side: Path, n_opens: int) -> None:
        """Open and close a side again and again; tell what memory that has cost."""
        n_warm = max(1, round(WARM_SHARE * n_opens))
        before = memory_mib()
        for i in range(n_opens):
            if i == n_warm:
                before = memory_mib()
            self.session.open(side)
            wait(60)
            self.session.close()
        after = memory_mib()
        print(f"memory after {n_warm} openings {before:.0f} MiB, after {n_opens} {after:.0f} MiB")


def report(title: str, milliseconds: list[tuple[float, float]]) -> None:
    """Print what frames took, and how long the processor worked on them, as others may use it."""
    wall, work = np.array(milliseconds).T
    p50, p95, longest = np.percentile(wall, [50, 95, 100])
    work50, work95 = np.percentile(work, [50, 95])
    print(
        f"{title:24s} p50 {p50:6.2f} ms   p95 {p95:6.2f} ms   longest {longest:6.2f} ms"
        f"   work p50 {work50:6.2f} ms   p95 {work95:6.2f} ms"
    )


def main() -> None:
    """Measure one thing after the other."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=60.0, help="length of the long side")
    parser.add_argument("--rate", type=int, default=96_000, help="sample rate in Hz")
    parser.add_argument("--opens", type=int, default=200, help="times the short side is opened")
    asked = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = QApplication(sys.argv[:1])
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        short = write_side(folder / "short.wav", min(FIRST_MINUTES, asked.minutes), asked.rate)
        long = write_side(folder / "long.wav", asked.minutes, asked.rate)
        PreloadJob().run()  # as the window does at its start
        bench = Bench(folder)
        print(f"memory of the empty window: {memory_mib():.0f} MiB")
        bench.first_pictures(short)
        bench.session.open(long)
        seconds = bench.settle()
        print(f"pictures of {asked.minutes:g} minutes complete: {seconds:.1f} s")
        bench.walk(60.0 * asked.minutes)
        print(f"most memory: {peak_mib():.0f} MiB")
        bench.session.close()
        bench.open_and_close(short, asked.opens)
        bench.session.stop()
    application.quit()


if __name__ == "__main__":
    main()
