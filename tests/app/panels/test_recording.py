from PySide6.QtWidgets import QLabel

from app.panels.recording import bext_facts, format_facts, measured_facts
from engine.audio import AudioFormat
from engine.bext import Bext
from engine.info import read_info


def test_the_header_is_told_in_the_words_of_archivists():
    facts = format_facts("a.wav", AudioFormat("WAV", "PCM_24", 96000, 2, 960000, 24, False, False))
    assert list(facts.values()) == [
        "a.wav", "WAV", "96 kHz", "24 bit integer", "stereo", "0:10.000",
    ]  # fmt: skip


def test_a_lossy_codec_has_no_depth():
    lossy = AudioFormat("OGG", "VORBIS", 44100, 1, 44100, 32, True, True)
    assert format_facts("a.ogg", lossy)["Depth"] == "lossy codec"


def test_reading_adds_peak_chunks_and_checksum(side):
    facts = measured_facts(read_info(side))
    assert "dBFS" in facts["Peak"]
    assert "data" in facts["Chunks"]
    assert facts["Audio MD5"] == "none carried"


def test_a_broadcast_file_tells_what_it_is_and_nothing_that_is_empty():
    bext = Bext(
        description="Side A",
        originator="Archive",
        originator_reference="",
        origination_date="2024-05-06",
        origination_time="10:11:12",
        time_reference=0,
        version=1,
        umid="",
        loudness_value_lufs=None,
        loudness_range_lu=None,
        max_true_peak_dbtp=None,
        max_momentary_lufs=None,
        max_short_term_lufs=None,
        coding_history="A=PCM,F=96000,W=24\r\n",
    )
    assert bext_facts(bext) == {
        "Description": "Side A",
        "Originator": "Archive",
        "Originated": "2024-05-06 10:11:12",
        "History": "A=PCM,F=96000,W=24",
    }


def test_what_is_not_known_to_everyone_is_told_when_pointed_at(opened, qtbot):
    panel = opened.recording
    panel._on_waited()
    qtbot.waitUntil(lambda: "Audio MD5" in panel.facts, timeout=60_000)
    tips = {each.text(): each.toolTip() for each in panel.findChildren(QLabel)}
    assert tips["Audio MD5"].startswith("A checksum of the samples alone")
    assert "exports carry what their format can hold" in tips["Chunks"]
    assert tips["Rate"] == ""
