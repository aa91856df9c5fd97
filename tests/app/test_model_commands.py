"""Models on the command line."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
import torch

from app import paths
from app.cli import main
from app.equipment import load_equipment
from engine.card import Card
from engine.models.weights import build_network, save_weights

pytestmark = pytest.mark.usefixtures("no_model_ships")

CONFIG: dict[str, Any] = {"channels": [4, 8, 8, 8, 8]}


def weights(path: Path, network: str = "waveform_unet", **training: object) -> Path:
    torch.manual_seed(78)
    config = CONFIG if network == "waveform_unet" else {}
    built = build_network(network, config)
    card = Card(network, built.config.to_mapping(), 22050, 22050, 0.1, training=training)
    save_weights(path, built, card)
    return path


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return weights(tmp_path / "hall.safetensors", description="For rooms that ring.")


@pytest.fixture
def imported(file: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    words = ["--task", "dereverb", "--method", "waveform", "--licence", "CC0-1.0"]
    assert main(["models", "import", str(file), *words]) == 0
    assert capsys.readouterr().out == "hall\n"
    return file


def told(capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    assert main([*words, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_an_imported_model_is_listed_shown_and_found_by_its_task(
    imported: Path, capsys: pytest.CaptureFixture[str]
):
    digest = hashlib.sha256(imported.read_bytes()).hexdigest()
    facts = told(capsys, "models", "show", "hall")
    assert facts == {
        "name": "hall",
        "title": "hall",
        "description": "For rooms that ring.",
        "tasks": ["dereverb"],
        "method": "waveform",
        "network": "waveform_unet",
        "sample_rate": 22050,
        "version": "1",
        "licence": "CC0-1.0",
        "sources": [],
        "scores": {},
        "recipe": "",
        "optional": False,
        "signed": "",
        "path": str(paths.user_models() / f"hall-{digest[:12]}.safetensors"),
        "sha256": digest,
        "imported": True,
    }
    assert facts in told(capsys, "models", "list")
    assert main(["models", "list"]) == 0
    assert "dereverb by waveform; waveform_unet, 22050 Hz, imported" in capsys.readouterr().out
    assert main(["models", "show", "hall"]) == 0
    assert f"sha256       {digest}" in capsys.readouterr().out
    assert load_equipment().catalog.find("dereverb", "waveform").sha256 == digest


def test_all_weights_are_verified(imported: Path, capsys: pytest.CaptureFixture[str]):
    assert {"name": "hall", "is_whole": True, "error": None} in told(capsys, "models", "verify")[
        "models"
    ]
    (copy,) = paths.user_models().glob("*.safetensors")
    changed = bytearray(copy.read_bytes())
    changed[-1] ^= 1
    copy.write_bytes(changed)
    assert main(["models", "verify"]) == 1
    said = capsys.readouterr()
    assert hashlib.sha256(changed).hexdigest() in said.err
    assert hashlib.sha256(imported.read_bytes()).hexdigest() in said.err
    assert "hall: whole" not in said.out
    assert main(["models", "verify", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["damaged"] == 1


def test_a_model_is_removed(imported: Path, capsys: pytest.CaptureFixture[str]):
    assert told(capsys, "models", "remove", "hall") == {"removed": "hall"}
    assert list(paths.user_models().iterdir()) == []
    assert imported.is_file()


def test_a_damaged_catalogue_takes_nothing_else_away(
    imported: Path, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
):
    (paths.user_models() / "broken.toml").write_text("[[model", encoding="utf-8")
    assert main(["models", "list"]) == 0
    said = capsys.readouterr()
    assert "hall" in said.out
    assert "broken.toml is not valid TOML" in said.err
    assert load_equipment().catalog.methods("dereverb") == ("waveform",)
    assert "broken.toml is not valid TOML" in caplog.text
    assert main(["models", "remove", "broken"]) == 0
    assert main(["models", "verify"]) == 0


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["import", "FILE"], 1, "does not say for which task; give it with --task"),
        (["import", "FILE", "--task", "gain", "--method", "x"], 2, "gain has no method x"),
        (["import", "FILE", "--task", "dereverb", "--method", "x"], 2, "dereverb by waveform"),
        (["import", "gone.safetensors"], 1, "missing"),
        (["import", "PICKLE"], 1, "is not a safetensors file"),
        (["import", "CRITIC", "--task", "dereverb", "--method", "waveform"], 1, "restores none"),
        (["import", "FILE", "--name", "A/B"], 1, "a model cannot be called 'A/B'"),
        (["import"], 2, "Missing argument"),
        (["show", "gone"], 1, "there is no model 'gone'"),
        (["remove", "gone"], 1, "there is no imported model 'gone'"),
    ],
)
def test_what_is_wrong_is_told_in_a_sentence(
    file: Path, words: list[str], code: int, said: str, capsys: pytest.CaptureFixture[str]
):
    pickled = file.with_name("model.pt")
    torch.save({"a": torch.zeros(3)}, pickled)
    critic = weights(file.with_name("critic.safetensors"), "patch_discriminator")
    places = {"FILE": str(file), "PICKLE": str(pickled), "CRITIC": str(critic)}
    assert main(["models", *(places.get(word, word) for word in words)]) == code
    told = capsys.readouterr()
    assert said in told.err
    assert told.out == ""
    assert not paths.user_models().exists()


def test_a_name_that_is_taken_is_refused(imported: Path, capsys: pytest.CaptureFixture[str]):
    words = ["--task", "dereverb", "--method", "waveform"]
    assert main(["models", "import", str(imported), *words]) == 1
    assert "remove it with `runout models remove hall`" in capsys.readouterr().err
    assert main(["models", "import", str(imported), *words, "--name", "hall-2"]) == 0


def test_a_network_that_restores_is_refused_where_a_prior_is_asked(file, capsys):
    words = ["--task", "extend", "--method", "diffusion", "--licence", "CC0-1.0"]
    assert main(["models", "import", str(file), *words]) == 1
    assert capsys.readouterr().err.strip() == (
        "hall is a network that restores, and extend by method diffusion works with a prior; "
        "name another task or method"
    )
    assert load_equipment().catalog.entries == ()


def test_a_critic_is_imported_as_one_and_nothing_else_is(file, capsys):
    critic = weights(file.with_name("critic.safetensors"), "patch_discriminator")
    words = ["--task", "extend", "--method", "waveform-critic", "--licence", "CC0-1.0"]
    assert main(["models", "import", str(file), *words]) == 1
    assert "is no discriminator, and cannot be a critic" in capsys.readouterr().err
    assert main(["models", "import", str(critic), *words]) == 0
    assert load_equipment().catalog.find("extend", "waveform-critic").name == "critic"
