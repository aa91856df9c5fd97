"""Ship a trained model: weights, entry in the catalogue and curve, from the folder of its run.

    .venv/bin/python packaging/ship_model.py RUN_DIR [--weights last] [--scores FILE.json]
        [--most-change-db -60]

The recipe of the run says what the catalogue tells: [model] has tasks, method, licence, sources and
description. Weights are stored in 16 bits where that moves what the network gives by less than
-60 dB, or than the option says, else in 32; figures are to be measured with what ships. A model of
the same name is replaced.
"""

import argparse
import json
import re
import shutil
import sys
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(REPOSITORY))

import torch  # noqa: E402

from engine.card import Card  # noqa: E402 - not installed
from engine.catalog_file import read_entries  # noqa: E402
from engine.models.critic import Critic  # noqa: E402
from engine.models.network import Network  # noqa: E402
from engine.models.weights import load_weights, save_weights  # noqa: E402

MODELS = REPOSITORY / "resources" / "models"
CURVES = REPOSITORY / "training" / "recipes" / "curves"
CATALOG = MODELS / "catalog.toml"
MOST_CHANGE_DB = -60.0


def change_db(a: Network, b: Network, card: Card) -> float:
    """By how much two networks differ on noise at the level of training."""
    torch.manual_seed(0)
    samples = (card.level or 0.1) * torch.randn(1, a.n_channels, min(card.segment_samples, 65536))
    with torch.inference_mode():
        given = [_given(each, samples, card) for each in (a, b)]
    power = (given[0] - given[1]).square().mean() / given[0].square().mean().clamp_min(1e-20)
    return float(10.0 * torch.log10(power + 1e-20))


def _given(network: Network, samples: torch.Tensor, card: Card) -> torch.Tensor:
    if network.kind == "prior" and card.sigma_data:
        given: torch.Tensor = network(samples, torch.full((len(samples),), -1.0))
    elif isinstance(network, Critic):
        given = torch.cat([each.flatten() for each in network.verdicts(samples, samples.roll(1))])
    else:
        given = network(samples)
    return given


def entry_text(recipe: dict[str, Any], card: Card, sha256: str, scores: dict[str, float]) -> str:
    """The table of a model in the catalogue."""
    model = recipe["model"]
    values = {
        "name": recipe["name"],
        "title": recipe["title"],
        "tasks": model["tasks"],
        "method": model["method"],
        "network": card.network,
        "sample_rate": card.sample_rate,
        "path": f"{recipe['name']}.safetensors",
        "sha256": sha256,
        "licence": model["licence"],
        "sources": model["sources"],
        "version": str(model.get("version", "1")),
        "recipe": f"{recipe['name']}.toml",
        "description": model["description"],
    }
    lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in values.items()]
    text = "[[model]]\n" + "\n".join(lines) + "\n"
    if scores:
        told = "\n".join(f"{key} = {value:.4g}" for key, value in scores.items())
        text += f"[model.scores]\n{told}\n"
    return text


def put_entry(text: str, name: str) -> None:
    """Replace the table of a name in the catalogue, or add it."""
    head, *tables = re.split(r"(?m)^(?=\[\[model\]\])", CATALOG.read_text(encoding="utf-8"))
    kept = [each.strip() for each in tables if f'name = "{name}"' not in each]
    tables = sorted([*kept, text.strip()])
    CATALOG.write_text(head.rstrip() + "\n\n" + "\n\n".join(tables) + "\n", encoding="utf-8")
    read_entries(CATALOG)


def main() -> int:
    """Ship the model of a run."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("run", type=Path)
    options.add_argument("--weights", choices=("best", "last"), default="last")
    options.add_argument("--scores", type=Path, help="JSON with figures by name")
    options.add_argument("--most-change-db", type=float, default=MOST_CHANGE_DB)
    chosen = options.parse_args()
    recipe = tomllib.loads((chosen.run / "recipe.toml").read_text(encoding="utf-8"))
    model = load_weights(chosen.run / f"{chosen.weights}.safetensors")
    facts = recipe["model"]
    kept = {k: facts[k] for k in ("context_s", "segment_samples") if k in facts}
    card = replace(model.card, **kept)
    path = MODELS / f"{recipe['name']}.safetensors"
    sha256 = save_weights(path, model.network, card, half=True)
    change = change_db(model.network, load_weights(path).network, card)
    print(f"16 bits change what it gives by {change:.1f} dB")
    if change > chosen.most_change_db:
        sha256 = save_weights(path, model.network, card)
    scores = json.loads(chosen.scores.read_text()) if chosen.scores else _old_scores(recipe["name"])
    put_entry(entry_text(recipe, card, sha256, scores), recipe["name"])
    CURVES.mkdir(exist_ok=True)
    if (chosen.run / "curve.csv").is_file():
        shutil.copyfile(chosen.run / "curve.csv", CURVES / f"{recipe['name']}.csv")
    print(f"{path.name}: {path.stat().st_size / 1e6:.2f} MB, {sha256}")
    return 0


def _old_scores(name: str) -> dict[str, float]:
    """Those of the entry that is replaced."""
    entries = {each.name: each for each in read_entries(CATALOG)}
    return dict(entries[name].scores) if name in entries else {}


if __name__ == "__main__":
    sys.exit(main())
