import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import SettingsError
from engine.units import amplitude_to_db, db_to_amplitude, format_time, parse_time, power_to_db


@given(st.floats(-120.0, 60.0))
def test_decibels_and_amplitudes_are_inverses(level_db: float):
    assert amplitude_to_db(db_to_amplitude(level_db)) == pytest.approx(level_db, abs=1e-9)


def test_silence_is_a_finite_level():
    assert amplitude_to_db(0.0) == -200.0
    assert power_to_db([0.0, 1.0, 100.0]).tolist() == [-200.0, 0.0, 20.0]


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("12.30", 12.3), ("1:02.350", 62.35), ("1:00:02.5", 3602.5), (".5", 0.5), (" 7 ", 7.0)],
)
def test_times_are_read_as_people_write_them(text: str, seconds: float):
    assert parse_time(text) == pytest.approx(seconds, abs=1e-12)


@pytest.mark.parametrize("text", ["", "x", "1:2:3:4", "-3", "1e3", "12,5"])
def test_what_is_no_time_is_refused_by_name(text: str):
    with pytest.raises(SettingsError, match="is not a time"):
        parse_time(text)


@given(st.integers(0, 10**8))
def test_a_time_survives_being_written_and_read(milliseconds: int):
    assert parse_time(format_time(milliseconds / 1000)) == pytest.approx(milliseconds / 1000)


def test_rounding_carries_into_the_minute():
    assert format_time(59.9996) == "1:00.000"
    assert format_time(3599.9999, 1) == "1:00:00.0"
    assert format_time(-0.5) == "-0:00.500"
