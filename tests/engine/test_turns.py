import numpy as np
import pytest

from engine.turns import SPEEDS_RPM, Turns, turn_times


@pytest.mark.parametrize("rpm", SPEEDS_RPM)
@pytest.mark.parametrize("phase_s", [0.0, 12.3456, 500.0])
def test_turns_are_a_period_apart_inside_the_span_and_one_is_at_the_phase(rpm, phase_s):
    times = turn_times(10.0, 20.0, rpm, phase_s)
    np.testing.assert_allclose(np.diff(times), 60.0 / rpm)
    assert len(times) in (int(10.0 * rpm / 60), int(10.0 * rpm / 60) + 1)
    assert 10.0 - 1e-6 <= times[0] < 10.0 + 60.0 / rpm
    assert 20.0 - 60.0 / rpm - 1e-6 <= times[-1] < 20.0
    turns = (times - phase_s) * rpm / 60
    np.testing.assert_allclose(turns, np.rint(turns), atol=1e-6)


def test_a_span_is_half_open():
    assert turn_times(0.0, 2.0, 60.0).tolist() == [0.0, 1.0]
    assert turn_times(0.5, 0.9, 60.0).size == 0


def test_turns_before_the_phase_have_negative_numbers():
    turns = Turns(60.0, 3.25)
    assert list(turns.numbers(0.0, 5.0)) == [-3, -2, -1, 0, 1]
    assert turns.time_s(-3) == 0.25
