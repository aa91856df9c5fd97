"""Cards of the models that ship: as the program writes them, and true to the files they tell of."""

import re
import tomllib

import pytest

import model_cards
from engine.catalog_file import read_entries
from engine.model_folder import verify_model

ENTRIES = read_entries(model_cards.MODELS / "catalog.toml")
CARDS = model_cards.cards()
MOST_UNLIKE = 0.006
"""Tables round to hundredths or thousandths."""

each_model = pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)


def test_cards_are_as_the_program_writes_them():
    for path, text in CARDS.items():
        assert path.read_text(encoding="utf-8") == text, path.name
    assert set(model_cards.CARDS.iterdir()) == set(CARDS)


@each_model
def test_a_card_tells_what_can_be_checked(entry):
    text = CARDS[model_cards.CARDS / f"{entry.name}.md"]
    verify_model(entry)
    assert entry.sha256 in text
    assert entry.licence in text
    assert all(source in text for source in entry.sources)
    assert text.count("\n## ") == 5
    assert f"{entry.path.stat().st_size / 1e6:.2f} MB" in text


@each_model
def test_a_card_says_what_its_model_does_badly(entry):
    text = CARDS[model_cards.CARDS / f"{entry.name}.md"]
    badly = text.split("## What it does badly")[1].split("\n## ")[0]
    assert badly.count("\n- ") >= 1


@each_model
def test_the_figures_of_a_card_are_those_of_the_catalogue(entry):
    text = CARDS[model_cards.CARDS / f"{entry.name}.md"]
    told = [float(each) for each in re.findall(r"[-+]?\d+\.\d+", text)]
    for name, value in entry.scores.items():
        assert min(abs(value - each) for each in told) < MOST_UNLIKE, name


@each_model
def test_the_figures_of_a_card_stand_in_the_benchmarks(entry):
    benchmarks = (model_cards.REPOSITORY / "packaging" / "benchmarks.md").read_text("utf-8")
    said = tomllib.loads(model_cards.SAID.read_text(encoding="utf-8"))[entry.name]
    figures = re.findall(r"\d+\.\d+", " ".join(" ".join(row) for row in said["rows"]))
    assert figures
    assert [each for each in figures if each not in benchmarks] == []
