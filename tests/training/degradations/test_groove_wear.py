"""Groove wear: where it sets in, how much there is of it, and what it is made of."""

import numpy as np
import pytest

from engine.audio import Audio
from tests.signals import sine
from training.degradations.groove_wear import GrooveWear

RATE = 22050


def swelling():
    """A tone in four steps, each 6 dB louder."""
    tone = sine(2000.0, 2.0, RATE).samples
    return Audio(tone * np.repeat([0.125, 0.25, 0.5, 1.0], RATE // 2).astype(np.float32), RATE)


def parts_db(damage, clean):
    lost = (damage.apply(clean).samples - clean.samples)[0].reshape(4, -1)[:, 500:-500]
    return 10 * np.log10(np.square(lost).mean(axis=1) + 1e-20)


def test_what_is_loud_is_worn_and_what_is_soft_stays():
    level = parts_db(GrooveWear(worn_from=0.4), swelling())
    assert level[0] < -100.0
    assert level[1] < -100.0
    assert level[3] - level[2] > 15.0


def test_there_is_as_much_of_it_as_was_asked_for():
    clean = swelling()
    lost = GrooveWear(distortion_db=-18.0).apply(clean).samples - clean.samples
    ratio = np.mean(np.square(lost)) / np.mean(np.square(clean.samples))
    assert 10 * np.log10(ratio) == pytest.approx(-18.0, abs=0.1)


def test_without_rasp_it_takes_from_the_peaks_and_adds_no_noise():
    clean = swelling()
    lost = GrooveWear(rasp=0.0).apply(clean).samples[0] - clean.samples[0]
    assert np.corrcoef(lost, clean.samples[0])[0, 1] < -0.8
    noise = GrooveWear(rasp=1.0).apply(clean).samples[0] - clean.samples[0]
    assert abs(np.corrcoef(noise, clean.samples[0])[0, 1]) < 0.05


def test_a_slow_swing_of_the_same_loudness_is_spared():
    slow, fast = sine(400.0, 1.0, RATE).samples, sine(4000.0, 1.0, RATE).samples
    both = Audio(np.concatenate([slow, fast], axis=1), RATE)
    lost = np.square(GrooveWear().apply(both).samples - both.samples)[0]
    half = len(lost) // 2
    assert lost[: half - 500].mean() < 1e-4 * lost[half + 500 :].mean()
