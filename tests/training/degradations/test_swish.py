"""Swish: where in the spectrum it is, and how it comes and goes."""

import numpy as np
import pytest

from engine.audio import Audio
from training.degradations.swish import Swish

RATE = 22000


def noise(**values):
    silence = Audio(np.zeros((1, 20 * RATE), np.float32), RATE)
    return Swish(**values).apply(silence).samples[0].astype(np.float64)


def level_db(wave, cells):
    return 10 * np.log10(np.square(wave).reshape(cells, -1).mean(axis=1))


def test_it_swells_by_its_depth_once_in_every_turn():
    cells = 2000
    level = level_db(noise(rpm=60.0, depth_db=12.0, share=0.3), cells)
    spectrum = np.abs(np.fft.rfft(level - level.mean())) * 2 / cells
    assert np.argmax(spectrum) == 20
    folded = level.reshape(20, 100).mean(axis=0)
    assert folded.max() - folded.min() == pytest.approx(12.0, abs=1.2)


def test_its_hiss_begins_where_it_is_told():
    spectrum = np.square(np.abs(np.fft.rfft(noise(low_hz=3000.0))))
    hertz = np.fft.rfftfreq(20 * RATE, 1 / RATE)
    low, high = (spectrum[(hertz > a) & (hertz < 1.2 * a)].mean() for a in (500.0, 4500.0))
    assert 10 * np.log10(high / low) > 40.0


def test_it_lies_so_far_below_the_music(rng):
    music = Audio(rng.standard_normal((2, RATE), np.float32), RATE)
    lost = Swish(snr_db=17.0).apply(music).samples - music.samples
    ratio = np.mean(np.square(music.samples)) / np.mean(np.square(lost))
    assert 10 * np.log10(ratio) == pytest.approx(17.0, abs=0.05)
