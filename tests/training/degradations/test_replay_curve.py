"""Replay curve: the wrong one in, the right one out."""

import numpy as np
import pytest

from engine.dsp.replay_curves import CURVES
from tests.signals import sine
from training.degradations.replay_curve import ReplayCurve


@pytest.mark.parametrize("frequency_hz", [100.0, 1000.0, 8000.0])
def test_response_is_the_difference_of_both_curves(frequency_hz):
    damage = ReplayCurve(right="Blumlein_300N-0", wrong="NAB_500N-16")
    tone = sine(frequency_hz, 1.0)
    inner = slice(20000, -2000)
    ratio = damage.apply(tone).samples[0, inner].std() / tone.samples[0, inner].std()
    right, wrong = (
        CURVES[name].gain_db(np.array([frequency_hz]))[0] for name in (damage.right, damage.wrong)
    )
    assert 20 * np.log10(ratio) == pytest.approx(wrong - right, abs=0.15)


def test_the_right_curve_changes_nothing(rng):
    tone = sine(500.0, 0.2)
    same = ReplayCurve(right="RIAA_500R-13.7", wrong="RIAA_500R-13.7").apply(tone)
    assert np.array_equal(same.samples, tone.samples)
