import pytest

from engine.dsp.hum_profile import Hum, is_hum


def test_a_harmonic_in_any_channel_is_present():
    assert Hum(50.0, ((0.0, 0.1, 0.0), (0.0, 0.0, 0.2))).present == (2, 3)
    assert Hum(50.0).present == ()


@pytest.mark.parametrize(
    ("steady", "mains_hz", "is_given", "expected"),
    [
        ((), 50.0, True, False),
        ((2,), 50.1, False, True),
        ((2, 4, 6), 59.8, False, True),
        ((8,), 55.0, False, False),
        ((2, 4, 6), 55.0, False, False),
        ((1, 2, 3), 47.0, False, True),
        ((2,), 55.0, True, True),
        ((8,), 50.0, False, False),
    ],
)
def test_held_notes_are_no_hum(
    steady: tuple[int, ...], mains_hz: float, is_given: bool, expected: bool
):
    assert is_hum(steady, mains_hz, is_given) == expected
