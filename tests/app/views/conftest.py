"""A session with runner, stopped after each test, and views shown at a known size."""

import pytest
import soundfile
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication

from engine.audio_file import open_audio
from engine.picture_cache import PictureCache
from tests.app.fakes import FakeSession
from tests.signals import noise


@pytest.fixture
def session(qtbot, tmp_path):
    """A session without sound and without a document."""
    session = FakeSession(tmp_path)
    yield session
    session.picture_runner.stop()


@pytest.fixture
def side(tmp_path, rng):
    """Five seconds of stereo in a file, which is open."""
    path = tmp_path / "side.wav"
    soundfile.write(path, noise(rng, 5.0, n_channels=2).samples.T, 44100, subtype="PCM_24")
    with open_audio(path) as file:
        yield file


@pytest.fixture
def pictures(session, tmp_path):
    """A cache of pictures that the session keeps."""
    session.pictures = PictureCache(tmp_path / "pictures")
    return session.pictures


@pytest.fixture
def shown(qtbot):
    """Shows a view 676 pixels wide: 600 of them are its plot."""

    def show(view, width=676, height=200):
        qtbot.addWidget(view)
        view.resize(width, height)
        view.show()
        qtbot.waitExposed(view)
        return view

    return show


@pytest.fixture
def settled(qtbot, session):
    """Waits until no picture is being computed."""

    def wait():
        qtbot.wait(20)
        qtbot.waitUntil(lambda: session.picture_runner.current is None, timeout=60_000)
        qtbot.wait(60)

    return wait


@pytest.fixture
def turn():
    """Turns the wheel over a widget."""

    def send(widget, x, y, delta, modifiers=Qt.KeyboardModifier.NoModifier, sideways=False):
        angle = QPoint(delta, 0) if sideways else QPoint(0, delta)
        event = QWheelEvent(
            QPointF(x, y),
            QPointF(widget.mapToGlobal(QPoint(x, y))),
            QPoint(),
            angle,
            Qt.MouseButton.NoButton,
            modifiers,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(widget, event)

    return send


@pytest.fixture
def drag(qtbot):
    """Drags from one pixel to another in ten steps."""

    def move(widget, start, stop, button=Qt.MouseButton.LeftButton, release=True):
        qtbot.mousePress(widget, button, pos=QPoint(*start))
        for i in range(1, 11):
            x, y = (round(a + (b - a) * i / 10) for a, b in zip(start, stop, strict=True))
            qtbot.mouseMove(widget, QPoint(x, y))
        if release:
            qtbot.mouseRelease(widget, button, pos=QPoint(*stop))

    return move
