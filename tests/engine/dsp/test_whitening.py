import numpy as np
import pytest
from scipy.signal import lfilter

from engine.dsp.whitening import SCALE_FLOOR, Grid, local_scale, whiten


def test_a_resonance_is_whitened_in_both_directions(rng):
    noise = rng.standard_normal(40000)
    samples = lfilter([1.0], [1.0, -1.8, 0.95], noise)
    grid = Grid(order=8, window=4096, hop=1000)
    forward, backward = whiten(samples, grid.models(samples), grid.hop)
    inside = slice(100, -100)
    assert np.std(forward[inside] - noise[inside]) < 0.1
    assert np.std(backward[inside]) == pytest.approx(1.0, abs=0.05)


@pytest.mark.parametrize("n_samples", [1, 7, 8, 17, 999, 1000, 1001])
def test_errors_have_the_length_of_the_samples(rng, n_samples):
    samples = rng.standard_normal(n_samples)
    grid = Grid(order=8, window=400, hop=100)
    forward, backward = whiten(samples, grid.models(samples), grid.hop)
    assert forward.shape == backward.shape == samples.shape
    assert not forward[:8].any()
    assert not forward[-8:].any()


def test_the_scale_is_that_of_the_noise_whatever_a_click_does(rng):
    error = 0.01 * rng.standard_normal(20000)
    error[10000:10030] += 5.0
    scale = local_scale(error, 176, 6)
    np.testing.assert_allclose(scale, 0.01, rtol=0.25)


def test_before_a_step_the_larger_level_counts(rng):
    error = rng.standard_normal(20000) * np.where(np.arange(20000) < 10000, 0.01, 1.0)
    scale = local_scale(error, 100, 6)
    assert scale[9950] == pytest.approx(1.0, rel=0.3)
    assert scale[9000] == pytest.approx(0.01, rel=0.3)


def test_the_scale_of_silence_is_the_floor():
    np.testing.assert_array_equal(local_scale(np.zeros(1000), 100, 6), SCALE_FLOOR)
