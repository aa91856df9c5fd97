"""Quantisation: number of values, error, dither."""

import numpy as np
import pytest

from engine.audio import Audio
from tests.signals import sine, snr_db
from training.degradations.quantisation import Quantisation


@pytest.mark.parametrize("law", ["even", "mu-law"])
@pytest.mark.parametrize("bits", [4, 8])
def test_no_more_values_than_bits_can_tell_are_left(law, bits):
    ramp = Audio(np.linspace(-1.2, 1.2, 20000, dtype=np.float32)[None], 22050)
    values = np.unique(Quantisation(bits=bits, law=law).apply(ramp).samples)
    assert len(values) == 2**bits
    assert np.abs(values).max() <= 1.0


def test_error_of_even_spacing_is_that_of_the_textbook():
    tone = sine(997.0, 1.0, amplitude=0.99)
    for bits in (8, 16):
        ratio = snr_db(tone.samples, Quantisation(bits=bits).apply(tone).samples)
        assert ratio == pytest.approx(6.02 * bits + 1.76, abs=0.6)


def test_soft_music_keeps_more_under_the_law_of_telephony():
    tone = sine(997.0, 1.0, amplitude=0.01)
    even, bent = (
        snr_db(tone.samples, Quantisation(bits=8, law=law).apply(tone).samples)
        for law in ("even", "mu-law")
    )
    assert bent > even + 15.0


def test_dither_frees_the_error_from_the_music():
    tone = sine(441.0, 2.0, amplitude=0.02)
    harmonics = []
    for dither in (False, True):
        error = Quantisation(bits=8, dither=dither).apply(tone).samples[0] - tone.samples[0]
        power = np.abs(np.fft.rfft(error)) ** 2
        harmonics.append(power[3 * 882] / power.mean())
    assert harmonics[0] > 20.0 * harmonics[1]
