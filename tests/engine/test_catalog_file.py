"""Catalogues as files: what is written is read, and what is wrong is told."""

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.catalog import Entry
from engine.catalog_file import entry_to_toml, load_catalog, read_entries
from engine.errors import ModelError
from tests.conftest import REPOSITORY

ENTRY = Entry(
    name="denoise-light",
    title="Light denoiser",
    tasks=("denoise", "declip"),
    method="light",
    network="light",
    sample_rate=44100,
    path=Path("denoise-light.safetensors"),
    sha256="0123456789abcdef" * 4,
    licence="CC-BY-4.0",
    sources=('a "quoted" set\\', "über"),
    version="2",
    scores={"si-sdr dB": 5.25, "lsd": -1.0},
    recipe="light.toml",
    description="For hiss.\nTwo lines.",
)


def written(folder: Path, *entries: Entry, name: str = "catalog") -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}.toml"
    path.write_text("\n".join(entry_to_toml(each) for each in entries), encoding="utf-8")
    return path


def test_an_entry_comes_back_as_it_was_written(tmp_path):
    path = written(tmp_path, ENTRY)
    assert read_entries(path) == (replace(ENTRY, path=tmp_path / ENTRY.path),)


@settings(max_examples=60, deadline=None)
@given(text=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1))
def test_any_text_comes_back_as_it_was_written(tmp_path_factory, text):
    entry = replace(ENTRY, title=text, licence=text, sources=(text,), description=text)
    path = written(tmp_path_factory.mktemp("texts"), entry)
    assert read_entries(path) == (replace(entry, path=path.parent / ENTRY.path),)


def test_what_is_not_said_has_its_default(tmp_path):
    bare = replace(ENTRY, sources=(), version="1", scores={}, recipe="", description="")
    path = tmp_path / "catalog.toml"
    lines = entry_to_toml(bare).splitlines()
    kept = [line for line in lines if not line.startswith(("version", "title"))]
    path.write_text("\n".join(kept), encoding="utf-8")
    assert read_entries(path) == (replace(bare, path=tmp_path / ENTRY.path, title="denoise-light"),)


def test_earlier_folders_are_preferred_and_hide_what_has_the_same_name(tmp_path):
    written(tmp_path / "shipped", ENTRY, replace(ENTRY, name="denoise-dcunet", method="dcunet"))
    written(tmp_path / "own", replace(ENTRY, title="Mine"))
    catalog = load_catalog([tmp_path / "own", tmp_path / "shipped", tmp_path / "missing"])
    assert [(each.name, each.title) for each in catalog.entries] == [
        ("denoise-light", "Mine"),
        ("denoise-dcunet", "Light denoiser"),
    ]
    assert catalog.methods("denoise") == ("light", "dcunet")
    assert catalog.find("denoise", "light").path == tmp_path / "own" / ENTRY.path


def test_the_newest_model_of_a_folder_is_preferred(tmp_path):
    for age, name in enumerate(("c", "a", "b")):
        path = written(tmp_path, replace(ENTRY, name=name), name=name)
        os.utime(path, (1_700_000_000 - age, 1_700_000_000 - age))
    assert [each.name for each in load_catalog([tmp_path]).entries] == ["c", "a", "b"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"colour": "red"}, "has an unknown entry 'colour'; it may have: name, title"),
        ({"sha256": None}, "does not say its sha256"),
        ({"sha256": "ABC"}, "sha256 = 'ABC', which is not 64 small hexadecimal digits"),
        ({"name": "../x"}, "name = '../x', which is not small letters"),
        ({"path": "../../etc/passwd"}, "which is not a file in the catalogue's folder"),
        ({"path": "/etc/passwd"}, "which is not a file in the catalogue's folder"),
        ({"path": "C:weights"}, "which is not a file in the catalogue's folder"),
        ({"sample_rate": 44100.0}, "sample_rate = 44100.0, which is not a whole number"),
        ({"sample_rate": 0}, "sample_rate = 0, which is not a whole number"),
        ({"tasks": "denoise"}, "tasks = 'denoise', which is not a list of texts"),
        ({"tasks": []}, "which is not a list of texts"),
        ({"licence": ""}, "licence = '', which is not a text"),
        ({"scores": {"lsd": "good"}}, "which is not a table of numbers"),
        ({"scores": {"lsd": True}}, "which is not a table of numbers"),
        ({"title": 5}, "title = 5, which is not a text"),
    ],
)
def test_what_is_wrong_is_told_with_the_file_and_the_model(tmp_path, changes, said):
    values: dict[str, Any] = {
        "name": "denoise-light",
        "tasks": ["denoise"],
        "method": "light",
        "network": "light",
        "sample_rate": 44100,
        "path": "x.safetensors",
        "sha256": "0" * 64,
        "licence": "CC0-1.0",
    } | changes
    scores = values.pop("scores", {})
    lines = [f"{name} = {json.dumps(v)}" for name, v in values.items() if v is not None]
    lines += ["[model.scores]", *(f"{name} = {json.dumps(v)}" for name, v in scores.items())]
    path = tmp_path / "catalog.toml"
    path.write_text("\n".join(["[[model]]", *lines]), encoding="utf-8")
    with pytest.raises(ModelError) as caught:
        load_catalog([tmp_path])
    assert said in str(caught.value)
    assert str(path) in str(caught.value)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"[[model", "is not valid TOML"),
        (b"\xff\xfe", "is not valid TOML"),
        (b"colour = 1", "may hold nothing but [[model]] tables"),
        (b"model = 1", "may hold nothing but [[model]] tables"),
        (b"model = [1]", "may hold nothing but [[model]] tables"),
        (b"# " + b"x" * (1 << 20), "larger than the 1 MB it can have"),
    ],
)
def test_a_file_that_is_no_catalogue_is_told(tmp_path, content, said):
    path = tmp_path / "catalog.toml"
    path.write_bytes(content)
    with pytest.raises(ModelError) as caught:
        read_entries(path)
    assert said in str(caught.value)


def test_two_models_of_one_name_are_refused(tmp_path):
    with pytest.raises(ModelError, match="two models of one name"):
        read_entries(written(tmp_path, ENTRY, ENTRY))


def test_damaged_files_are_passed_over_when_somebody_is_told(tmp_path):
    written(tmp_path, ENTRY)
    (tmp_path / "broken.toml").write_text("[[model", encoding="utf-8")
    told: list[ModelError] = []
    catalog = load_catalog([tmp_path], told.append)
    assert [each.name for each in catalog.entries] == ["denoise-light"]
    assert [str(each).startswith("the catalogue ") for each in told] == [True]


def test_the_catalogue_that_ships_is_whole():
    folder = REPOSITORY / "resources" / "models"
    for entry in load_catalog([folder]).entries:
        assert entry.path.is_file()
        assert entry.licence


def test_what_is_optional_is_taken_by_name_alone(tmp_path):
    shipped, own = tmp_path / "shipped", tmp_path / "own"
    for folder, name, more in (
        (shipped, "light", ""),
        (own, "mine", "optional = true\n"),
        (own, "signed", 'optional = true\nsigned = "A. Archivist"\n'),
    ):
        folder.mkdir(exist_ok=True)
        (folder / f"{name}.toml").write_text(
            f'[[model]]\nname = "{name}"\ntasks = ["denoise"]\nmethod = "light"\n'
            f'network = "light"\nsample_rate = 44100\npath = "{name}.safetensors"\n'
            f'sha256 = "{"0" * 64}"\nlicence = "CC0-1.0"\n{more}'
        )
    catalog = load_catalog([own, shipped])
    assert catalog.find("denoise", "light").name == "light"
    assert catalog.preferring(["mine"]).find("denoise", "light").name == "mine"
    serving = catalog.serving("denoise", "light")
    assert {each.name: each.is_experimental for each in serving} == {
        "light": False,
        "mine": True,
        "signed": False,
    }
    assert serving[0].name == "light"
    mine = next(each for each in serving if each.name == "mine")
    assert "optional = true\n" in entry_to_toml(mine)
    (own / "mine.toml").write_text(entry_to_toml(mine).replace("true", '"yes"'))
    with pytest.raises(ModelError, match="optional = 'yes', which is not true or false"):
        load_catalog([own])
