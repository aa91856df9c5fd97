import numpy as np
import pytest
from scipy.signal import lfilter

from engine.dsp.ar import estimate, interpolate_gap, normal_lags


def resonance(rng: np.random.Generator, n_samples: int) -> np.ndarray:
    return lfilter([1.0], [1.0, -1.8, 0.95], rng.standard_normal(n_samples))


def test_the_coefficients_of_a_resonance_are_found(rng):
    frames = np.stack([resonance(rng, 20000), 0.01 * resonance(rng, 20000)])
    models, power = estimate(frames, 2)
    np.testing.assert_allclose(models, [[1.0, -1.8, 0.95]] * 2, atol=0.02)
    assert power[1] == pytest.approx(1e-4 * power[0], rel=0.1)


def test_many_frames_give_what_each_gives_alone(rng):
    frames = np.stack([resonance(rng, 500) for _ in range(3)])
    together = estimate(frames, 12)[0]
    alone = [estimate(frame[None], 12)[0][0] for frame in frames]
    np.testing.assert_allclose(together, alone, atol=1e-12)


@pytest.mark.parametrize("level", [0.0, 1e-310, 1.0, -0.5])
def test_models_of_constants_are_finite(level):
    models, power = estimate(np.full((2, 300), level), 40)
    assert np.isfinite(models).all()
    assert np.isfinite(power).all()


def test_silence_predicts_nothing():
    models, _ = estimate(np.zeros((1, 300)), 5)
    np.testing.assert_array_equal(models, [[1.0, 0.0, 0.0, 0.0, 0.0, 0.0]])


def test_normal_lags_are_the_autocorrelation_of_the_coefficients():
    np.testing.assert_allclose(normal_lags(np.array([1.0, -2.0, 3.0])), [14.0, -8.0, 3.0])


def test_a_gap_is_filled_as_least_squares_says(rng):
    samples = resonance(rng, 60)
    model = np.array([1.0, -1.8, 0.95])
    filled = interpolate_gap(samples, 20, 30, model)
    # the direct way: errors are linear in the unknowns
    errors = np.stack([np.convolve(np.eye(60)[i], model)[2:60] for i in range(60)], axis=1)
    known = np.r_[0:20, 30:60]
    direct = np.linalg.lstsq(errors[:, 20:30], -errors[:, known] @ samples[known], rcond=None)[0]
    np.testing.assert_allclose(filled, direct, atol=1e-6)


def test_at_an_end_the_prediction_runs_on(rng):
    model = np.array([1.0, -2.0 * np.cos(0.1), 1.0])
    wave = np.cos(0.1 * np.arange(80))
    np.testing.assert_allclose(interpolate_gap(wave, 60, 80, model), wave[60:], atol=1e-9)
    np.testing.assert_allclose(interpolate_gap(wave, 0, 20, model), wave[:20], atol=1e-9)
