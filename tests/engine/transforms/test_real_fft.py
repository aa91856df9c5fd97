import numpy as np
import pytest
import torch

from engine.transforms.real_fft import RealFFT, cheap_length


@pytest.mark.parametrize(
    ("n_samples", "length"),
    [(1, 4), (5, 8), (44, 48), (100001, 100352), (262144, 262144), (52919999, 52920000)],
)
def test_a_cheap_length_is_the_next_multiple_of_four_of_small_primes(
    n_samples: int, length: int
) -> None:
    assert cheap_length(n_samples) == length


def test_no_shorter_length_would_be_as_cheap(rng: np.random.Generator) -> None:
    for n_samples in rng.integers(1, 20000, 20).tolist():
        for between in range(n_samples, cheap_length(n_samples)):
            rest = between
            for prime in (2, 3, 5, 7):
                while rest % prime == 0:
                    rest //= prime
            assert rest > 1 or between % 4


@pytest.mark.parametrize("n_signals", [1, 3])
@pytest.mark.parametrize("length", [4, 8, 1260, 4096])
def test_the_spectrum_is_that_of_numpy(
    rng: np.random.Generator, n_signals: int, length: int
) -> None:
    samples = rng.standard_normal((n_signals, length - 1))
    spectrum = RealFFT(length).forward(torch.from_numpy(samples)).numpy()
    np.testing.assert_allclose(spectrum, np.fft.rfft(samples, length), atol=1e-12)


@pytest.mark.parametrize("n_signals", [1, 3])
@pytest.mark.parametrize("length", [4, 8, 1260, 4096])
def test_the_inverse_is_that_of_numpy(
    rng: np.random.Generator, n_signals: int, length: int
) -> None:
    real, imaginary = rng.standard_normal((2, n_signals, length // 2 + 1))
    spectrum = real + 1j * imaginary
    samples = RealFFT(length).inverse(torch.from_numpy(spectrum)).numpy()
    np.testing.assert_allclose(samples, np.fft.irfft(spectrum, length), atol=1e-12)
