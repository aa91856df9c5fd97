"""Low-pass: what each kind keeps, takes and mirrors."""

import numpy as np
import pytest

from tests.signals import noise, sine
from training.degradations.low_pass import LowPass

RATE = 44100
KINDS = ("fir", "chebyshev", "butterworth", "biquad", "resample", "decimate")
CLEAN_KINDS = tuple(kind for kind in KINDS if kind != "decimate")


def gain_db(low_pass, frequency_hz):
    tone = sine(frequency_hz, 1.0)
    inner = slice(8000, -8000)
    kept = low_pass.apply(tone).samples[0, inner].astype(np.float64)
    phasor = np.exp(-2j * np.pi * frequency_hz * np.arange(len(kept)) / RATE)
    before = tone.samples[0, inner].astype(np.float64) @ phasor
    return 20 * np.log10(abs(kept @ phasor) / abs(before))


@pytest.mark.parametrize("kind", KINDS)
def test_what_lies_well_below_stays(kind):
    assert gain_db(LowPass(kind=kind, cutoff_hz=5000.0), 500.0) == pytest.approx(0.0, abs=0.15)


@pytest.mark.parametrize(
    ("kind", "lost_db"),
    [("fir", 75), ("chebyshev", 45), ("butterworth", 40), ("biquad", 12), ("resample", 70)],
)
def test_an_octave_above_the_cutoff_is_gone(kind, lost_db):
    assert gain_db(LowPass(kind=kind, cutoff_hz=5000.0), 10000.0) < -lost_db


def test_cutoffs_are_where_such_filters_have_theirs():
    expected = {"fir": -6.0, "chebyshev": -0.05, "butterworth": -3.0, "biquad": -3.0}
    for kind, level_db in expected.items():
        for zero_phase in (True, False):
            low_pass = LowPass(kind=kind, cutoff_hz=5000.0, zero_phase=zero_phase)
            assert gain_db(low_pass, 5000.0) == pytest.approx(level_db, abs=0.1), kind


@pytest.mark.parametrize("kind", CLEAN_KINDS)
def test_nothing_is_delayed(kind, rng):
    clean = noise(rng, 1.0)
    kept = LowPass(kind=kind, cutoff_hz=5000.0).apply(clean).samples[0]
    spectrum = np.fft.rfft(kept) * np.conj(np.fft.rfft(clean.samples[0]))
    lag = int(np.argmax(np.fft.irfft(spectrum)))
    assert lag == 0


def test_the_phase_of_recursive_filters_comes_on_request():
    tone = sine(3000.0, 0.5)
    straight, causal = (
        LowPass(kind="butterworth", cutoff_hz=5000.0, zero_phase=zero).apply(tone).samples[0]
        for zero in (True, False)
    )
    inner = slice(5000, -5000)
    assert np.abs(straight[inner] - tone.samples[0, inner]).max() < 0.01
    assert np.abs(causal[inner] - tone.samples[0, inner]).max() > 0.3


def test_decimation_mirrors_what_lay_above():
    low_pass = LowPass(kind="decimate", cutoff_hz=RATE / 8)
    kept = low_pass.apply(sine(8000.0, 1.0)).samples[0].astype(np.float64)
    spectrum = np.abs(np.fft.rfft(kept * np.hanning(len(kept))))
    assert int(np.argmax(spectrum)) == pytest.approx(RATE / 4 - 8000.0, abs=2.0)


def test_a_cutoff_above_all_there_is_changes_nothing(rng):
    clean = noise(rng, 0.2, sample_rate=16000)
    for kind in KINDS:
        kept = LowPass(kind=kind, cutoff_hz=9000.0).apply(clean)
        assert np.array_equal(kept.samples, clean.samples)
