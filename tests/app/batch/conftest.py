"""A batch window of the tests' own, whose sides are done by nobody or really."""

import pytest

from app import paths
from app.application import read_presets
from app.batch.plan import crew_for
from app.batch.window import BatchWindow
from app.theme import Theme
from engine.export_check import file_sha256
from engine.jobs.crew import News
from engine.jobs.side import DONE, FAILED, STOPPED, Outcome, Stamp, Written


class FakeCrew:
    """Writes a few bytes at once for each side; one whose name says `broken` fails.

    held: while it is set, nothing comes to its end.
    """

    size, attempts = 2, 2

    def __init__(self):
        self.held = False
        self.done = []
        self.presets = {}
        self._running = {}
        self._is_stopped = False

    def start(self, number, side):
        self._running[number] = side
        self.presets[side.source.name] = side.request.preset

    def wait(self, timeout_s):
        if self._is_stopped:
            return [News(self._running.popitem()[0], 1.0, Outcome(STOPPED))]
        if self.held or not self._running:
            return [News(number, 0.5) for number in self._running]
        number, side = self._running.popitem()
        return [News(number, 1.0, self._outcome(side))]

    def stop(self):
        self._is_stopped = bool(self._running)

    def close(self):
        self._is_stopped = False
        self._running.clear()

    def _outcome(self, side):
        self.done.append(side.source.name)
        if "broken" in side.source.name:
            return Outcome(FAILED, f"{side.source.name} is empty (0 bytes); choose another file")
        written = []
        for target in side.targets:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(b"restored")
            written.append(Written(target.name, file_sha256(target), Stamp.of(target)))
        return Outcome(
            DONE, fingerprint=side.fingerprint(), source_stamp=Stamp.of(side.source),
            sample_rate=44100, n_channels=1, n_samples=88200, written=tuple(written), clicks=3,
            removed_db=-20.0,
        )  # fmt: skip


@pytest.fixture
def crew():
    return FakeCrew()


@pytest.fixture
def make_batch(settings, qapp, qtbot, tmp_path, crew):
    """Makes a window, as the next start of Runout does; `is_real` has processes do the work."""
    theme = Theme(qapp, "dark")
    presets, _ = read_presets((paths.presets(),))
    made = []

    def make(*, is_real=False):
        choose = crew_for if is_real else lambda *_: crew
        window = BatchWindow(settings, theme, presets, choose)
        made.append(window)
        qtbot.waitUntil(lambda: not window.queue.is_scanning)
        window.options.folder.setText(str(tmp_path / "out"))
        window.options.folder.textEdited.emit(str(tmp_path / "out"))
        window.show()
        return window

    yield make
    for window in made:
        window.stop()
        window.deleteLater()
    theme.setParent(None)
    qapp.setStyleSheet("")


@pytest.fixture
def batch(make_batch):
    return make_batch()


@pytest.fixture
def fill(qtbot):
    """Drops files and folders, and waits until they are in the list and their headers read."""

    def drop(window, *dropped):
        window.add([str(each) for each in dropped])
        qtbot.waitUntil(lambda: not window.queue.is_scanning, timeout=60_000)

    return drop


@pytest.fixture
def come_to_end(qtbot):
    def wait(window):
        qtbot.waitUntil(lambda: not window.run.is_running, timeout=60_000)

    return wait


@pytest.fixture
def collection(tmp_path):
    """Five files of a collection, one of them broken, in two folders."""
    folder = tmp_path / "shelf"
    (folder / "Victor").mkdir(parents=True)
    for name in ("1.wav", "2.wav", "broken.wav", "Victor/3.flac", "Victor/4.mp3"):
        (folder / name).write_bytes(b"")
    return folder
