"""What is refused before an export begins, and how outputs are named."""

import json
import os
from pathlib import Path

import numpy as np
import pytest

from engine.errors import AudioFormatError, StorageError
from engine.export_plan import ExportRequest, history_text, writable_name
from engine.project import Patch
from tests.engine.test_audio_file import write
from tests.engine.test_export import everything, export_unchanged, operation, request


def test_all_outputs_are_named_after_the_result(tmp_path):
    wanted = request(tmp_path / "side.a.flac", write_removed=True)
    names = [path.name for path in wanted.targets]
    assert names == ["side.a.flac", "side.a.removed.flac", "side.a.runout.json"]
    assert request(tmp_path / "x.wav", write_report=False).targets == (tmp_path / "x.wav",)


def test_the_line_of_history_names_tasks_in_order_and_counts_repeats():
    done = operation(Patch(0, np.zeros((1, 1), np.float32)))
    wanted = ExportRequest(Path("x.wav"), "1.0", headroom_db=1.5)
    assert history_text((done, done), wanted) == "Runout 1.0; gain x2; gain -1.5 dB"
    assert history_text((), request(Path("x.wav"))) == "Runout 1.2.3; no operation"


def test_a_name_that_cannot_be_written_gets_wav():
    assert writable_name(Path("a/side.mp3")) == Path("a/side.wav")
    assert writable_name(Path("a/side.FLAC")) == Path("a/side.FLAC")


@pytest.mark.parametrize(
    ("subtype", "n_channels", "name", "words"),
    [
        ("PCM_16", 1, "out.mp3", "choose a name in .wav or .flac"),
        ("PCM_16", 1, "out", "choose a name in .wav or .flac"),
        ("PCM_16", 1, "out.aif", "AIFF is only made from AIFF"),
        ("FLOAT", 1, "out.flac", "32-bit float samples"),
        ("PCM_32", 1, "out.flac", "32-bit integer samples"),
        ("PCM_16", 9, "out.flac", "up to 8 channels and there are 9"),
    ],
)
def test_a_format_that_cannot_hold_the_audio_is_refused(
    rng, tmp_path, subtype, n_channels, name, words
):
    path = write(tmp_path / "side.wav", rng.uniform(-1, 1, (n_channels, 100)), subtype=subtype)
    with pytest.raises(AudioFormatError, match=words):
        export_unchanged(path, tmp_path / name)
    assert os.listdir(tmp_path) == ["side.wav"]


@pytest.mark.parametrize("how", ["same", "symlink", "hardlink", "relative"])
def test_an_output_that_is_the_source_is_refused_even_with_leave_to_overwrite(rng, tmp_path, how):
    path = write(tmp_path / "side.wav", rng.uniform(-1, 1, (1, 300)))
    target = tmp_path / "link.wav"
    if how == "symlink":
        target.symlink_to(path)
    elif how == "hardlink":
        os.link(path, target)
    else:
        target = path if how == "same" else tmp_path / ".." / tmp_path.name / "side.wav"
    with pytest.raises(StorageError, match="is the source itself"):
        export_unchanged(path, target, overwrite=True)


def test_a_removed_part_that_would_replace_the_source_is_refused(rng, tmp_path):
    path = write(tmp_path / "side.removed.wav", rng.uniform(-1, 1, (1, 300)))
    with pytest.raises(StorageError, match="is the source itself"):
        export_unchanged(path, tmp_path / "side.wav", write_removed=True, overwrite=True)


@pytest.mark.parametrize("name", ["out.wav", "out.removed.wav", "out.runout.json"])
def test_an_output_that_exists_is_refused_without_leave_to_overwrite(rng, tmp_path, name):
    path = write(tmp_path / "side.wav", rng.uniform(-1, 1, (1, 300)))
    (tmp_path / name).write_text("mine")
    with pytest.raises(StorageError, match=f"^{name} exists already"):
        export_unchanged(path, tmp_path / "out.wav", write_removed=True)
    assert (tmp_path / name).read_text() == "mine"
    done = export_unchanged(path, tmp_path / "out.wav", write_removed=True, overwrite=True)
    assert sorted(os.listdir(tmp_path)) == [
        "out.removed.wav", "out.runout.json", "out.wav", "side.wav"
    ]  # fmt: skip
    assert np.array_equal(everything(done.result), everything(path))
    assert json.loads((tmp_path / "out.runout.json").read_text())["schema"] == 1


def test_a_disk_that_is_too_small_is_told_with_numbers(rng, tmp_path, monkeypatch):
    path = write(tmp_path / "side.wav", rng.uniform(-1, 1, (2, 500_000)))
    usage = type("Usage", (), {"free": 300_000})()
    monkeypatch.setattr("shutil.disk_usage", lambda folder: usage)
    with pytest.raises(StorageError, match=r"^out.wav .* 4.1 MB .* 0.3 MB are free"):
        export_unchanged(path, tmp_path / "out.wav", write_removed=True)
    assert os.listdir(tmp_path) == ["side.wav"]


def test_a_missing_folder_is_named(rng, tmp_path):
    path = write(tmp_path / "side.wav", rng.uniform(-1, 1, (1, 300)))
    with pytest.raises(StorageError, match="there is no folder .*create it"):
        export_unchanged(path, tmp_path / "none" / "out.wav")


def test_a_removed_part_of_an_earlier_export_is_told(rng, tmp_path):
    path = write(tmp_path / "side.wav", rng.uniform(-1, 1, (1, 300)))
    assert export_unchanged(path, tmp_path / "out.wav", write_removed=True).notes == ()
    done = export_unchanged(path, tmp_path / "out.wav", overwrite=True)
    expected = "out.removed.wav is from an earlier export and does not belong to this result."
    assert done.notes == (expected,)
