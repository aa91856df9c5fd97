"""Noise sorted by what made it."""

from pathlib import Path

import pytest

from engine.errors import SettingsError, StorageError
from training.noise_classes import find_class, read_noise_classes


def touch(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()


def test_urbansound_names_have_class_and_fold(tmp_path: Path):
    touch(tmp_path, "fold1/7061-6-0-0.wav", "fold10/100-1-2-3.wav", "fold2/101-1-0-0.wav")
    classes = read_noise_classes(tmp_path)
    assert list(classes) == ["car_horn", "gun_shot"]
    assert [each.fold for each in classes["car_horn"]] == ["10", "2"]
    assert find_class(classes, "6") == "gun_shot"


def test_esc_names_have_class_and_fold(tmp_path: Path):
    touch(tmp_path, "audio/1-100032-A-0.wav", "audio/5-9032-B-41.wav")
    classes = read_noise_classes(tmp_path)
    assert {name: files[0].fold for name, files in classes.items()} == {"0": "1", "41": "5"}


def test_a_folder_of_folders_is_a_folder_of_classes(tmp_path: Path):
    touch(tmp_path, "rain/1-17367-A.ogg", "rain/far.ogg", "sea/3.wav", "readme.txt")
    classes = read_noise_classes(tmp_path)
    assert {name: [f.fold for f in files] for name, files in classes.items()} == {
        "rain": ["1", ""],
        "sea": [""],
    }
    with pytest.raises(SettingsError, match="no noise of class '1'; there are: rain, sea"):
        find_class(classes, "1")


def test_a_folder_that_is_missing_or_empty_is_named(tmp_path: Path):
    with pytest.raises(StorageError, match="nowhere is missing"):
        read_noise_classes(tmp_path / "nowhere")
    with pytest.raises(StorageError, match="no recording of noise"):
        read_noise_classes(tmp_path)
