import numpy as np
import pytest
import soundfile

from engine.audio_file import open_audio
from engine.cue_points import CuePoint
from engine.export import export_set
from engine.export_plan import ExportRequest
from engine.project import State
from engine.storage.contents import Mark
from engine.storage.label_file import cue_marks, cue_points

RATE = 8000
MARKS = (
    Mark(0.25, 0.25, "Solo"),
    Mark(0.5, 0.6, "Refrän"),
    Mark(0.7, 0.8, "", "noise"),
    Mark(0.9, 0.9, ""),
)


@pytest.fixture
def source(tmp_path, rng):
    path = tmp_path / "side.wav"
    soundfile.write(path, 0.1 * rng.standard_normal(RATE), RATE, subtype="PCM_16")
    return path


def exported(source, output, cues):
    with open_audio(source) as file:
        request = ExportRequest(output, "1.0", write_report=False, cues=cues)
        return export_set(State(file), file, request)


def test_markers_come_back_from_the_cue_points_of_an_export(source, tmp_path):
    output = tmp_path / "out.wav"
    done = exported(source, output, cue_points(MARKS, RATE))
    assert "3 markers are written as cue points." in done.notes
    with open_audio(output) as file:
        assert cue_marks(file) == (MARKS[0], MARKS[1], MARKS[3])
        with open_audio(source) as before:
            wanted = before.read_native(0, RATE)
        assert np.array_equal(file.read_native(0, RATE), wanted)


def test_cue_points_of_the_source_stay_and_none_are_added(source, tmp_path):
    first, second = tmp_path / "first.wav", tmp_path / "second.wav"
    exported(source, first, (CuePoint(800, 0, "its own"),))
    done = exported(first, second, (CuePoint(1600, 0, "ours"),))
    assert "The cue points of the source are kept as they are" in done.notes[0]
    with open_audio(second) as file:
        assert cue_marks(file) == (Mark(0.1, 0.1, "its own"),)


def test_a_format_without_a_place_for_markers_says_so(source, tmp_path):
    done = exported(source, tmp_path / "out.flac", (CuePoint(800, 0, "a"),))
    assert any("FLAC has no place for cue points" in note for note in done.notes)


def test_without_markers_a_file_is_what_it_was(source, tmp_path):
    exported(source, tmp_path / "out.wav", ())
    assert (tmp_path / "out.wav").read_bytes() == source.read_bytes()
