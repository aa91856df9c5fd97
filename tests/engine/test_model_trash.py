"""Models in the trash: moved whole, brought back whole, deleted in the end."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from engine.catalog_file import read_entries
from engine.errors import ModelError, StorageError
from engine.model_trash import bring_back, discard_model
from engine.storage.trash import KEPT_DAYS, empty_trash

ENTRY = """[[model]]
name = "hall"
tasks = ["dereverb"]
method = "waveform"
network = "waveform_unet"
sample_rate = 22050
path = "hall-0123.safetensors"
sha256 = "{sha256}"
licence = "CC0-1.0"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    models = tmp_path / "models"
    (models / "hall").mkdir(parents=True)
    (models / "hall.toml").write_text(ENTRY.format(sha256="ab" * 32), encoding="utf-8")
    (models / "hall-0123.safetensors").write_bytes(b"weights")
    (models / "hall" / "card.md").write_text("# Hall", encoding="utf-8")
    (models / "other.toml").write_text("", encoding="utf-8")
    return models


def names(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.rglob("*"))


def test_a_model_goes_with_all_that_belongs_to_it_and_comes_back(folder: Path, tmp_path: Path):
    before = names(folder)
    place = discard_model(folder / "hall.toml", tmp_path / "trash")
    assert names(folder) == ["other.toml"]
    assert names(place) == ["card.md", "hall", "hall-0123.safetensors", "hall.toml"]
    bring_back(place, folder)
    assert names(folder) == before
    assert read_entries(folder / "hall.toml")[0].path.read_bytes() == b"weights"
    assert not place.exists()


def test_a_damaged_entry_goes_alone(folder: Path, tmp_path: Path):
    (folder / "broken.toml").write_text("[[model", encoding="utf-8")
    place = discard_model(folder / "broken.toml", tmp_path / "trash")
    assert names(place) == ["broken.toml"]
    assert (folder / "hall.toml").is_file()


def test_nothing_is_brought_back_over_a_model_of_that_name(folder: Path, tmp_path: Path):
    place = discard_model(folder / "hall.toml", tmp_path / "trash")
    (folder / "hall.toml").write_text("another", encoding="utf-8")
    with pytest.raises(ModelError, match="there is a model 'hall' again; remove that first"):
        bring_back(place, folder)
    assert (folder / "hall.toml").read_text(encoding="utf-8") == "another"
    assert "hall-0123.safetensors" in names(place)


def test_what_cannot_be_moved_stays_whole(folder: Path, tmp_path: Path):
    before = names(folder)
    (tmp_path / "trash").write_bytes(b"a file, where a folder is wanted")
    with pytest.raises(StorageError, match=r"hall\.toml cannot be moved to"):
        discard_model(folder / "hall.toml", tmp_path / "trash")
    assert names(folder) == before


def test_the_trash_is_emptied_of_it_after_a_while(folder: Path, tmp_path: Path):
    trash = tmp_path / "trash"
    discard_model(folder / "hall.toml", trash)
    now = datetime.now(UTC)
    assert empty_trash(trash, now + timedelta(days=KEPT_DAYS - 1)) == 0
    assert empty_trash(trash, now + timedelta(days=KEPT_DAYS + 1)) == 1
    assert list(trash.iterdir()) == []
