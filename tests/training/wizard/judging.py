"""A training that has ended, as the pages after it find it: tiny networks, seconds of sound."""

import hashlib
import json
from pathlib import Path

import numpy as np
import soundfile
import torch

from engine.card import Card
from engine.catalog import Catalog, Entry
from engine.models.weights import build_network, save_weights
from tests.signals import music
from training.wizard.plan import Goal, Music, Noise, Plan, Split, save_plan
from training.wizard.recipe import write_recipe
from training.wizard.template import Template, template_of

RATE = 8000
CONFIG = {
    "n_fft": 256, "hop_length": 64, "channels": [4, 6], "time_dilations": [1],
    "bin_dilations": [1], "n_taps": 1,
}  # fmt: skip
RECIPE = """
name = "toy"
[data]
clean = ["music"]
sample_rate = 8000
segment_samples = 4096
[[damage]]
name = "white_noise"
snr_db = [0.0, 20.0]
[network]
name = "light"
[training]
family = "supervised"
[model]
tasks = ["denoise"]
method = "light"
licence = "CC-BY-SA-4.0"
"""


def write_weights(path: Path, seed: int) -> Path:
    """A light network whose seed says what it does; it changes little."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        network = build_network("light", CONFIG)
        for each in network.parameters():
            each.data += 0.3 * torch.randn_like(each)
    card = Card("light", network.config.to_mapping(), RATE, 4096, 0.2, training={"steps": seed})
    path.parent.mkdir(parents=True, exist_ok=True)
    save_weights(path, network, card)
    return path


def shipped(folder: Path) -> tuple[Catalog, Path]:
    """A catalogue with one model, and the folder of its recipe."""
    weights = write_weights(folder / "models" / "toy.safetensors", 1)
    sha256 = hashlib.sha256(weights.read_bytes()).hexdigest()
    entry = Entry(
        "toy", "Toy denoiser", ("denoise",), "light", "light", RATE, weights, sha256,
        "CC-BY-SA-4.0", ("tones",), recipe="toy.toml",
    )  # fmt: skip
    (folder / "recipes").mkdir()
    (folder / "recipes" / "toy.toml").write_text(RECIPE)
    return Catalog((entry,)), folder / "recipes"


def trained(folder: Path, rng: np.random.Generator) -> tuple[Plan, Template, Path]:
    """Plan, base and folder of a training that has weights to be judged."""
    catalog, recipes = shipped(folder)
    template = template_of(catalog.entries[0], recipes, catalog)
    places = folder / "music"
    places.mkdir()
    for number in range(4):
        audio = music(rng, 2.0, RATE)
        soundfile.write(places / f"piece{number}.wav", 0.3 * audio.samples[0], RATE)
    transfer = folder / "side.wav"
    noise = 0.02 * rng.standard_normal(3 * RATE)
    soundfile.write(transfer, 0.3 * music(rng, 3.0, RATE).samples[0] + noise, RATE)
    own = folder / "training"
    for name in ("noise", "noise_held"):
        (own / name).mkdir(parents=True)
        soundfile.write(own / name / "a.wav", 0.02 * rng.standard_normal(2 * RATE), RATE)
    plan = Plan(
        goal=Goal(base="toy", name="toy-own", title="Toy on my discs"),
        music=Music((str(places),), is_permitted=True, licence="CC0-1.0"),
        noise=Noise((str(transfer),)),
        split=Split(held=("piece1", "piece3")),
    )
    save_plan(plan, own)
    write_recipe(plan, template, own)
    write_weights(own / "run" / "best.safetensors", 2)
    (own / "run" / "curve.csv").write_text("step,seconds\n1,2\n")
    return plan, template, own


def result_of(folder: Path) -> dict[str, object]:
    """What was written of the judging."""
    told: dict[str, object] = json.loads((folder / "judge" / "result.json").read_text())
    return told
