"""Training: ten steps on music made on the spot, and what came of them put to use."""

import csv
import hashlib
from pathlib import Path

import numpy as np
import soundfile

from smoke.facts import check, read_json
from smoke.restoring import PIECES, RATE, check_restored
from smoke.sandbox import Sandbox

N_STEPS = 10
NAME = "smoke"
RECIPE = """
name = "smoke"
title = "Ten steps"

[data]
clean = ["music"]
sample_rate = 44100
segment_samples = 16384
level = 0.06
seed = 1

[[damage]]
name = "white_noise"
snr_db = [5.0, 15.0]

[network]
name = "cnn_autoencoder"
preset = "strided"

[training]
family = "supervised"
batch = 2
max_steps = 1000
warm_up_steps = 2
validate_steps = 5
n_validation = 1
preview_steps = 1000
seed = 1

[model]
tasks = ["denoise"]
method = "cnn"
licence = "CC0-1.0"
sources = ["chords made on the spot"]
description = "Ten steps, for a test."
"""


def write_material(folder: Path) -> None:
    """The recipe, and four recordings of decaying chords."""
    (folder / "recipe.toml").write_text(RECIPE, encoding="utf-8")
    (folder / "music").mkdir()
    time_s = np.arange(6 * RATE) / RATE
    for number in range(4):
        notes_hz = np.array([220.0, 277.2, 329.6, 440.0]) * 2.0 ** (number / 12.0)
        chord = sum(np.sin(2.0 * np.pi * hz * time_s) for hz in notes_hz)
        samples = 0.1 * chord * np.exp(-3.0 * (time_s % 0.5))
        soundfile.write(folder / "music" / f"chords {number}.flac", samples, RATE)


def train(sandbox: Sandbox) -> str:
    """Ten steps; a process of its own makes the examples ready."""
    words = ("train", "recipe.toml", "-o", "run", "--max-steps", str(N_STEPS), "--loaders", "1")
    told = read_json(sandbox, *words)
    check(told["steps"] == N_STEPS, f"{told['steps']} steps were trained, not {N_STEPS}")
    with (sandbox.work / "run" / "curve.csv").open(newline="", encoding="utf-8") as file:
        last = list(csv.DictReader(file))[-1]
    check(int(last["step"]) == N_STEPS, f"the curve ends at step {last['step']}")
    return f"{told['steps']} steps, agreement {told['best']:.3f}"


def use(sandbox: Sandbox) -> str:
    """The weights become a model, and the model restores a piece."""
    weights = sandbox.work / "run" / "best.safetensors"
    told_of = ("--name", NAME, "--task", "denoise", "--method", "cnn", "--licence", "CC0-1.0")
    sandbox.run("models", "import", "run/best.safetensors", *told_of)
    output = sandbox.work / "trained.flac"
    words = ("--method", "cnn", "--model", NAME, "--removed")
    sandbox.run("denoise", PIECES[1], "-o", output.name, *words)
    report = check_restored(sandbox.work / PIECES[1], output)
    told = {each["name"]: each["sha256"] for each in report["models"]}
    digest = hashlib.sha256(weights.read_bytes()).hexdigest()
    check(told == {NAME: digest}, f"the report names {told}, not {NAME} with {digest}")
    return f"imported as '{NAME}', used, in the report with its SHA-256"
