import pytest

from engine.errors import SettingsError
from engine.region import Region


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ("12.30-12.42", Region(12.3, 12.42)),
        ("3-9.5@800-6000", Region(3.0, 9.5, 800.0, 6000.0)),
        ("1:02.350-1:04", Region(62.35, 64.0)),
        ("0-1 @ 20-40", Region(0.0, 1.0, 20.0, 40.0)),
    ],
)
def test_regions_are_read_as_the_command_line_writes_them(text: str, region: Region):
    assert Region.parse(text) == region


@pytest.mark.parametrize(
    "text", ["", "5", "5-5", "6-5", "a-b", "1-2@", "1-2@5", "1-2@9-5", "1-2@5-5.5.5"]
)
def test_what_is_no_region_gets_a_sentence(text: str):
    with pytest.raises(SettingsError):
        Region.parse(text)


def test_a_region_is_half_open_and_clipped_to_the_recording():
    assert Region(0.5, 1.0).to_samples(1000, 5000) == slice(500, 1000)
    assert Region(4.5, 9.0).to_samples(1000, 5000) == slice(4500, 5000)


def test_a_region_after_the_end_says_how_long_the_recording_is():
    with pytest.raises(SettingsError, match=r"5\.000 s long"):
        Region(6.0, 7.0).to_samples(1000, 5000)


def test_a_region_survives_being_written_and_read():
    region = Region(62.35, 64.125, 80.0, 6000.0)
    assert Region.parse(str(region)) == region
