import numpy as np
import pytest

from engine.dsp.gap import fill_gap


@pytest.mark.parametrize("width", [1, 44, 441, 2205])
def test_two_tones_go_on_through_a_gap(width):
    time_s = np.arange(44100) / 44100
    wave = 0.3 * np.sin(2 * np.pi * 220 * time_s) + 0.2 * np.sin(2 * np.pi * 1500 * time_s)
    gap = slice(20000, 20000 + width)
    error = fill_gap(wave, gap, 44100) - wave[gap]
    assert 20 * np.log10(np.abs(error).max() + 1e-12) < -40.0


def test_the_result_scales_with_the_samples(rng):
    wave = np.cumsum(rng.standard_normal(8000)) / 100
    gap = slice(4000, 4050)
    np.testing.assert_allclose(
        fill_gap(0.01 * wave, gap, 44100), 0.01 * fill_gap(wave, gap, 44100), rtol=1e-4, atol=1e-9
    )


def test_rounds_are_reported(rng):
    seen: list[float] = []
    fill_gap(
        rng.standard_normal(4000),
        slice(2000, 2010),
        44100,
        lambda fraction, _="": seen.append(fraction),
    )
    assert len(seen) >= 2
    assert seen == sorted(seen)
