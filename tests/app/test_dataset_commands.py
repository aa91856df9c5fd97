"""Data sets and correlations on the command line."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

from app.cli import main
from tests.signals import music

RATE = 8000
RECIPE = """
name = "test"
[data]
clean = ["music"]
sample_rate = 8000
segment_samples = 1600
target = "noisy"
validation_share = 0.0
[pairs]
kind = "white"
snr_db = [10.0, 12.0]
[dataset]
count = 4
choice = "diverse"
"""


@pytest.fixture
def recipe(tmp_path: Path, rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("app.paths.cache", lambda: tmp_path / "cache")
    (tmp_path / "music").mkdir()
    soundfile.write(tmp_path / "music" / "a.wav", music(rng, 2.0, RATE).samples[0], RATE)
    path = tmp_path / "recipe.toml"
    path.write_text(RECIPE)
    return path


def test_a_recipe_becomes_pairs_whose_noises_do_not_correlate(recipe: Path, capsys):
    output = recipe.with_name("set")
    assert main(["dataset", str(recipe), "-o", str(output)]) == 0
    assert capsys.readouterr().out == f"{output}\n"
    assert len(list((output / "noisy_a").iterdir())) == 4
    assert len((output / "manifest.jsonl").read_text().splitlines()) == 4
    table = recipe.with_name("table.csv")
    sides = [str(output / name) for name in ("noisy_a", "noisy_b")]
    assert main(["correlate", *sides, "-o", str(table)]) == 0
    rows = list(csv.DictReader(table.read_text().splitlines()))
    assert len(rows) == 4
    assert all(float(row["pearson_r"]) > 0.85 for row in rows)
    again = recipe.with_name("again")
    words = ["--from-manifest", str(output / "manifest.jsonl"), "--data", str(recipe.parent)]
    assert main(["dataset", "-o", str(again), *words]) == 0
    assert (again / "manifest.jsonl").read_bytes() == (output / "manifest.jsonl").read_bytes()


def test_how_much_is_said_in_pairs_or_seconds(recipe: Path, capsys):
    for words, pairs in ((["--count", "3"], 3), (["--seconds", "1.1"], 6)):
        output = recipe.with_name(words[0])
        assert main(["dataset", str(recipe), "-o", str(output), *words, "--json"]) == 0
        assert json.loads(capsys.readouterr().out)["pairs"] == pairs


def test_one_broken_file_ends_in_3_with_a_sentence(recipe: Path, capsys):
    (recipe.parent / "music" / "broken.wav").write_bytes(b"RIFFxxxxWAVE")
    assert main(["dataset", str(recipe), "-o", str(recipe.with_name("set"))]) == 3
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("broken.wav")


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["{recipe}", "--from-manifest", "{recipe}"],
        ["{recipe}", "--count", "3", "--seconds", "2"],
        ["--from-manifest", "{recipe}", "--count", "3"],
    ],
)
def test_words_that_contradict_one_another_end_in_2(recipe: Path, words: list[str]):
    said = [word.format(recipe=recipe) for word in words]
    assert main(["dataset", "-o", str(recipe.with_name("set")), *said]) == 2
    assert not recipe.with_name("set.part").exists()


def test_what_is_missing_ends_in_1_with_a_sentence(recipe: Path, capsys):
    output = recipe.with_name("set")
    assert main(["dataset", str(recipe.with_name("no.toml")), "-o", str(output)]) == 1
    assert "no.toml is missing" in capsys.readouterr().err
    assert main(["dataset", str(recipe), "-o", str(output), "--data", "nowhere"]) == 1
    assert "nowhere is no folder" in capsys.readouterr().err


def test_files_without_a_partner_are_named_and_end_in_3(recipe: Path, capsys):
    for name in ("one/x.wav", "two/x.wav", "one/lonely.wav"):
        path = recipe.parent / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes((recipe.parent / "music" / "a.wav").read_bytes())
    table = recipe.with_name("table.json")
    words = ["correlate", str(recipe.parent / "one"), str(recipe.parent / "two"), "-o", str(table)]
    assert main([*words, "--json"]) == 3
    said = capsys.readouterr()
    assert "lonely.wav" in said.err
    assert json.loads(said.out)["unpaired"] == ["lonely.wav"]
    (row,) = json.loads(table.read_text())["pairs"]
    assert row["pearson_r"] == pytest.approx(1.0, abs=1e-12)
    assert main(words) == 1
    assert "--overwrite" in capsys.readouterr().err
    assert main([*words[:-1], str(table.with_suffix(".txt"))]) == 2
