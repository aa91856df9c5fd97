import numpy as np
import pytest

from engine.dsp.band_pass import LOWEST_HZ, RIPPLE_DB, band_pass
from engine.dsp.stream_filter import StreamFilter
from tests.signals import noise


def gain_db(sections, frequency_hz, sample_rate):
    """Gain at some frequencies."""
    at = np.atleast_1d(np.asarray(frequency_hz, np.float64))
    gain = np.prod([each.magnitude(at, sample_rate) for each in sections], axis=0)
    return 20.0 * np.log10(np.maximum(gain, 1e-12))


@pytest.mark.parametrize("sample_rate", [44100, 96000, 192000])
@pytest.mark.parametrize(("low_hz", "high_hz"), [(100.0, 400.0), (1000.0, 6000.0)])
def test_the_band_passes_flat_and_what_is_an_octave_outside_is_silent(low_hz, high_hz, sample_rate):
    sections = band_pass(low_hz, high_hz, sample_rate)
    inside = gain_db(sections, np.geomspace(low_hz, high_hz, 50), sample_rate)
    assert np.abs(inside).max() < 2.1 * RIPPLE_DB
    assert gain_db(sections, (0.5 * low_hz, 2.0 * high_hz), sample_rate).max() < -65.0
    assert gain_db(sections, (low_hz / 1.41, 1.41 * high_hz), sample_rate).max() < -38.0


def test_an_edge_that_takes_nothing_away_costs_no_filter():
    assert band_pass(0.5 * LOWEST_HZ, 22050.0, 44100) == ()
    assert len(band_pass(1000.0, 22050.0, 44100)) == 4
    assert len(band_pass(0.0, 3000.0, 44100)) == 4


def test_blocks_give_what_the_formula_says_even_at_the_lowest_edge(rng):
    rate, n_samples = 192000, 1 << 18
    sections = band_pass(20.0, 60.0, rate)
    stream = StreamFilter(sections, 1)
    pulse = np.zeros((1, n_samples), np.float32)
    pulse[0, 0] = 1.0
    heard = np.concatenate(
        [stream.process(pulse[:, at : at + 1000]) for at in range(0, n_samples, 1000)], axis=1
    )
    spectrum = np.fft.rfft(heard[0])
    at = np.array([20, 40, 55, 100, 200]) * n_samples // rate
    expected = gain_db(sections, at * rate / n_samples, rate)
    measured = 20.0 * np.log10(np.abs(spectrum[at]))
    assert np.abs(measured - expected)[:3].max() < 0.05
    assert measured[3:].max() < -40.0


def test_noise_outside_the_band_is_taken_away(rng):
    rate = 44100
    sound = noise(rng, 1.0, rate, 0.1).samples
    heard = StreamFilter(band_pass(2000.0, 4000.0, rate), 1).process(sound)
    inner = heard[0, rate // 4 : -rate // 4]
    spectrum = np.abs(np.fft.rfft(inner * np.hanning(len(inner)))) ** 2
    share = spectrum[: int(1400 / 2)].sum() / spectrum.sum()
    assert 10 * np.log10(share) < -45.0
