"""Coloured noise: slope, distribution, ratio."""

import numpy as np
import pytest

from engine.audio import Audio
from tests.signals import music
from training.degradations.coloured_noise import ColouredNoise

RATE = 44100


def added(noise, n_channels=1):
    clean = Audio(np.full((n_channels, 6 * RATE), 0.1, np.float32), RATE)
    return (noise.apply(clean).samples - clean.samples).astype(np.float64)


@pytest.mark.parametrize(
    ("colour", "slope"), [("pink", -3), ("brown", -6), ("blue", 3), ("tpdf", 0)]
)
def test_density_rises_and_falls_by_so_many_decibels_an_octave(colour, slope):
    power = np.abs(np.fft.rfft(added(ColouredNoise(colour=colour))[0])) ** 2
    level = [10 * np.log10(power[6 * f : 12 * f].mean()) for f in (100, 400, 1600, 6400)]
    assert np.diff(level) / 2 == pytest.approx(slope, abs=0.25)


def test_noise_has_the_ratio_that_was_asked_for_and_differs_between_channels(rng):
    clean = music(rng, 1.0, RATE, 2)
    noise = ColouredNoise(snr_db=4.0).apply(clean).samples - clean.samples
    ratio = 10 * np.log10(np.mean(clean.samples**2) / np.mean(noise**2))
    assert ratio == pytest.approx(4.0, abs=0.01)
    assert abs(np.corrcoef(noise)[0, 1]) < 0.15


def test_tpdf_is_triangular():
    noise = added(ColouredNoise(colour="tpdf", snr_db=-10.0))[0]
    noise /= noise.std()
    assert np.abs(noise).max() == pytest.approx(np.sqrt(6.0), abs=0.03)
    assert np.mean(noise**4) == pytest.approx(2.4, abs=0.03)
