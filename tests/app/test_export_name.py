"""Names of exports: filled in, cut, ended and numbered."""

from pathlib import Path

import pytest

from app.export_name import default_target, freed, with_suffix
from engine.export_plan import ExportRequest


def test_the_default_name_lies_beside_the_source_in_a_format_that_can_be_written(tmp_path):
    assert default_target(tmp_path / "side a.flac", "new") == tmp_path / "new.flac"
    assert default_target(tmp_path / "side.mp3", "new") == tmp_path / "new.wav"


def test_a_number_frees_the_names_of_the_whole_set(tmp_path):
    request = ExportRequest(tmp_path / "side a.wav", "1", write_removed=True)
    assert freed(request) == request
    (tmp_path / "side a.runout.json").touch()
    assert freed(request).output == tmp_path / "side a 2.wav"
    (tmp_path / "side a 2.removed.wav").touch()
    assert [each.name for each in freed(request).targets] == [
        "side a 3.wav", "side a 3.removed.wav", "side a 3.runout.json"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "suffix", "expected"),
    [
        ("side.wav", ".flac", "side.flac"),
        ("No. 1 restored", ".wav", "No. 1 restored.wav"),
        ("side.a.WAV", ".rf64", "side.a.rf64"),
    ],
)
def test_only_the_end_that_is_a_format_is_another_one(name, suffix, expected):
    assert with_suffix(Path("there", name), suffix) == Path("there", expected)
