"""The folder that the commands of a document find themselves in.

side.wav other.wav    mono, 16 bit: five seconds of the demo side, the first 1.5 of run-in groove
stereo.wav            the same side on two walls of a groove, the right one noisier
worn.wav              the side with more clicks and noise
transfers/            first.wav and shelf/second.wav
clean/ noisy/         pair.wav and second.wav in each; theirs/ the same, restored by somebody
noise/ run-ins/       surface noise alone
gaps.json             where the recordings of clean/ have gaps: {"name": [[start, stop]]}
listening-test/       sample-info.csv and panel-2/noisy
data/                 what recipes ask for: train/music, synth, train/noise_78 ...
training/recipes/     the recipes of the models that ship, judged by two examples alone
    recipe.toml           a small one
mine.safetensors      weights of the network `light`;  prior.safetensors  of a prior
"""

import json
import re
import shutil
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from engine.audio import Audio
from tests.documents.house import REPOSITORY
from tests.signals import clicks, music, noise

RATE = 44100
Wave = NDArray[np.float32]

RECIPE = """\
name = "small"
title = "A small denoiser"

[data]
clean = ["train/music"]
sample_rate = 44100
segment_samples = 32768
validation_share = 0.25
seed = 1

[[damage]]
name = "white_noise"
snr_db = [5.0, 20.0]

[network]
name = "light"
config = { n_fft = 1024, hop_length = 256, channels = [8, 8, 8, 8, 8], n_taps = 1 }

[training]
family = "supervised"
batch = 2
max_steps = 2
validate_steps = 2
n_validation = 2
preview_steps = 2
seed = 1

[dataset]
count = 3
"""


def build_sandbox(folder: Path) -> None:
    """Fill a folder with what commands of documents name; less than a second."""
    rng = np.random.default_rng(78)
    demo = REPOSITORY / "resources" / "demo" / "air_1920.flac"
    whole = soundfile.read(demo, dtype="float32")[0]
    side, other = whole[4 * RATE : 9 * RATE], whole[4 * RATE + 500 : 8 * RATE]
    hiss = 0.02 * rng.standard_normal((2, len(side))).astype(np.float32)
    walls = np.stack([side, side]) + np.array([[0.2], [1.0]], np.float32) * hiss
    worn, _ = clicks(rng, Audio(side[None] + 0.5 * hiss[:1], RATE), 8.0, 0.4)
    _write(folder / "side.wav", side)
    _write(folder / "other.wav", other)
    _write(folder / "stereo.wav", walls.T)
    _write(folder / "worn.wav", worn.samples[0])
    _write(folder / "transfers" / "first.wav", side[: 3 * RATE])
    _write(folder / "transfers" / "shelf" / "second.wav", other[: 3 * RATE])
    _write_pairs(folder, rng)
    _write_material(folder, whole, rng)
    models = REPOSITORY / "resources" / "models"
    shutil.copy(models / "denoise-light.safetensors", folder / "mine.safetensors")
    shutil.copy(models / "cqtdiff-piano.safetensors", folder / "prior.safetensors")


def _write_pairs(folder: Path, rng: np.random.Generator) -> None:
    gaps = {}
    for name in ("pair", "second"):
        clean = music(rng, 2.0, RATE).samples[0]
        degraded = clean + noise(rng, 2.0, RATE, 0.02).samples[0]
        _write(folder / "clean" / f"{name}.wav", clean)
        _write(folder / "noisy" / f"{name}.wav", degraded)
        _write(folder / "theirs" / f"{name}.wav", (2.0 * clean + degraded) / 3.0)
        gaps[f"{name}.wav"] = [[0.5, 0.55]]
        _write(folder / "listening-test" / "panel-2" / "noisy" / f"{name}.wav", degraded)
    (folder / "gaps.json").write_text(json.dumps(gaps), encoding="utf-8")
    table = "file,snr-panel-2,noise-gain-panel-2\npair.wav,12,0.02\nsecond.wav,12,0.02\n"
    (folder / "listening-test" / "sample-info.csv").write_text(table, encoding="utf-8")


def _write_material(folder: Path, whole: Wave, rng: np.random.Generator) -> None:
    run_in = whole[: 3 * RATE]
    for place in ("noise/first", "noise/second", "run-ins/first", "data/train/noise_78/first"):
        _write(folder / f"{place}.wav", run_in)
    for index in range(4):
        _write(folder / f"data/train/music/{index}.wav", music(rng, 3.0, RATE).samples[0])
    _write(folder / "data/synth/score.wav", music(rng, 3.0, RATE).samples[0])
    recipes = folder / "training" / "recipes"
    recipes.mkdir(parents=True)
    for file in (REPOSITORY / "training" / "recipes").glob("*.toml"):
        judged_by_two = re.sub(r"n_validation = \d+", "n_validation = 2", file.read_text("utf-8"))
        (recipes / file.name).write_text(judged_by_two, encoding="utf-8")
    (folder / "recipe.toml").write_text(RECIPE, encoding="utf-8")


def _write(file: Path, samples: Wave) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(file, samples, RATE, subtype="PCM_16")
