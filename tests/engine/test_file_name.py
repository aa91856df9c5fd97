"""File names out of texts: refused, or made to fit."""

import pytest

from engine.file_name import LONGEST_BYTES, cleaned, is_device, is_plain

PLAIN = ("a", "Side 1.flac", "Täubchen", "白鳥", "..a", "a..b", "console", "com", "nullify.toml")
UNFIT = (
    "", ".", "..", "a/b", "../a", "/a", "a\\b", "C:a", "a.", "a ", " a", "a\0b", "a\nb", "a*",
    "a\u202egpj.wav", "a\u200b", "con", "NUL.txt", "Com1", "lpt9.tar.gz", "aux .wav", "\udcff",
    "x" * (LONGEST_BYTES + 1), 5, None,
)  # fmt: skip


@pytest.mark.parametrize("name", PLAIN)
def test_a_name_that_every_system_takes_is_plain(name: str):
    assert is_plain(name)
    assert cleaned(name) == name


@pytest.mark.parametrize("name", UNFIT)
def test_a_name_that_leads_elsewhere_or_shows_as_another_is_not(name: object):
    assert not is_plain(name)


def test_what_no_name_may_hold_becomes_a_hyphen():
    assert cleaned('a/b\\c:d*e?f"g<h>i|j') == "a-b-c-d-e-f-g-h-i-j"
    assert cleaned("a\0b\u202ec\nd") == "a-b-c-d"


def test_devices_of_windows_are_known_with_any_ending():
    assert all(map(is_device, ("CON", "con.wav", "com0", "prn.a.b", "LPT1", "com¹")))
    assert not any(map(is_device, ("cone", "a con", "com10", "lpt", "")))
