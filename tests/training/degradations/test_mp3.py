"""MP3: what a bit rate leaves, and that nothing moves."""

import numpy as np
import pytest

from engine.audio import Audio
from tests.signals import music
from training.degradations.mp3 import Mp3


def snr_db(clean, coded):
    lost = np.mean(np.square(coded.samples - clean.samples, dtype=np.float64))
    return 10 * np.log10(np.mean(np.square(clean.samples, dtype=np.float64)) / lost)


@pytest.mark.parametrize("rate", [44100, 22050, 11025, 30000])
@pytest.mark.parametrize("channels", [1, 2])
def test_what_comes_back_is_in_its_place(rng, rate, channels):
    tune = music(rng, 1.0, rate, channels)
    for kbps in (24, 64):
        coded = Mp3(kbps=kbps).apply(tune)
        wave, was = coded.samples[0, 400:-400], tune.samples[0, 400:-400]
        shifts = [np.dot(np.roll(wave, shift), was) for shift in range(-40, 41)]
        assert np.argmax(shifts) == 40


def test_more_bits_leave_more_of_it(rng):
    tune = music(rng, 2.0, 44100)
    found = [snr_db(tune, Mp3(kbps=kbps).apply(tune)) for kbps in (32, 64, 160, 320)]
    assert found == sorted(found)
    assert found[-1] - found[0] > 10.0


def test_few_bits_end_the_treble(rng):
    hiss = Audio(0.1 * rng.standard_normal((1, 88200), np.float32), 44100)
    power = np.square(np.abs(np.fft.rfft(Mp3(kbps=48).apply(hiss).samples[0])))
    assert power[2 * 16000 :].mean() < 1e-4 * power[2 * 1000 : 2 * 5000].mean()


def test_what_is_louder_than_full_scale_is_not_clipped(rng):
    loud = music(rng, 0.5, 44100)
    loud = Audio(4.0 * loud.samples / np.abs(loud.samples).max(), 44100)
    assert np.abs(Mp3(kbps=320).apply(loud).samples).max() > 3.0
