"""What a screen reader hears of the canvases, asked for as it asks."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication, QWidget

from app.widgets.number_field import NumberField, TimeField
from app.widgets.spoken import SETTLED_MS, Canvas, Speaker, speak_canvases
from engine.audio import Audio
from engine.region import Region
from tests.app.found import found

RATE = 44100


@pytest.fixture(autouse=True)
def reading(qapp):
    speak_canvases()


def heard(widget: QWidget, kind: QAccessible.Text = QAccessible.Text.Value) -> str:
    """What is read of a widget."""
    interface = QAccessible.queryAccessibleInterface(widget)
    assert interface is not None
    text: str = interface.text(kind)
    return text


@pytest.fixture
def tone(tmp_path, rng):
    """Two seconds: silence, then a square of -20 dBFS."""
    from tests.app.conftest import write_side

    samples = np.zeros((2, 2 * RATE), np.float32)
    samples[:, RATE:] = 0.1
    return write_side(tmp_path / "tone.wav", Audio(samples, RATE), "FLOAT")


def test_a_canvas_tells_playhead_level_selection_and_span(window, tone, session):
    assert window.open(tone)
    state = session.view_state
    state.set_playhead(1.5)
    state.select(Region(0.25, 1.0, 800.0, 6000.0))
    state.set_span(0.0, 1.25)
    state.set_playhead(1.5)
    for name, view in window.views.views.items():
        told = heard(view)
        assert told == heard(view, QAccessible.Text.Description), name
        assert "Playhead at 0:01.500, -20 dBFS." in told, name
        assert "Selected: 0:00.250 to 0:01.000, 800 to 6000 Hz." in told, name
        assert "Shown: 0:00.000 to 0:01.250." in told, name
    assert "Frequencies: 20 to 22050 Hz." in heard(window.views.spectrogram)
    state.set_playhead(0.5)
    assert "Playhead at 0:00.500, silent." in heard(window.views.waveform)
    assert heard(window.views.waveform, QAccessible.Text.Name) == "Waveform"
    interface = QAccessible.queryAccessibleInterface(window.views.waveform)
    assert interface.role() is QAccessible.Role.Graphic
    assert interface.state().focusable


def test_a_canvas_tells_which_event_of_how_many(opened, act, session):
    document = session.document
    document.commit([found(document.state, (1000, 20_000, 40_000))], document.revision)
    act("event_next")
    act("event_next")
    told = heard(opened.views.spectrogram)
    assert "Event 2 of 3: Declick 2 · 0:00.454" in told
    act("reject")
    act("event_previous")
    assert "Event 2 of 3" in heard(opened.views.events)
    assert "rejected" in heard(opened.views.events)


def test_without_a_recording_there_is_nothing_to_tell(window):
    assert heard(window.views.waveform) == ""


def test_the_ruler_the_meter_and_the_numbers_have_values(opened, session):
    state = session.view_state
    state.set_span(0.5, 1.5)
    assert heard(opened.views.ruler).startswith("0:00.500 to 0:01.500 are shown")
    assert "Peak: silent" in heard(opened.transport.meter)
    number, time = NumberField(0.0, 100.0, "Hz"), TimeField()
    number.set_number(12.5)
    time.set_time(61.25)
    assert heard(number) == "12.5"
    assert heard(time) == "1:01.2500"


class Counter(Canvas):
    """Tells a number and a word that stays."""

    number = 0

    def spoken(self) -> tuple[str, ...]:
        return (f"Number {self.number}.", "Still.")


@pytest.fixture
def counter(qtbot, monkeypatch):
    """A canvas with the focus, and what was sent to readers: kinds, and words of announcements."""
    canvas = Counter()
    canvas.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    qtbot.addWidget(canvas)
    canvas.show()
    canvas.activateWindow()
    canvas.setFocus()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is canvas)
    monkeypatch.setattr(QAccessible, "isActive", lambda: True)
    sent: list[str] = []

    def update(event):
        is_words = event.type() is QAccessible.Event.Announcement
        sent.append(event.message() if is_words else "value")

    monkeypatch.setattr(QAccessible, "updateAccessibility", update)
    return canvas, Speaker(canvas), sent


def test_what_is_new_is_announced_once_all_is_still(counter, qtbot):
    canvas, speaker, sent = counter
    speaker.change()
    qtbot.waitUntil(lambda: len(sent) == 2, timeout=2000)
    assert sent == ["value", "Number 0. Still."]
    canvas.number = 1
    speaker.change()
    qtbot.waitUntil(lambda: len(sent) == 3, timeout=2000)
    assert sent[2] == "Number 1."


def test_while_all_moves_the_value_changes_once_a_second_and_nothing_is_announced(counter, qtbot):
    canvas, speaker, sent = counter
    for number in range(30):
        canvas.number = number
        speaker.change()
        qtbot.wait(20)
    assert sent == ["value"]
    qtbot.wait(SETTLED_MS + 50)
    assert sent == ["value", "Number 29. Still."]


def test_a_canvas_without_the_focus_is_silent(counter, qtbot):
    canvas, speaker, sent = counter
    canvas.clearFocus()
    speaker.change()
    qtbot.wait(SETTLED_MS + 50)
    assert sent == []
