"""Ensemble: how far voices are out of tune and how late, and that it is as loud as before."""

import numpy as np
import pytest

from engine.audio import Audio
from tests.signals import sine
from training.degradations.ensemble import Ensemble

RATE = 16000


def test_it_is_as_loud_as_before(rng):
    music = Audio(rng.standard_normal((2, RATE), np.float32), RATE)
    made = Ensemble(voices=4).apply(music)
    power = [np.mean(np.square(each.samples, dtype=np.float64)) for each in (music, made)]
    assert power[1] == pytest.approx(power[0], rel=1e-4)


def test_a_tone_becomes_a_narrow_band_as_wide_as_the_tuning():
    tone = sine(2000.0, 8.0, RATE)
    widths = []
    for cents in (4.0, 16.0):
        made = Ensemble(3, voices=5, detune_cents=cents, level_db=6.0).apply(tone).samples[0]
        power = np.square(np.abs(np.fft.rfft(made * np.hanning(len(made)))))
        hertz = np.fft.rfftfreq(len(made), 1 / RATE)
        widths.append(np.sqrt(np.sum(power * (hertz - 2000) ** 2) / power.sum()))
    assert widths[0] == pytest.approx(2000 * 4 / 1200 * np.log(2), rel=0.5)
    assert widths[1] / widths[0] == pytest.approx(4.0, rel=0.4)


def test_voices_in_tune_are_late_by_no_more_than_they_may(rng):
    click = np.zeros((1, RATE), np.float32)
    click[0, 1000] = 1.0
    damage = Ensemble(5, voices=6, detune_cents=0.0, late_ms=20.0)
    heard = np.flatnonzero(np.abs(damage.apply(Audio(click, RATE)).samples[0]) > 0.05)
    assert heard.min() == 1000
    assert 1100 < heard.max() <= 1000 + 0.02 * RATE + 2
