"""Hum: level and harmonics."""

import numpy as np
import pytest

from engine.audio import Audio
from training.degradations.hum import Hum

RATE = 8000
SILENCE = Audio(np.zeros((1, 4 * RATE), np.float32), RATE)


def lines_db(hum):
    wave = hum.apply(SILENCE).samples[0].astype(np.float64)
    return 20 * np.log10(2 * np.abs(np.fft.rfft(wave)) / len(wave) + 1e-12)


def test_level_is_that_asked_for():
    wave = Hum(level_dbfs=-30.0).apply(SILENCE).samples
    assert 10 * np.log10(np.mean(wave**2)) == pytest.approx(-30.0, abs=0.01)


def test_harmonics_lie_on_multiples_of_the_mains_and_fall():
    level = lines_db(Hum(mains_hz=60.0, harmonics=4, fall_db=6.0, spread_db=0.0))
    strong = np.flatnonzero(level > level.max() - 60.0) / 4
    assert strong.tolist() == [60.0, 120.0, 180.0, 240.0]
    assert level[480] - level[240] == pytest.approx(-6.0, abs=0.1)
    assert level[960] - level[240] == pytest.approx(-12.0, abs=0.1)


def test_no_harmonic_is_mirrored_from_above_half_the_sample_rate():
    low = Audio(np.zeros((1, 4000), np.float32), 1000)
    wave = Hum(mains_hz=50.0, harmonics=24, fall_db=0.0, spread_db=0.0).apply(low).samples[0]
    strong = np.flatnonzero(np.abs(np.fft.rfft(wave)) > 0.05 * np.abs(np.fft.rfft(wave)).max()) / 4
    assert strong.tolist() == [50.0 * k for k in range(1, 10)]
