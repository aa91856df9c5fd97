"""Jobs of the model manager, on networks so small that they take no time."""

import hashlib
import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from engine.card import Card
from engine.errors import EngineError, ModelError, SettingsError, StorageError
from engine.jobs.models import (
    IMPORTED,
    SHIPS,
    TRAINED,
    ImportModelJob,
    InspectModelJob,
    ListModelsJob,
    Soundness,
    SupplyWeightsJob,
    VerifyModelJob,
    read_sum,
)
from engine.model_checks import purposes
from engine.model_folder import Told
from engine.models.weights import build_network, save_weights

CONFIG: dict[str, Any] = {"channels": [4, 8, 8, 8, 8]}
TOLD = Told(tasks=("dereverb",), method="waveform", licence="CC0-1.0")


def weights(path: Path, network: str = "waveform_unet", **training: object) -> Path:
    torch.manual_seed(78)
    built = build_network(network, CONFIG if network == "waveform_unet" else {})
    save_weights(path, built, Card(network, built.config.to_mapping(), 22050, 22050, 0.1,
                                   training=training))  # fmt: skip
    return path


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return weights(tmp_path_factory.mktemp("made") / "hall.safetensors")


@pytest.fixture
def own(tmp_path: Path) -> Path:
    return tmp_path / "models"


@pytest.fixture
def shipped(tmp_path: Path, made: Path) -> Path:
    """A folder that ships one model."""
    folder = tmp_path / "shipped"
    entry = ImportModelJob(made, folder, TOLD).run()
    assert entry.name == "hall"
    return folder


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_all_models_are_listed_and_whose_they_are_and_what_serves(own, shipped, made):
    ImportModelJob(made, own, replace(TOLD, name="room")).run()
    ImportModelJob(made, own, replace(TOLD, name="hall")).run()
    (own / "room").mkdir()
    (own / "room" / "card.md").write_text("# Room", encoding="utf-8")
    (own / "broken.toml").write_text("[[model", encoding="utf-8")
    os.utime(own / "room.toml", ns=(0, 0))  # older, so it comes after the other
    listing = ListModelsJob(own, shipped).run()
    found = {(each.entry.name, each.whose): each for each in listing.models}
    assert set(found) == {("room", TRAINED), ("hall", IMPORTED), ("hall", SHIPS)}
    assert found["hall", IMPORTED].serves == ("dereverb",)
    assert found["room", TRAINED].serves == ()
    assert found["hall", SHIPS].hidden_by == IMPORTED
    assert (found["hall", SHIPS].stamp or (0, 0))[0] == made.stat().st_size
    (damaged,) = listing.damaged
    assert damaged.file == own / "broken.toml"
    assert "is not valid TOML" in damaged.problem


def test_weights_are_whole_changed_missing_or_out_of_reach(own, made):
    entry = ImportModelJob(made, own, TOLD).run()
    assert VerifyModelJob(entry).run().soundness is Soundness.WHOLE
    changed = bytearray(entry.path.read_bytes())
    changed[-1] ^= 1
    entry.path.write_bytes(changed)
    found = VerifyModelJob(entry).run()
    assert found.soundness is Soundness.CHANGED
    assert digest(entry.path) in found.problem
    assert entry.sha256 in found.problem
    entry.path.unlink()
    found = VerifyModelJob(entry).run()
    assert found.soundness is Soundness.MISSING
    assert str(entry.path) in found.problem
    assert entry.sha256 in found.problem
    entry.path.mkdir()
    assert VerifyModelJob(entry).run().soundness is Soundness.UNREADABLE


def test_a_file_is_looked_at_before_it_is_imported(tmp_path, made):
    file = tmp_path / "hall.safetensors"
    file.write_bytes(made.read_bytes())
    assert InspectModelJob(file).run().told_sha256 == ""
    beside = tmp_path / "hall.safetensors.sha256"
    beside.write_text(f"{digest(file).upper()}  hall.safetensors\n", encoding="utf-8")
    found = InspectModelJob(file).run()
    assert found.sha256 == found.told_sha256 == digest(file)
    assert found.kind == "restorer"
    assert purposes(found.card, found.kind)["waveform"] == ("dereverb", "extend")
    assert "diffusion" not in purposes(found.card, found.kind)
    assert purposes(replace(found.card, sigma_data=0.1), "prior") == {
        "diffusion": ("declip", "inpaint", "denoise", "extend")
    }
    assert purposes(found.card, "discriminator") == {"waveform-critic": ("extend",)}


def test_a_sum_is_found_in_what_programs_write():
    one = "0123456789abcdef" * 4
    for text in (one, one.upper(), f"{one} *a b.safetensors\n", f"SHA256 (a) = {one}", f"x:{one}"):
        assert read_sum(text) == one
    assert read_sum(one[:-1]) == read_sum(one + "0") == read_sum("") == ""


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\x80\x02}q\x00.", "is not a safetensors file; pickled weights"),
        (b"PK\x03\x04" + bytes(64), "is not a safetensors file; pickled weights"),
        (b"", "is not a safetensors file"),
        ((2).to_bytes(8, "little") + b"{}", "has no card of Runout"),
        ((500).to_bytes(8, "little") + b"{}", "is cut short: it has 10 of 508 bytes"),
    ],
)
def test_files_that_are_no_weights_are_refused_in_a_sentence(tmp_path, content, said):
    file = tmp_path / "model.ckpt"
    file.write_bytes(content)
    with pytest.raises(ModelError, match=said):
        InspectModelJob(file).run()


def test_weights_with_numbers_that_are_not_finite_are_refused(tmp_path, made):
    content = bytearray(made.read_bytes())
    length = int.from_bytes(content[:8], "little")
    header = json.loads(content[8 : 8 + length])
    at = 8 + length + next(e["data_offsets"][0] for k, e in header.items() if k != "__metadata__")
    content[at : at + 4] = b"\x00\x00\xc0\x7f"
    file = tmp_path / "nan.safetensors"
    file.write_bytes(content)
    with pytest.raises(ModelError, match="numbers that are not finite"):
        InspectModelJob(file).run()


@pytest.mark.parametrize(
    ("told", "error", "said"),
    [
        ({"method": "x"}, SettingsError, "dereverb has no method x"),
        ({"tasks": ("extend",), "method": "diffusion"}, ModelError, "works with a prior"),
        ({"tasks": ("extend",), "method": "waveform-critic"}, ModelError, "no discriminator"),
        ({"name": "A/B"}, ModelError, "a model cannot be called 'A/B'"),
    ],
)
def test_what_a_file_is_not_for_is_refused(own, made, told, error, said):
    with pytest.raises(error, match=said):
        ImportModelJob(made, own, replace(TOLD, **told)).run()
    assert not own.exists()


def test_nothing_is_imported_over_another_model_nor_with_another_hash(own, made):
    first = ImportModelJob(made, own, TOLD, digest(made)).run()
    with pytest.raises(ModelError, match="there is a model 'hall' already; give another name"):
        ImportModelJob(made, own, TOLD).run()
    with pytest.raises(ModelError, match="hall.safetensors is another file"):
        ImportModelJob(made, own, replace(TOLD, name="hall-2"), "0" * 64).run()
    assert sorted(each.name for each in own.iterdir()) == [first.path.name, "hall.toml"]


def test_a_full_disk_and_a_folder_that_cannot_be_written_are_told(own, made, monkeypatch):
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("engine.model_folder.sync_file", full)
    with pytest.raises(StorageError, match="cannot be written: No space left on device"):
        ImportModelJob(made, own, TOLD).run()
    assert list(own.iterdir()) == []
    own.rmdir()
    own.write_bytes(b"a file, where a folder is wanted")
    with pytest.raises(StorageError, match="cannot be written"):
        ImportModelJob(made, own, TOLD).run()


def test_missing_weights_are_taken_from_the_very_file_alone(own, shipped, made, tmp_path):
    room = ImportModelJob(made, own, replace(TOLD, name="room")).run()
    hall = ListModelsJob(tmp_path / "none", shipped).run().models[0].entry
    for entry in (room, hall):  # one's own go where they were, others into one's own folder
        entry.path.unlink()
        other = weights(tmp_path / "other.safetensors", description="Another.")
        with pytest.raises(EngineError, match="other.safetensors is another file"):
            SupplyWeightsJob(other, entry, own).run()
        supplied = SupplyWeightsJob(made, entry, own).run()
        assert supplied.path.parent == own
        assert VerifyModelJob(supplied).run().soundness is Soundness.WHOLE
    listed = {(each.entry.name, each.whose) for each in ListModelsJob(own, shipped).run().models}
    assert listed == {("room", IMPORTED), ("hall", IMPORTED), ("hall", SHIPS)}
