from app.panels.recording import format_facts, measured_facts
from engine.audio import AudioFormat
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
