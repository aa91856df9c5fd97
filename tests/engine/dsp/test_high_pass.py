import numpy as np
import pytest

from engine.dsp.high_pass import high_pass
from tests.signals import noise, sine

RATE = 44_100


def gain_db(frequency_hz: float, cutoff_hz: float, order: int, rate: int = RATE) -> float:
    """Of a sine, over the middle one of three seconds."""
    tone = sine(frequency_hz, 3.0, rate).samples
    middle = slice(rate, 2 * rate)
    passed = high_pass(tone, rate, cutoff_hz, order)[0, middle]
    return float(10 * np.log10(np.mean(np.square(passed, dtype=np.float64)) / 0.125))


@pytest.mark.parametrize("order", [1, 2, 4])
@pytest.mark.parametrize("cutoff_hz", [20.0, 40.0, 200.0])
def test_the_cutoff_is_three_decibels_down(cutoff_hz: float, order: int):
    assert gain_db(cutoff_hz, cutoff_hz, order) == pytest.approx(-3.01, abs=0.03)


@pytest.mark.parametrize(
    ("order", "one_octave_db", "two_octaves_db"),
    [(1, -8.47, -17.65), (2, -17.65, -40.51), (4, -40.51, -88.66)],
)
def test_it_falls_at_its_slope(order: int, one_octave_db: float, two_octaves_db: float):
    assert gain_db(40.0, 80.0, order) == pytest.approx(one_octave_db, abs=0.1)
    assert gain_db(20.0, 80.0, order) == pytest.approx(two_octaves_db, abs=0.2)


def test_no_phase_is_turned(rng: np.random.Generator):
    tone = sine(80.0, 2.0).samples
    passed = high_pass(tone, RATE, 40.0, 2)
    middle = slice(RATE // 2, 3 * RATE // 2)
    spectra = [np.fft.rfft(each[0, middle].astype(np.float64))[80] for each in (tone, passed)]
    assert np.degrees(np.angle(spectra[1] / spectra[0])) == pytest.approx(0.0, abs=0.01)


def test_a_constant_is_taken_out_without_a_thump_at_the_ends():
    constant = np.full((1, RATE), 0.25, np.float32)
    assert np.abs(high_pass(constant, RATE, 20.0, 4)).max() < 1e-6


@pytest.mark.parametrize("later", [0, 77, 154, 231, 308])
def test_a_cut_in_the_middle_of_a_low_note_comes_out_as_in_the_whole(later: int):
    note = np.sum([sine(hz, 12.0).samples for hz in (65.4, 130.8, 196.2)], axis=0)
    cut = slice(2 * RATE + later, 10 * RATE + later)
    within = high_pass(note, RATE, 20.0, 2)[:, cut]
    error = high_pass(note[:, cut], RATE, 20.0, 2) - within
    assert np.mean(np.square(error)) < 1e-4 * np.mean(np.square(within))


def test_a_single_sample_is_no_trouble(rng: np.random.Generator):
    assert high_pass(noise(rng, 1 / RATE).samples, RATE, 40.0, 2).shape == (1, 1)
