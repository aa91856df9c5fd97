"""What each pair of a data set is made of."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from engine.errors import SettingsError, StorageError
from training.degradations.noise_bank import NoiseBank
from training.degradations.white_noise import WhiteNoise
from training.manifest import (
    Row,
    damage_from_tables,
    damage_to_tables,
    read_manifest,
    write_rows,
)

ROW = Row(
    "000_a", "train", "a.wav", "0" * 64, 7, 100, 8000, "wav", (), {"degraded": (), "clean": ()}
)


def test_rows_come_back_as_they_were(tmp_path: Path):
    damage = damage_to_tables((WhiteNoise(seed=3, snr_db=0.1 + 0.2),), tmp_path)
    rows = (ROW, replace(ROW, name="001_ü", damage={"degraded": damage, "clean": ()}, gain=1 / 3))
    write_rows(rows, tmp_path / "m.jsonl")
    assert read_manifest(tmp_path / "m.jsonl") == rows
    assert [path.name for path in tmp_path.iterdir()] == ["m.jsonl"]


def test_paths_start_from_the_data_folder_wherever_that_is():
    here, there = Path("/here/data"), Path("/there/data")
    damage = (NoiseBank(seed=1, path=here / "noise" / "rain.wav"), WhiteNoise(seed=2))
    tables = damage_to_tables(damage, here)
    assert tables[0]["path"] == "noise/rain.wav"
    assert damage_from_tables(tables, here) == damage
    moved = damage_from_tables(tables, there)[0]
    assert isinstance(moved, NoiseBank)
    assert moved.path == there / "noise" / "rain.wav"


def test_a_manifest_that_cannot_be_read_is_named(tmp_path: Path):
    with pytest.raises(StorageError, match=r"m\.jsonl cannot be read"):
        read_manifest(tmp_path / "m.jsonl")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"name": "../../out"}, "outside the data set"),
        ({"damage": {"..": [], "clean": []}}, "outside the data set"),
        ({"format": "exe"}, "is no row"),
        ({"start": "x"}, "is no row"),
        ({"start": -1}, "is no row"),
        ({"damage": {"degraded": []}}, "is no row"),
        ({"extra": 1}, "is no row"),
    ],
)
def test_a_line_that_is_no_row_is_refused(tmp_path: Path, change: dict[str, object], message: str):
    path = tmp_path / "m.jsonl"
    path.write_text(f"{ROW.to_json()}\n{json.dumps(json.loads(ROW.to_json()) | change)}\n")
    with pytest.raises(SettingsError, match=rf"m\.jsonl, line 2 .*{message}"):
        read_manifest(path)
    path.write_text("{")
    with pytest.raises(SettingsError, match=r"m\.jsonl, line 1 is no row"):
        read_manifest(path)
    path.write_text("")
    with pytest.raises(SettingsError, match="has no rows"):
        read_manifest(path)
