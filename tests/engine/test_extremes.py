import numpy as np
import pytest

from engine.extremes import extremes

DTYPES = ["int8", "uint8", "int16", "int32", "float32", "float64"]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("n_channels", [1, 2, 3, 7])
def test_every_entry_holds_the_extremes_of_its_samples(rng, dtype, n_channels):
    for n_samples in (1, 5, 64, 6400, 6401, 6463):
        values = rng.standard_normal((n_channels, n_samples)) * 40
        planar = np.abs(values).astype(dtype) if dtype == "uint8" else values.astype(dtype)
        edges = np.arange(0, n_samples, 64)
        for samples in (planar, np.ascontiguousarray(planar.T).T):
            low, high = extremes(samples, 64)
            np.testing.assert_array_equal(low, np.minimum.reduceat(samples, edges, axis=1))
            np.testing.assert_array_equal(high, np.maximum.reduceat(samples, edges, axis=1))
            assert low.dtype == high.dtype == samples.dtype


@pytest.mark.parametrize("size", [1, 2, 8, 16, 1024])
def test_entries_may_have_any_power_of_two_of_samples(rng, size):
    samples = rng.standard_normal((2, 5000))
    low, high = extremes(samples, size)
    edges = np.arange(0, 5000, size)
    np.testing.assert_array_equal(low, np.minimum.reduceat(samples, edges, axis=1))
    np.testing.assert_array_equal(high, np.maximum.reduceat(samples, edges, axis=1))


def test_a_sample_that_is_no_number_is_not_hidden(rng):
    samples = rng.standard_normal((2, 640))
    samples[1, 100] = np.nan
    low, high = extremes(samples, 64)
    assert np.isnan(low[1, 1])
    assert np.isnan(high[1, 1])
    assert np.isnan(low).sum() == 1
