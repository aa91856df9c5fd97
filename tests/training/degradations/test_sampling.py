"""Sampling: what a low rate keeps and what straight lines mirror."""

import numpy as np
import pytest

from tests.signals import sine
from training.degradations.sampling import Sampling

RATE = 20000


def lines_db(sampling, frequency_hz):
    wave = sampling.apply(sine(frequency_hz, 1.0, RATE)).samples[0].astype(np.float64)
    return 20 * np.log10(8 * np.abs(np.fft.rfft(wave * np.hanning(RATE))) / RATE + 1e-9)


def test_lines_take_some_treble_and_leave_mirror_images():
    level = lines_db(Sampling(low_hz=5000, high_hz=10000), 1000.0)
    kept, mirrored = (2 * 20 * np.log10(np.cos(np.pi * f / 10000)) for f in (1000, 4000))
    assert level[1000] == pytest.approx(kept, abs=0.05)
    assert level[4000] == pytest.approx(mirrored, abs=0.3)
    assert level[6000] < -40.0


def test_what_the_low_rate_cannot_hold_is_gone_and_not_mirrored():
    level = lines_db(Sampling(low_hz=5000, high_hz=10000), 3500.0)
    assert level.max() < -60.0


def test_a_rate_that_is_no_lower_changes_nothing():
    tone = sine(1000.0, 0.2, 8000)
    assert np.array_equal(Sampling(low_hz=9000).apply(tone).samples, tone.samples)
