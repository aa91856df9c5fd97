"""Pinch: which pitches it adds, how many of them, and with which sign."""

import numpy as np
import pytest

from engine.audio import Audio
from tests.signals import sine
from training.degradations.pinch import Pinch

RATE = 22050


def test_it_adds_the_second_harmonic_alone_at_its_level():
    tone = sine(1000.0, 1.0, RATE)
    lost = Pinch(distortion_db=-30.0).apply(tone).samples[0] - tone.samples[0]
    spectrum = np.abs(np.fft.rfft(lost * np.hanning(RATE)))
    assert np.argmax(spectrum) == 2000
    assert spectrum[[1000, 3000, 4000]].max() < 0.01 * spectrum[2000]
    ratio = np.mean(np.square(lost)) / np.mean(np.square(tone.samples))
    assert 10 * np.log10(ratio) == pytest.approx(-30.0, abs=0.1)


def test_a_sum_of_both_channels_does_not_hear_it():
    mono = sine(700.0, 0.5, RATE).samples
    stereo = Audio(np.concatenate([mono, mono]), RATE)
    lost = Pinch(distortion_db=-20.0).apply(stereo).samples - stereo.samples
    assert np.abs(lost).max() > 0.01
    assert np.abs(lost.sum(axis=0)).max() < 1e-6


def test_bass_is_lifted_less_than_treble():
    """Below the turnover the stylus moves less for the same sound."""
    both = sine(60.0, 1.0, RATE).samples + sine(2000.0, 1.0, RATE).samples
    lost = Pinch(distortion_db=-20.0).apply(Audio(both, RATE)).samples[0] - both[0]
    spectrum = np.abs(np.fft.rfft(lost * np.hanning(RATE)))
    assert spectrum[120] < 0.01 * spectrum[4000]
