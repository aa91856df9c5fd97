import pytest

from app.job_watch import remaining_s


@pytest.mark.parametrize(("fraction", "elapsed_s", "left_s"), [
    (0.25, 10.0, 30.0), (0.5, 4.0, 4.0), (1.0, 7.0, 0.0),
])  # fmt: skip
def test_the_time_left_goes_on_as_it_went(fraction, elapsed_s, left_s):
    assert remaining_s(fraction, elapsed_s) == pytest.approx(left_s)


@pytest.mark.parametrize(("fraction", "elapsed_s"), [(0.0, 10.0), (0.02, 10.0), (0.5, 0.5)])
def test_no_time_is_told_before_it_can_be_known(fraction, elapsed_s):
    assert remaining_s(fraction, elapsed_s) is None
