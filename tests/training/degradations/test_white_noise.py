"""White noise: ratio, flatness, independence of channels."""

import numpy as np
import pytest

from engine.audio import Audio
from tests.signals import music
from training.degradations.base import add_at_snr
from training.degradations.white_noise import WhiteNoise

RATE = 22050


def test_noise_has_the_ratio_that_was_asked_for_and_is_even(rng):
    clean = music(rng, 2.0, RATE, 2)
    noise = WhiteNoise(snr_db=10.8).apply(clean).samples - clean.samples
    ratio = 10 * np.log10(np.mean(clean.samples**2) / np.mean(noise**2))
    assert ratio == pytest.approx(10.8, abs=0.01)
    power = np.abs(np.fft.rfft(noise[0])) ** 2
    bands = [10 * np.log10(each.mean()) for each in np.array_split(power, 8)]
    assert np.ptp(bands) < 1.0
    assert abs(np.corrcoef(noise)[0, 1]) < 0.02


def test_silence_gets_noise_sixty_decibels_below_full_scale():
    silence = Audio(np.zeros((1, RATE), np.float32), RATE)
    noise = WhiteNoise(snr_db=3.0).apply(silence).samples
    assert 10 * np.log10(np.mean(noise**2)) == pytest.approx(-60.0, abs=0.01)


def test_silent_noise_adds_nothing(rng):
    clean = music(rng, 0.5, RATE)
    same = add_at_snr(clean, np.zeros((1, clean.n_samples), np.float32), 0.0)
    assert np.array_equal(same.samples, clean.samples)
