"""Dubbing: band limit, noise and time of copies of copies."""

import numpy as np
import pytest

from engine.audio import Audio
from tests.signals import sine
from training.degradations.dubbing import Dubbing

RATE = 22050


def gain_db(damage, hertz):
    tone = sine(hertz, 1.0, RATE)
    copy = damage.apply(tone).samples[0]
    wave = np.exp(-2j * np.pi * hertz * np.arange(RATE) / RATE)
    return 20 * np.log10(abs(np.mean(copy * wave)) / abs(np.mean(tone.samples[0] * wave)))


def test_every_generation_takes_more_treble():
    once, thrice = (
        Dubbing(generations=count, cutoff_hz=4000.0, wow_percent=0.0) for count in (1, 3)
    )
    assert gain_db(once, 8000.0) < -8.0
    assert gain_db(thrice, 8000.0) < gain_db(once, 8000.0) - 15.0
    assert gain_db(thrice, 1000.0) == pytest.approx(0.0, abs=0.1)


def test_noise_of_generations_adds_up():
    found = []
    for count in (1, 4):
        lost = []
        for seed in range(6):
            tone = sine(1000.0, 0.5, RATE)
            damage = Dubbing(seed, count, cutoff_hz=10000.0, snr_db=30.0, wow_percent=0.0)
            copy = damage.apply(tone).samples[0]
            size = np.dot(copy, tone.samples[0]) / np.dot(tone.samples[0], tone.samples[0])
            lost.append(np.mean(np.square(copy - size * tone.samples[0])))
        found.append(np.mean(lost) / np.mean(np.square(tone.samples)))
    assert 10 * np.log10(found[0]) == pytest.approx(-30.0, abs=3.0)
    assert 10 * np.log10(found[1] / found[0]) == pytest.approx(6.0, abs=2.5)


def test_without_wow_it_keeps_time_to_the_sample(rng):
    music = Audio(rng.standard_normal((1, RATE), np.float32), RATE)
    copy = Dubbing(generations=2, wow_percent=0.0).apply(music).samples[0]
    lags = np.correlate(copy[500:-500], music.samples[0, 480:-480])
    assert np.argmax(lags) == 20
