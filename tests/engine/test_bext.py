"""The broadcast extension and its coding history."""

from dataclasses import replace

import pytest

from engine.audio import AudioFormat
from engine.bext import append_history, coding_history_line, parse_bext
from tests.engine import sound_files

STEREO = AudioFormat("WAV", "PCM_24", 96000, 2, 1000, 24, False, False)


def test_all_fields_are_read():
    bext = parse_bext(sound_files.bext())
    assert bext is not None
    assert bext.description == "Side A, shellac"
    assert (bext.originator, bext.originator_reference) == ("Archive", "REF-0001")
    assert (bext.origination_date, bext.origination_time) == ("2024-05-17", "12:34:56")
    assert (bext.time_reference, bext.version) == ((1 << 32) + 123456, 2)
    assert bext.umid == bytes(range(64)).hex()
    assert (bext.loudness_value_lufs, bext.loudness_range_lu) == (-23.12, 7.12)
    assert bext.max_true_peak_dbtp == -1.05
    assert (bext.max_momentary_lufs, bext.max_short_term_lufs) == (None, -18.5)
    assert bext.coding_history == "A=ANALOGUE,M=mono,T=Studer\r\n"


def test_version_1_has_no_loudness_and_a_short_chunk_is_no_bext():
    payload = bytearray(sound_files.bext())
    payload[346] = 1
    first = parse_bext(bytes(payload))
    assert first is not None
    assert first.loudness_value_lufs is None
    assert parse_bext(bytes(payload[:601])) is None


def test_text_that_is_not_utf_8_is_read_as_latin_1():
    payload = b"S\xfcdwest".ljust(256, b"\0") + sound_files.bext()[256:]
    bext = parse_bext(payload)
    assert bext is not None
    assert bext.description == "Südwest"


@pytest.mark.parametrize(("n_channels", "mode"), [(1, "mono"), (2, "stereo"), (6, "multitrack")])
def test_a_line_of_history_follows_the_grammar(n_channels, mode):
    line = coding_history_line(replace(STEREO, n_channels=n_channels), "Runout 1.0; declick")
    assert line == f"A=PCM,F=96000,W=24,M={mode},T=Runout 1.0; declick\r\n"


def test_what_the_grammar_forbids_is_replaced():
    line = coding_history_line(STEREO, "a, b\r\nc\tÜ")
    assert line.endswith(",T=a; b c ?\r\n")
    assert line.count(",") == 4


@pytest.mark.parametrize(
    ("history", "expected"),
    [
        ("", "NEW\r\n"),
        ("A=ANALOGUE\r\n", "A=ANALOGUE\r\nNEW\r\n"),
        ("A=ANALOGUE", "A=ANALOGUE\r\nNEW\r\n"),
        ("A=ANALOGUE\n", "A=ANALOGUE\nNEW\r\n"),
    ],
)
def test_a_line_is_appended_and_nothing_else_changes(history, expected):
    payload = sound_files.bext(history)
    assert append_history(payload, "NEW\r\n") == payload[:602] + expected.encode()


def test_room_reserved_behind_the_history_is_used():
    payload = sound_files.bext("A=ANALOGUE\r\n", reserved=100)
    fresh = append_history(payload, "NEW\r\n")
    assert fresh == payload[:614] + b"NEW\r\n" + bytes(95)
