import numpy as np
import pytest
from scipy.special import exp1

from engine.audio import Audio
from engine.dsp.noise_profile import measure_noise
from engine.dsp.short_time import ShortTime
from engine.dsp.spectral_gain import bin_gains, grids, log_spectral_gain, reduce_noise
from tests.signals import music, noise, sine, snr_db

RATE = 22050


@pytest.mark.parametrize("prior_db", [-40.0, -10.0, 0.0, 20.0])
def test_the_gain_is_that_of_the_paper(prior_db: float):
    prior = np.full(400, 10 ** (prior_db / 10), np.float32)
    posterior = np.geomspace(0.02, 1000.0, 400).astype(np.float32)
    share = prior.astype(np.float64) / (1 + prior)
    exact = np.minimum(1.0, share * np.exp(0.5 * exp1(np.maximum(share * posterior, 1e-6))))
    error_db = 20 * np.log10(log_spectral_gain(prior, posterior) / exact)
    assert np.abs(error_db).max() < 0.01


def test_a_gain_is_never_more_than_one_nor_less_than_nothing(rng: np.random.Generator):
    grid = grids(RATE)[0]
    power = rng.exponential(1.0, (60, grid.n_bins)).astype(np.float32)
    power[20:30] *= 1e6
    gain = bin_gains(power, np.ones(grid.n_bins, np.float32), grid, RATE)
    assert gain.min() >= 0.0
    assert gain.max() <= 1.0
    assert gain[25].mean() > 0.99


def test_time_may_as_well_run_backwards(rng: np.random.Generator):
    grid = ShortTime.of(RATE, 10, 6)
    power = rng.exponential(2.0, (80, grid.n_bins)).astype(np.float32)
    level = np.ones(grid.n_bins, np.float32)
    there = bin_gains(power, level, grid, RATE)
    back = bin_gains(np.ascontiguousarray(power[::-1]), level, grid, RATE)
    np.testing.assert_allclose(back[::-1], there, atol=0.01)


def test_noise_alone_goes_down_by_25_decibels(rng: np.random.Generator):
    hiss = noise(rng, 3.0, RATE, 0.05)
    profile = [measure_noise(noise(rng, 3.0, RATE, 0.05), grid) for grid in grids(RATE)]
    restored = reduce_noise(hiss, profile, 0.01)[0, RATE // 2 : -RATE // 2]
    assert 20 * np.log10(restored.std() / 0.05) < -25.0


def test_music_without_noise_passes_with_an_error_below_minus_45_decibels(rng: np.random.Generator):
    clean = music(rng, 3.0, RATE)
    profile = [measure_noise(noise(rng, 1.0, RATE, 1e-5), grid) for grid in grids(RATE)]
    restored = reduce_noise(clean, profile, 0.01)
    assert snr_db(clean.samples, restored) > 45.0


def test_a_tone_in_noise_keeps_its_level(rng: np.random.Generator):
    tone = sine(1000.0, 3.0, RATE, 0.1)
    hiss = noise(rng, 3.0, RATE, 0.05).samples
    profile = [measure_noise(noise(rng, 1.0, RATE, 0.05), grid) for grid in grids(RATE)]
    restored = reduce_noise(Audio(tone.samples + hiss, RATE), profile, 0.01)
    inner = slice(RATE, 2 * RATE)
    level = np.dot(restored[0, inner], tone.samples[0, inner])
    level /= np.dot(tone.samples[0, inner], tone.samples[0, inner])
    assert abs(20 * np.log10(level)) < 0.2
    assert snr_db(tone.samples[0, inner], restored[0, inner]) > 19.0


def test_an_attack_is_not_announced(rng: np.random.Generator):
    n_samples = 2 * RATE
    burst = np.zeros((1, n_samples), np.float32)
    burst[:, RATE : RATE + 4000] = noise(rng, 4000 / RATE, RATE, 0.3).samples
    hiss = noise(rng, 2.0, RATE, 0.01).samples
    profile = [measure_noise(noise(rng, 1.0, RATE, 0.01), grid) for grid in grids(RATE)]
    restored = reduce_noise(Audio(burst + hiss, RATE), profile, 0.01)
    before_db = 20 * np.log10(restored[0, RATE - 6000 : RATE - 4000].std() / 0.01)
    assert before_db < -5.0


def test_a_click_holds_up_little_of_the_noise_around_it(rng: np.random.Generator):
    hiss = noise(rng, 3.0, RATE, 0.01)
    hiss.samples[:, 3 * RATE // 2] += 1.0
    profile = [measure_noise(noise(rng, 1.0, RATE, 0.01), grid) for grid in grids(RATE)]
    restored = reduce_noise(hiss, profile, 0.01)[0]
    click = 3 * RATE // 2
    beside = restored[click + RATE // 4 : click + 2 * RATE // 5]
    assert 20 * np.log10(beside.std() / 0.01) < -18.0
