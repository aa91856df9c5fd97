"""Wow: deviation of speed, rate, place and faithfulness."""

import numpy as np
import pytest
from scipy.signal import hilbert

from tests.signals import sine, snr_db, sweep
from training.degradations.wow import Wow

RATE = 44100


def speed(wow, frequency_hz=3000.0, duration_s=4.0):
    wave = wow.apply(sine(frequency_hz, duration_s)).samples[0].astype(np.float64)
    phase = np.unwrap(np.angle(hilbert(wave)))
    return np.diff(phase[RATE // 4 : -RATE // 4]) * RATE / (2 * np.pi * frequency_hz) - 1.0


def test_speed_deviates_by_the_percentage_and_at_the_rate_that_were_asked_for():
    deviation = speed(Wow(wow_hz=2.0, wow_percent=0.5, flutter_percent=0.0))
    smooth = np.convolve(deviation, np.ones(441) / 441, "valid")
    assert smooth.max() == pytest.approx(0.005, rel=0.03)
    assert smooth.min() == pytest.approx(-0.005, rel=0.03)
    lines = np.abs(np.fft.rfft(smooth - smooth.mean()))
    assert np.argmax(lines) * RATE / len(smooth) == pytest.approx(2.0, abs=0.2)


def test_flutter_is_another_wave_upon_it():
    deviation = speed(Wow(wow_percent=0.0, flutter_hz=20.0, flutter_percent=0.2))
    smooth = np.convolve(deviation, np.ones(101) / 101, "valid")
    lines = np.abs(np.fft.rfft(smooth - smooth.mean()))
    assert np.argmax(lines) * RATE / len(smooth) == pytest.approx(20.0, abs=0.4)


def test_nothing_is_lost_where_speed_stays(rng):
    clean = sweep(1.0, high_hz=16000.0)
    same = Wow(wow_percent=0.0, flutter_percent=0.0).apply(clean)
    assert snr_db(clean.samples[:, 100:-100], same.samples[:, 100:-100]) > 80.0


def test_what_is_read_between_samples_is_as_the_music_goes_on():
    wow = Wow(wow_hz=3.0, wow_percent=1.0)
    tone = sine(12000.0, 1.0)
    place = wow.places(tone.n_samples, RATE)
    wanted = 0.5 * np.sin(2 * np.pi * 12000.0 * place / RATE)
    assert snr_db(wanted[100:-100], wow.apply(tone).samples[0, 100:-100]) > 75.0


def test_both_ends_stay_where_they_are():
    place = Wow(wow_percent=2.0, wow_hz=0.5).places(RATE, RATE)
    assert place[0] == 0.0
    assert place[-1] == RATE - 1
    assert np.all(np.diff(place) > 0.9)
