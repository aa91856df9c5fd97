"""The side of a recording in a published collection."""

import json
from pathlib import Path

import pytest

from training.official_splits import official_split

ROWS = {"2004/a.wav": "train", "2006/b.wav": "validation", "2006/c.wav": "test"}


def as_csv() -> str:
    lines = [f'"Composer, A.",Title,{side},2004,x.midi,{name},1.5' for name, side in ROWS.items()]
    head = "canonical_composer,canonical_title,split,year,midi_filename,audio_filename,duration"
    return "\n".join((head, *lines))


def as_rows() -> str:
    return json.dumps([{"audio_filename": name, "split": side} for name, side in ROWS.items()])


def as_columns() -> str:
    return json.dumps(
        {
            "audio_filename": dict(enumerate(ROWS)),
            "split": dict(enumerate(ROWS.values())),
        }
    )


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("maestro-v3.0.0.csv", as_csv()),
        ("maestro-v2.0.0.json", as_rows()),
        ("maestro-v3.0.0.json", as_columns()),
    ],
)
def test_maestro_says_it_in_its_table(tmp_path: Path, name: str, text: str):
    (tmp_path / name).write_text(text)
    assert {each: official_split(tmp_path / each) for each in ROWS} == ROWS
    assert official_split(tmp_path / "2006" / "added.wav") == ""


def test_musdb_says_it_by_folders(tmp_path: Path):
    assert official_split(tmp_path / "train/Song/mixture.wav") == "train"
    assert official_split(tmp_path / "test/Song/mixture.wav") == "test"
    assert official_split(tmp_path / "test/Song.stem.mp4") == "test"


def test_other_folders_say_nothing_and_a_broken_table_neither(tmp_path: Path):
    (tmp_path / "maestro-broken.json").write_text("{")
    (tmp_path / "maestro-list.csv").write_text("some,thing\nelse,entirely\n")
    assert official_split(tmp_path / "a.wav") == ""
    assert official_split(Path("train/music/a.wav")) == ""


@pytest.mark.parametrize(
    "text", ["3", "null", '"a"', "[" * 100_000, '[{"audio_filename": "a.wav", "split": ["x"]}]']
)
def test_a_table_of_other_kinds_says_nothing(tmp_path: Path, text: str):
    (tmp_path / "maestro-v9.json").write_text(text)
    (tmp_path / "maestro-v9.csv").write_text("audio_filename,split\n" + "x" * 200_000 + ",train\n")
    assert official_split(tmp_path / "a.wav") == ""
