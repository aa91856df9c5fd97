import numpy as np
import pytest

from app.dialogs.speed import SpeedDialog
from engine.audio import Audio
from tests.app.conftest import RATE, write_side
from tests.engine.dsp.test_turn_period import turning


@pytest.fixture
def dialog(session, tmp_path, rng, qtbot):
    """Over 18 s that were transferred at 76.59 rpm."""
    turned = turning(rng, 76.59, 18.0)
    audio = turned.read(0, turned.n_samples)
    samples = audio.samples / np.abs(audio.samples).max()
    session.open(write_side(tmp_path / "turning.wav", Audio(samples, RATE)))
    dialog = SpeedDialog(session, session.document.state)
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def test_ratio_length_and_cents_follow_what_is_typed(dialog):
    dialog.from_rpm.set_number(78.26)
    dialog.to_rpm.set_number(77.92)
    assert dialog.told == ("Speed times 0.995656: 0:18.000 becomes 0:18.079, pitch -7.5 cents.")
    dialog.by_pitch.setChecked(True)
    dialog.from_a_hz.set_number(440.0)
    dialog.to_a_hz.set_number(880.0)
    assert dialog.told == "Speed times 2.000000: 0:18.000 becomes 0:09.000, pitch +1200.0 cents."
    assert not dialog.from_rpm.isEnabled()


def test_at_the_same_speed_there_is_nothing_to_do(dialog):
    assert not dialog._make.isEnabled()
    dialog.to_rpm.set_number(80.0)
    assert dialog._make.isEnabled()


def test_the_speed_is_measured_from_clicks_and_then_used(dialog, qtbot, session, finish):
    dialog.measure.click()
    qtbot.waitUntil(lambda: dialog.use.isVisible(), timeout=60_000)
    assert dialog.found.startswith("76.")
    dialog.use.click()
    assert dialog.from_rpm.value() == pytest.approx(76.59, abs=0.05)
    dialog.make()
    finish()
    (operation,) = session.document.operations
    assert operation.task.from_rpm == pytest.approx(76.59, abs=0.05)
    assert session.document.duration_s == pytest.approx(18.0 * 76.59 / 78.26, rel=1e-3)


def test_a_usual_speed_is_put_into_its_field(dialog):
    (_, from_field), (box, _) = dialog._boxes
    box.setCurrentIndex(3)
    box.activated.emit(3)
    assert dialog.to_rpm.value() == 76.59
    assert box.currentText() == "76.59"
    assert from_field.value() == 78.26


def test_beside_a_speed_stands_its_name(dialog):
    box = dialog._boxes[0][0]
    assert box.currentText() == "78.26, 60 Hz mains"
    dialog.from_rpm.set_number(79.0)
    assert box.currentText() == "Another speed"
    dialog.from_rpm.set_number(77.92)
    assert box.currentText() == "77.92, 50 Hz mains"
    box.setCurrentIndex(0)
    box.activated.emit(0)
    assert dialog.from_rpm.value() == 77.92


def test_the_wanted_pitch_is_heard(dialog):
    dialog.by_pitch.setChecked(True)
    dialog.to_a_hz.set_number(441.0)
    dialog._on_play()
    heard = dialog._excerpt._document.source
    samples = heard.read(0, RATE).samples[0]
    peak = int(np.argmax(np.abs(np.fft.rfft(samples))))
    assert abs(peak - 441) <= 1
    dialog._on_play()
    assert not dialog._excerpt.is_playing


def test_without_clicks_that_return_it_says_so(dialog):
    dialog._on_measured(None)
    assert "No click returns" in dialog.found
    assert not dialog.use.isVisible()
