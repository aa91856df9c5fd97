"""Cards of the models that ship: what files know of them, and what people have to say.

    .venv/bin/python packaging/model_cards.py            writes resources/models/cards/NAME.md
    .venv/bin/python packaging/model_cards.py --check    compares them with what would be written

From the catalogue come name, licence, sources, SHA-256; from the weights the network and how it is
fed; from recipe and curve how it was trained; from model_cards.toml all that no file knows.
"""

import argparse
import csv
import sys
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(REPOSITORY))

from engine.catalog import Entry  # noqa: E402
from engine.catalog_file import read_entries  # noqa: E402
from engine.weights_header import WeightsHeader, read_header  # noqa: E402

MODELS = REPOSITORY / "resources" / "models"
CARDS = MODELS / "cards"
RECIPES = REPOSITORY / "training" / "recipes"
SAID = Path(__file__).with_suffix(".toml")
MEASURED = ".venv-peers/bin/python packaging/benchmarks/models.py --model {name}"
OTHERWISE = {
    "declick-network": ".venv/bin/python packaging/benchmarks/click_sizes.py --seconds 4",
    "treble": ".venv/bin/python packaging/benchmarks/extend.py",
    "waveform-sr-critic": ".venv/bin/python packaging/benchmarks/super_resolution.py "
    "CLEAN_DIR RUNS_DIR",
}
"""Models that are measured by another program."""

Said = Mapping[str, Any]


def card_text(entry: Entry, said: Said) -> str:
    """The card of a model, as Markdown."""
    header = read_header(entry.path)
    parts = [
        f"# {entry.title}\n\n{said['purpose']}",
        _facts(entry, header, said),
        _use(entry, said),
        _scores(entry, said),
        _weaknesses(said),
        _training(entry, header, said),
        _licence(entry),
    ]
    return "\n\n".join(parts) + "\n"


def cards() -> dict[Path, str]:
    """All cards by their files."""
    said = tomllib.loads(SAID.read_text(encoding="utf-8"))
    entries = read_entries(MODELS / "catalog.toml")
    return {CARDS / f"{each.name}.md": card_text(each, said[each.name]) for each in entries}


def _facts(entry: Entry, header: WeightsHeader, said: Said) -> str:
    rows = [
        ("name", f"`{entry.name}`, version {entry.version}"),
        ("for", f"{', '.join(entry.tasks)}, by method `{entry.method}`"),
        ("network", f"`{entry.network}`. {said['network']}"),
        ("parameters", f"{header.n_numbers / 1e6:.2f} million"),
        ("file", f"{entry.path.stat().st_size / 1e6:.2f} MB, safetensors"),
        ("SHA-256", f"`{entry.sha256}`"),
        ("sample rate", f"{entry.sample_rate} Hz; recordings of other rates are brought to it"),
        ("speed", said["speed"]),
    ]
    return table(rows[0], rows[1:])


def _use(entry: Entry, said: Said) -> str:
    return (
        f"## How to use it\n\nIn the window: {said['window']}\n\nFrom the command line:\n\n"
        f"```sh\n{said['command']}\nrunout models show {entry.name}\n```"
    )


def _scores(entry: Entry, said: Said) -> str:
    command = OTHERWISE.get(entry.name, MEASURED.format(name=entry.name))
    told = "Changes from the degraded clip; of LSD less is better, of all else more."
    if entry.name in OTHERWISE:
        told = said.get("told", "Less is better.")
    return (
        "## How well it does\n\nOn clips that no training saw, through the tasks as users run "
        f"them. {told} Measured by `{command}`, with all that was compared in "
        f"`packaging/benchmarks.md`.\n\n{table(said['header'], said['rows'])}"
    )


def _weaknesses(said: Said) -> str:
    lines = "\n".join(f"- {each}" for each in said["weaknesses"])
    return f"## What it does badly\n\n{lines}"


def _training(entry: Entry, header: WeightsHeader, said: Said) -> str:
    recipe = tomllib.loads((RECIPES / entry.recipe).read_text(encoding="utf-8"))
    curve = RECIPES / "curves" / f"{entry.name}.csv"
    with curve.open(encoding="utf-8", newline="") as file:
        last = list(csv.DictReader(file))[-1]
    card, training = header.card, recipe["training"]
    rows = [
        ("recipe", f"`training/recipes/{entry.recipe}`, family `{training['family']}`"),
        ("steps", f"{card.training['steps']}, {training['batch']} excerpts each"),
        ("length of an excerpt", f"{card.segment_samples / card.sample_rate:.2f} s"),
        ("machine", "one core of an AMD EPYC (Zen 5), no GPU"),
        ("curve", f"`training/recipes/curves/{curve.name}`, to step {last['step']}"),
        ("damage it learnt from", said["damage"]),
    ]
    return f"## How it was trained\n\n{said['training']}\n\n{table(rows[0], rows[1:])}"


def _licence(entry: Entry) -> str:
    sources = "; ".join(entry.sources)
    return (
        f"## Licence and sources\n\n{entry.licence}: free for any use, with the names in "
        "[attribution](../ATTRIBUTION.md); a model trained further from it is shared alike. What "
        f"it restores belongs to whoever restores it. It learnt from: {sources}."
    )


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table of Markdown."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("|" + "".join(f" {cell} |" if cell else " |" for cell in row) for row in lines)


def main() -> int:
    """Write the cards or compare them; returns the exit code."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--check", action="store_true", help="write nothing")
    is_check = options.parse_args().check
    CARDS.mkdir(exist_ok=True)
    different = []
    for path, text in cards().items():
        if not is_check:
            path.write_text(text, encoding="utf-8")
        elif not path.is_file() or path.read_text(encoding="utf-8") != text:
            different.append(path.name)
    for name in different:
        print(f"{name} is not as this program writes it; run it", file=sys.stderr)
    return int(bool(different))


if __name__ == "__main__":
    sys.exit(main())
