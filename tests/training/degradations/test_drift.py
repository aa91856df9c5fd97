"""Drift: how far the pitch goes, how slowly, and that both ends stay."""

import numpy as np
import pytest

from tests.signals import sine
from training.degradations.drift import Drift

RATE = 8000


def pace(drift, seconds):
    return np.diff(drift.places(seconds * RATE, RATE))


def test_the_speed_deviates_as_it_is_told_and_slowly():
    speeds = np.concatenate([pace(Drift(seed, 0.5, 4.0), 60) for seed in range(8)])
    assert np.std(100 * speeds) == pytest.approx(0.5, rel=0.25)
    spectrum = np.square(np.abs(np.fft.rfft(pace(Drift(1, 0.5, 4.0), 60) - 1.0)))
    assert spectrum[61:].sum() < 0.02 * spectrum.sum()


def test_it_runs_down_from_the_first_to_the_last():
    speed = pace(Drift(wander_percent=0.0, fall_percent=2.0), 10)
    assert 100 * (speed[0] - speed[-1]) == pytest.approx(2.0, abs=0.01)


def test_both_ends_stay_and_the_pitch_follows_the_speed():
    drift = Drift(wander_percent=0.0, fall_percent=3.0)
    place = drift.places(4 * RATE, RATE)
    assert place[0] == 0.0
    assert place[-1] == pytest.approx(4 * RATE - 1)
    wave = drift.apply(sine(1000.0, 4.0, RATE)).samples[0]
    first = np.argmax(np.abs(np.fft.rfft(wave[: RATE // 2] * np.hanning(RATE // 2)))) * 2
    last = np.argmax(np.abs(np.fft.rfft(wave[-RATE // 2 :] * np.hanning(RATE // 2)))) * 2
    assert first == pytest.approx(1013, abs=3)
    assert last == pytest.approx(987, abs=3)
