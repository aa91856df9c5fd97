"""A session and a window that touch nothing of the user's and make no sound."""

from pathlib import Path

import numpy as np
import pytest
import soundfile
from PySide6.QtCore import QCoreApplication, QEvent, QSettings
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication, QMessageBox

from app import paths
from app.application import read_presets
from app.dialogs.save_project import Wanted
from app.main_window import SIZE, MainWindow
from app.player import Player
from app.session import Session
from app.settings import Settings
from app.theme import Theme
from engine.audio import Audio
from engine.errors import DeviceError
from tests.app.watchdog import Watchdog
from tests.signals import clicks, music

RATE = 44100
DISCARD = QMessageBox.StandardButton.Discard
LONGEST_S = 0.1
"""A window that is held up for longer feels stuck."""


class SilentOutput:
    """A device that takes no sound, so that playing goes on until it is stopped."""

    def __init__(self, mixer, device):
        if device == "none":
            raise DeviceError("There is no such device.")
        self.notice, self.calls, self.is_active, self.under_runs = "", 0, True, 0

    def close(self):
        pass


@pytest.fixture
def store(tmp_path):
    """Settings in a file of the test's own."""
    return QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)


@pytest.fixture
def settings(store, qapp):
    return Settings(store)


@pytest.fixture(autouse=True)
def own_folders(tmp_path_factory, monkeypatch):
    """Sessions, trash, noise profiles and models in folders of the test's own."""
    folder = tmp_path_factory.mktemp("data")
    monkeypatch.setattr("app.paths.sessions", lambda: folder / "sessions")
    monkeypatch.setattr("app.paths.profiles", lambda: folder / "profiles")
    monkeypatch.setattr("app.paths.trash", lambda: folder / "trash")
    monkeypatch.setattr("app.paths.batch", lambda: folder / "batch")
    monkeypatch.setattr("app.paths.user_models", lambda: folder / "models")
    monkeypatch.setattr("app.paths.trainings", lambda: folder / "trainings")


@pytest.fixture(autouse=True)
def never_halted(request):
    """No turn of the event loop of any test takes longer than LONGEST_S."""
    if "qapp" not in request.fixturenames:
        yield
        return
    request.getfixturevalue("qapp")
    watchdog = Watchdog()
    yield
    watchdog.stop()
    assert watchdog.longest_s < LONGEST_S, f"the window stood still for {watchdog.longest_s:.3f} s"


@pytest.fixture
def no_model_ships(tmp_path_factory, monkeypatch):
    """The catalogue as if nothing shipped."""
    folder = tmp_path_factory.mktemp("none")
    monkeypatch.setattr("app.paths.models", lambda: folder)


@pytest.fixture
def session(settings):
    """A session without a document."""
    session = Session(settings, player=Player(open_output=SilentOutput))
    yield session
    session.stop()
    # left to the collector it would end on whatever thread that runs, and its watchers with it
    session.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def side(tmp_path, rng) -> Path:
    """Two seconds of music with clicks, stereo, 16 bit."""
    clean = music(rng, 2.0, RATE, 2)
    degraded, _ = clicks(rng, clean, per_second=8.0)
    return write_side(tmp_path / "side.wav", degraded)


def write_side(path: Path, audio: Audio, subtype: str = "PCM_16") -> Path:
    samples = np.clip(audio.samples.T, -1.0, 1.0) if subtype != "FLOAT" else audio.samples.T
    soundfile.write(path, samples, audio.sample_rate, subtype=subtype)
    return path


@pytest.fixture
def window(session, qtbot, monkeypatch):
    """The main window, shown, with the presets that ship; the application is undressed after."""
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    theme = Theme(application, "dark")
    presets, _ = read_presets((paths.presets(),))
    monkeypatch.setattr("app.project_desk.ask_leaving", lambda *_: DISCARD)
    monkeypatch.setattr("app.panels.sides.ask_quitting", lambda *_: True)
    monkeypatch.setattr("app.batch.desk.ask_quitting", lambda *_: True)
    window = MainWindow(session, theme, presets)
    window.resize(SIZE)  # whatever the screen of the tests has room for
    window.show()
    qtbot.waitExposed(window)
    yield window
    window.close()
    # a window that is only closed and then undressed brings Qt down at the next change of theme
    window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    theme.setParent(None)
    application.setStyleSheet("")
    application.setPalette(QPalette())


@pytest.fixture
def opened(window, side):
    """The window with the side open."""
    assert window.open(side)
    return window


@pytest.fixture
def act(window):
    """Triggers an action by its id, as menu and shortcut do."""

    def trigger(name):
        action = window.actions_by_id[name]
        assert action.isEnabled(), name
        action.trigger()

    return trigger


@pytest.fixture
def finish(qtbot, session):
    """Waits until the running job has ended."""

    def wait():
        qtbot.waitUntil(lambda: not session.is_busy, timeout=60_000)

    return wait


@pytest.fixture
def gain(opened, act, finish):
    """Runs a gain of so many dB on the whole side."""

    def run(gain_db):
        opened.inspector.choose_task("gain")
        opened.inspector.operation.form.set_values({"gain_db": gain_db})
        act("run")
        finish()

    return run


@pytest.fixture
def save_to(monkeypatch, act, finish):
    """Saves the project in a place, as the dialog would."""

    def save(path, copy_source=False):
        wanted = Wanted(path, copy_source)
        monkeypatch.setattr("app.project_desk.ask_where", lambda *_: wanted)
        act("save_project_as")
        finish()

    return save


@pytest.fixture
def open_(window, session, qtbot):
    """Opens a project and waits until it is open or refused."""

    def run(path):
        before = session.document
        assert window.open(path)
        qtbot.waitUntil(lambda: not session.is_busy, timeout=60_000)
        return session.document is not before

    return run


def sessions() -> list[str]:
    folder = paths.sessions()
    return sorted(each.name for each in folder.iterdir()) if folder.is_dir() else []


def trashed() -> list[str]:
    return sorted(each.name for each in paths.trash().iterdir()) if paths.trash().is_dir() else []
