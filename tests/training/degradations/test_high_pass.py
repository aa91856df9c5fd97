"""High-pass: cutoff, slope, phase."""

import numpy as np
import pytest

from tests.signals import sine
from training.degradations.high_pass import HighPass


def kept(high_pass, frequency_hz):
    tone = sine(frequency_hz, 2.0)
    inner = slice(20000, -20000)
    return high_pass.apply(tone).samples[0, inner], tone.samples[0, inner]


@pytest.mark.parametrize("zero_phase", [True, False])
@pytest.mark.parametrize(
    ("frequency_hz", "level_db"), [(200.0, -3.0), (50.0, -24.1), (2000.0, 0.0)]
)
def test_gain_is_that_of_a_butterworth_filter(zero_phase, frequency_hz, level_db):
    high_pass = HighPass(cutoff_hz=200.0, order=2, zero_phase=zero_phase)
    after, before = kept(high_pass, frequency_hz)
    assert 20 * np.log10(after.std() / before.std()) == pytest.approx(level_db, abs=0.1)


def test_phase_comes_on_request():
    straight, before = kept(HighPass(cutoff_hz=200.0, zero_phase=True), 300.0)
    assert np.corrcoef(straight, before)[0, 1] > 0.9999
    causal, before = kept(HighPass(cutoff_hz=200.0, zero_phase=False), 300.0)
    assert np.corrcoef(causal, before)[0, 1] < 0.7
