import numpy as np
import pytest
from scipy.signal import lfilter, stft

from engine.dsp.gap import fill_gap
from engine.dsp.gap_spectrum import fill_by_spectrum
from engine.progress import Cancelled
from tests.signals import sine, snr_db

RATE = 22050
GAP = slice(22050, 22050 + 4410)


@pytest.fixture
def rushing(rng):
    """Noise (time) that falls off by 6 dB an octave, with a tone in it."""
    noise = lfilter([1.0], [1.0, -0.9], rng.standard_normal(3 * RATE))
    return 0.02 * noise + 0.05 * np.sin(2 * np.pi * 440.0 / RATE * np.arange(3 * RATE))


def level_db(samples) -> float:
    return float(10 * np.log10(np.mean(samples**2)))


def distance(a, b) -> float:
    """Log-spectral distance."""
    levels = [np.log10(np.abs(stft(x, nperseg=1024)[2]) ** 2 + 1e-10) for x in (a, b)]
    return float(np.sqrt(((levels[0] - levels[1]) ** 2).mean(axis=0)).mean())


def test_a_long_gap_has_the_level_and_spectrum_of_what_lies_beside_it(rushing):
    filled = fill_by_spectrum(rushing, GAP, RATE, seed=0)
    predicted = fill_gap(rushing, GAP, RATE)
    middle = slice(1000, 3400)
    assert abs(level_db(filled[middle]) - level_db(rushing[GAP][middle])) < 2.5
    assert level_db(np.diff(predicted[middle])) < level_db(np.diff(rushing[GAP][middle])) - 6.0
    near = distance(rushing[GAP], filled)
    assert near < 0.85
    assert near < distance(rushing[GAP], predicted) - 0.2


def test_another_seed_gives_another_candidate_and_the_same_one_the_same(rushing):
    made = [fill_by_spectrum(rushing, GAP, RATE, seed) for seed in (0, 1, 0)]
    np.testing.assert_array_equal(made[0], made[2])
    assert distance(made[0], made[1]) > 0.3


def test_what_stands_in_the_gap_is_not_looked_at(rushing):
    other = rushing.copy()
    other[GAP] = 1.0
    np.testing.assert_array_equal(
        fill_by_spectrum(other, GAP, RATE, 0), fill_by_spectrum(rushing, GAP, RATE, 0)
    )


def test_a_tone_goes_on_and_meets_both_sides_without_a_click():
    clean = sine(440.0, 3.0, RATE).samples[0].astype(np.float64)
    joined = clean.copy()
    joined[GAP] = fill_by_spectrum(clean, GAP, RATE, 0)
    assert np.abs(np.diff(joined, 2)).max() < 2.0 * np.abs(np.diff(clean, 2)).max()
    edge = slice(GAP.start, GAP.start + 100)
    assert snr_db(clean[edge], joined[edge]) > 20.0


@pytest.mark.parametrize("gap", [slice(0, 4410), slice(3 * RATE - 4410, 3 * RATE)])
def test_a_gap_at_an_end_goes_on_from_the_side_there_is(rushing, gap):
    filled = fill_by_spectrum(rushing, gap, RATE, 0)
    assert abs(level_db(filled) - level_db(rushing[gap])) < 4.0


def test_silence_stays_silent_and_very_little_sound_is_predicted(rng):
    assert np.abs(fill_by_spectrum(np.zeros(RATE), slice(5000, 9000), RATE, 0)).max() < 1e-6
    short = rng.standard_normal(1500)
    gap = slice(700, 1200)
    np.testing.assert_array_equal(fill_by_spectrum(short, gap, RATE, 0), fill_gap(short, gap, RATE))


def test_it_stops_when_progress_raises(rushing):
    def stop(fraction: float, message: str = "") -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        fill_by_spectrum(rushing, GAP, RATE, 0, stop)
