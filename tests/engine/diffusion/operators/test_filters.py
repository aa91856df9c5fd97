import numpy as np
import pytest
import torch
from scipy.signal import butter, cheby1, lfilter, sosfilt

from engine.diffusion.operators.filters import (
    biquad_low_pass,
    butterworth_high_pass,
    butterworth_low_pass,
    chebyshev_low_pass,
    kaiser_high_pass,
    kaiser_low_pass,
    recursive,
)
from engine.errors import SettingsError
from tests.engine.diffusion.gaussian import white

RATE = 22050


def gain_db(operator, frequency_hz: float) -> float:
    """Of a sine, where the ends are out of reach."""
    time_s = torch.arange(8192, dtype=torch.float64) / RATE
    x = torch.sin(2 * torch.pi * frequency_hz * time_s)[None, None]
    inner = slice(3000, 5000)
    return float(20 * torch.log10(operator(x)[..., inner].norm() / x[..., inner].norm()))


def test_a_low_pass_falls_at_its_cutoff():
    low = kaiser_low_pass(3000.0, RATE)
    assert abs(gain_db(low, 2800.0)) < 0.01
    assert gain_db(low, 3000.0) == pytest.approx(-6.02, abs=0.05)
    assert gain_db(low, 3200.0) < -75.0


def test_low_and_high_pass_make_the_whole():
    x = white(1, 3000, 1)
    both = kaiser_low_pass(3000.0, RATE)(x) + kaiser_high_pass(3000.0, RATE)(x)
    torch.testing.assert_close(both, x, rtol=0.0, atol=2e-3)


def test_a_filter_without_phase_is_convolution_with_silence_beyond_the_ends():
    x = white(2, 700, 1)
    operator = kaiser_low_pass(3000.0, RATE, 101)
    for row, filtered in zip(x[:, 0], operator(x)[:, 0], strict=True):
        expected = np.convolve(row.numpy(), operator.taps.numpy(), "same")
        np.testing.assert_allclose(filtered.numpy(), expected, atol=1e-12)


@pytest.mark.parametrize(
    ("operator", "sections"),
    [
        (chebyshev_low_pass(1000.0, RATE), cheby1(6, 0.05, 1000.0, fs=RATE, output="sos")),
        (butterworth_low_pass(1000.0, RATE), butter(4, 1000.0, fs=RATE, output="sos")),
        (butterworth_high_pass(50.0, RATE), butter(4, 50.0, "high", fs=RATE, output="sos")),
    ],
)
def test_a_recursive_filter_is_its_recursion_within_what_was_cut(operator, sections):
    x = white(1, 20_000, 1)
    expected = sosfilt(sections, x.numpy(), axis=-1)
    error = np.abs(operator(x).numpy() - expected).max()
    assert error <= operator.truncation * float(x.abs().max()) + 1e-12
    assert operator.truncation < 1e-7 * float(operator.taps.abs().sum()) * 1.01
    assert error < 1e-6


def test_the_gain_of_a_biquad_at_its_cutoff_is_its_q():
    operator = biquad_low_pass(2000.0, RATE, q=0.707)
    assert gain_db(operator, 2000.0) == pytest.approx(20 * np.log10(0.707), abs=0.01)
    turn, q = 2 * np.pi * 2000.0 / RATE, 0.707
    a0 = 1 + np.sin(turn) / (2 * q)
    b = 0.5 * (1 - np.cos(turn)) * np.array([1.0, 2.0, 1.0])
    x = white(1, 4000, 1)
    expected = lfilter(b, [a0, -2 * np.cos(turn), 2 - a0], x.numpy(), axis=-1)
    np.testing.assert_allclose(operator(x).numpy(), expected, atol=1e-6)


def test_projection_takes_the_pass_band_and_leaves_the_stop_band():
    clean, estimate = white(4, 8192, 1), white(4, 8192, 2)
    operator = kaiser_low_pass(3000.0, RATE)
    observed = operator(clean)
    projected = operator.project(estimate, observed)
    inner = slice(600, -600)
    low, high = kaiser_low_pass(2600.0, RATE, 1001), kaiser_high_pass(3400.0, RATE, 1001)
    error = low(operator(projected) - observed)[..., inner]
    assert 20 * torch.log10(error.norm() / low(observed)[..., inner].norm()) < -70.0
    change = high(projected - estimate)[..., inner]
    assert 20 * torch.log10(change.norm() / high(estimate)[..., inner].norm()) < -70.0


def test_a_filter_that_delays_does_not_project():
    estimate, observed = white(1, 500, 1), white(1, 500, 2)
    operator = chebyshev_low_pass(3000.0, RATE)
    assert not operator.has_no_phase
    assert operator.project(estimate, observed) is estimate


def test_a_filter_without_poles_that_count_is_left_alone():
    operator = recursive(np.array([[1.0, 0.5, 0.0, 1.0, 0.0, 0.0]]))
    assert operator.taps.tolist() == [1.0, 0.5]
    assert operator.truncation == 0.0


@pytest.mark.parametrize("design", [kaiser_low_pass, butterworth_high_pass, biquad_low_pass])
def test_a_cutoff_at_half_of_the_rate_is_refused(design):
    with pytest.raises(SettingsError, match="cutoff_hz = 11025 must lie above 0 and below 11025"):
        design(11025.0, RATE)
