import struct

import pytest
import soundfile

from engine.audio_file import open_audio
from engine.errors import StorageError
from engine.storage.contents import Mark
from engine.storage.label_file import (
    cue_marks,
    labels_of_marks,
    marks_of_labels,
    read_labels,
    write_labels,
)

MARKS = (Mark(0.5, 0.5, "Solo"), Mark(1.0, 2.25, "run-in", "noise"), Mark(3.0, 4.0, "", "music"))


def chunk(name, payload):
    return name + struct.pack("<I", len(payload)) + payload + b"\0" * (len(payload) % 2)


@pytest.fixture
def wav(tmp_path, rng):
    """A second at 8 kHz with two cue points, one of them a stretch with a name."""
    path = tmp_path / "cues.wav"
    soundfile.write(path, 0.1 * rng.standard_normal(8000), 8000, subtype="PCM_16")
    cues = struct.pack("<I", 2)
    for number, sample in ((1, 2000), (7, 4000)):
        cues += struct.pack("<II4sIII", number, sample, b"data", 0, 0, sample)
    label = chunk(b"labl", struct.pack("<I", 7) + b"Solo\0")
    length = chunk(b"ltxt", struct.pack("<II4sHHHH", 7, 800, b"rgn ", 0, 0, 0, 0))
    content = path.read_bytes() + chunk(b"cue ", cues) + chunk(b"LIST", b"adtl" + label + length)
    path.write_bytes(b"RIFF" + struct.pack("<I", len(content) - 8) + content[8:])
    return path


def test_a_comma_in_a_time_is_a_decimal_point():
    (mark,) = marks_of_labels("1,25\t2,5\tone, two\n", "labels.txt")
    assert mark == Mark(1.25, 2.5, "one, two")


def test_marks_come_back_from_the_labels_they_were_written_to(tmp_path):
    path = tmp_path / "side markers.txt"
    write_labels(path, MARKS)
    assert read_labels(path) == MARKS


def test_labels_are_as_audacity_writes_them():
    assert labels_of_marks(MARKS[:2]) == (
        "0.500000\t0.500000\tSolo\n1.000000\t2.250000\t[noise] run-in\n"
    )


def test_bands_and_empty_lines_of_a_label_file_are_passed_over():
    text = "\ufeff1.0\t2.0\tcough\n\\\t200.0\t4000.0\n\n3.5\n"
    assert marks_of_labels(text, "a.txt") == (Mark(1.0, 2.0, "cough"), Mark(3.5, 3.5, ""))


@pytest.mark.parametrize(
    "line", ["one\ttwo\tthree", "2.0\t1.0\tbackwards", "nan\t1\tx", "-1\t1\tx"]
)
def test_what_is_no_label_is_told_with_its_line(line):
    with pytest.raises(StorageError, match=r"line 2 of a\.txt is no label"):
        marks_of_labels(f"0.0\t0.0\tfirst\n{line}\n", "a.txt")


def test_cue_points_are_read_with_names_and_lengths_and_the_file_stays(wav):
    before = wav.read_bytes()
    with open_audio(wav) as source:
        assert cue_marks(source) == (Mark(0.25, 0.25, ""), Mark(0.5, 0.6, "Solo"))
    assert wav.read_bytes() == before


def test_a_file_without_cue_points_has_none(tmp_path, rng):
    path = tmp_path / "plain.wav"
    soundfile.write(path, 0.1 * rng.standard_normal(8000), 8000)
    with open_audio(path) as source:
        assert cue_marks(source) == ()
