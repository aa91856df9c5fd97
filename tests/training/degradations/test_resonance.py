"""Resonance: pitch, height, width and ringing."""

import numpy as np
import pytest

from engine.audio import Audio
from tests.signals import sine
from training.degradations.resonance import Resonance

RATE = 44100


def response_db(resonance):
    impulse = np.zeros((1, RATE), np.float32)
    impulse[0, 0] = 1.0
    return 20 * np.log10(np.abs(np.fft.rfft(resonance.apply(Audio(impulse, RATE)).samples[0])))


def test_the_peak_has_the_pitch_and_height_that_were_asked_for():
    level = response_db(Resonance(frequency_hz=2500.0, gain_db=12.0, quality=4.0))
    assert int(np.argmax(level)) == pytest.approx(2500, abs=3)
    assert level.max() == pytest.approx(12.0, abs=0.01)
    assert level[[50, 20000]] == pytest.approx(0.0, abs=0.1)


def test_quality_is_pitch_over_width():
    widths = [
        int(np.sum(response_db(Resonance(frequency_hz=1000.0, gain_db=12.0, quality=q)) > 6.0))
        for q in (2.0, 8.0)
    ]
    assert widths[0] / widths[1] == pytest.approx(4.0, rel=0.05)
    assert widths[1] == pytest.approx(1000 / 8, rel=0.1)


def test_a_pitch_that_the_rate_cannot_hold_changes_nothing():
    tone = sine(300.0, 0.1, 8000)
    assert np.array_equal(Resonance(frequency_hz=5000.0).apply(tone).samples, tone.samples)
