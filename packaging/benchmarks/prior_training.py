"""Train the smallest prior on solo piano on one core, to have a real one to measure.

    .venv/bin/python packaging/benchmarks/prior_training.py --minutes 80 [--shared DIR]

Piano recordings of DIR/data/train/music are resampled to 22.05 kHz once and brought to one level;
two of them are kept for validation. A checkpoint, the averaged weights and a line of curve.csv are
written every two minutes into runs/prior, from which a stopped training goes on; the learning rate
reaches 0 when the minutes are over, over all runs.
"""

import argparse
import csv
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import soundfile
import soxr
import torch
from torch import Tensor

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY))

from engine.card import Card  # noqa: E402
from engine.diffusion.edm import EDM, warped_sigmas  # noqa: E402 - not installed
from engine.models.cqt_unet import CQTUNet, CQTUNetConfig  # noqa: E402
from engine.models.weights import save_weights  # noqa: E402

RATE = 22_050
SIGMA_DATA = 0.063
SIGMA_MIN, SIGMA_MAX, RHO = 1e-4, 1.0, 10.0
SEGMENT = 24_576
BATCH = 4
LEARNING_RATE = 8e-4
RAMP_STEPS = 300
SAVE_S = 120.0
SEED = 1978
VALIDATION = ("ishizaka_observatory_calibration_variation", "ishizaka_lab_sealed_variation")


class State(NamedTuple):
    """All that a training goes on from."""

    network: CQTUNet
    average: CQTUNet
    optimiser: torch.optim.Adam
    generator: torch.Generator


def read_recordings(shared: Path, cache: Path) -> dict[str, Tensor]:
    """Solo piano (time) by stem at 22.05 kHz, each at the level of the prior."""
    with (shared / "data" / "MANIFEST.csv").open() as lines:
        wanted = [
            Path(row["path"])
            for row in csv.DictReader(lines)
            if row["genre"] in ("solo piano", "piano") and row["path"].startswith("train/music/")
        ]
    cache.mkdir(parents=True, exist_ok=True)
    recordings = {}
    for path in sorted(wanted):
        kept = cache / f"{path.stem}.npy"
        if not kept.is_file():
            samples, rate = soundfile.read(shared / "data" / path, dtype="float32")
            np.save(kept, soxr.resample(samples, rate, RATE).astype(np.float32))
        samples = torch.from_numpy(np.load(kept))
        recordings[path.stem] = samples * (SIGMA_DATA / samples.square().mean().sqrt())
    return recordings


def draw_clean(recordings: list[Tensor], n_segments: int, generator: torch.Generator) -> Tensor:
    """Segments (batch 1 time) from anywhere, of either polarity, up to 3 dB louder or softer."""
    lengths = torch.tensor([float(len(each)) for each in recordings])
    chosen = torch.multinomial(lengths, n_segments, replacement=True, generator=generator)
    segments = []
    for index in chosen.tolist():
        recording = recordings[index]
        first = int(torch.randint(len(recording) - SEGMENT, (1,), generator=generator))
        segments.append(recording[first : first + SEGMENT])
    gains_db = 6.0 * torch.rand(n_segments, generator=generator) - 3.0
    signs = 2.0 * torch.randint(2, (n_segments,), generator=generator) - 1.0
    return torch.stack(segments)[:, None] * (signs * 10 ** (gains_db / 20))[:, None, None]


def draw_noise(like: Tensor, generator: torch.Generator) -> Tensor:
    """White noise of unit variance."""
    return torch.randn(like.shape, generator=generator)


def learning_rate(step: int, share_of_time: float) -> float:
    """Linear ramp, then half a cosine to 0 over the time."""
    ramp = min(1.0, (step + 1) / RAMP_STEPS)
    return LEARNING_RATE * ramp * 0.5 * (1.0 + float(np.cos(np.pi * min(share_of_time, 1.0))))


def train_step(state: State, recordings: list[Tensor], step: int) -> float:
    """One step of the optimiser and of the average; returns the loss."""
    clean = draw_clean(recordings, BATCH, state.generator)
    sigma = warped_sigmas(BATCH, SIGMA_MIN, SIGMA_MAX, RHO, state.generator)
    noise = draw_noise(clean, state.generator)
    loss = EDM(state.network, SIGMA_DATA).loss(clean, sigma, noise).mean()
    state.optimiser.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(state.network.parameters(), 1.0)
    state.optimiser.step()
    keep = min(0.999, (1 + step) / (10 + step))
    with torch.no_grad():
        torch._foreach_lerp_(
            list(state.average.parameters()), list(state.network.parameters()), 1.0 - keep
        )
    return loss.item()


def validate(state: State, recordings: list[Tensor], n_batches: int = 6) -> list[float]:
    """Mean loss of the average on always the same segments and noise, by quarters of the levels."""
    generator = torch.Generator().manual_seed(SEED)
    quarters: list[list[float]] = [[], [], [], []]
    edges = torch.tensor([SIGMA_MIN, SIGMA_MAX]) ** (1 / RHO)
    for _ in range(n_batches):
        clean = draw_clean(recordings, BATCH, generator)
        sigma = warped_sigmas(BATCH, SIGMA_MIN, SIGMA_MAX, RHO, generator)
        with torch.no_grad():
            losses = EDM(state.average, SIGMA_DATA).loss(clean, sigma, draw_noise(clean, generator))
        places = (sigma ** (1 / RHO) - edges[0]) / (edges[1] - edges[0]) * 4
        for place, loss in zip(places.tolist(), losses.tolist(), strict=True):
            quarters[min(3, int(place))].append(loss)
    return [float(np.mean(each)) for each in quarters]


def build() -> State:
    """A fresh network; the frequencies of its embedding are low, as levels blend into another."""
    torch.manual_seed(SEED)
    tiny = CQTUNet.presets["tiny"]
    assert isinstance(tiny, CQTUNetConfig)
    config = replace(tiny, noise_scale=2.0)
    network, average = (CQTUNet(config) for _ in range(2))
    average.load_state_dict(network.state_dict())
    average.requires_grad_(False)
    optimiser = torch.optim.Adam(network.parameters(), LEARNING_RATE, (0.9, 0.99), foreach=True)
    return State(network, average, optimiser, torch.Generator().manual_seed(SEED))


def save(state: State, folder: Path, step: int, spent_s: float) -> None:
    """Checkpoint and averaged weights, each moved over the one before."""
    checkpoint = {
        "network": state.network.state_dict(),
        "average": state.average.state_dict(),
        "optimiser": state.optimiser.state_dict(),
        "generator": state.generator.get_state(),
        "step": step,
        "spent_s": spent_s,
    }
    beside = folder / "checkpoint.part"
    torch.save(checkpoint, beside)
    os.replace(beside, folder / "checkpoint.pt")
    card = Card(
        CQTUNet.name,
        state.network.config.to_mapping(),
        RATE,
        segment_samples=2 * SEGMENT,
        level=SIGMA_DATA,
        sigma_data=SIGMA_DATA,
        sigma_min=SIGMA_MIN,
        sigma_max=SIGMA_MAX,
        training={"steps": step, "seconds": round(spent_s), "data": "solo piano, 30 minutes"},
    )
    save_weights(folder / "prior.safetensors", state.average, card)


def resume(state: State, folder: Path) -> tuple[int, float]:
    """Steps and seconds done; 0 where there is no checkpoint."""
    path = folder / "checkpoint.pt"
    if not path.is_file():
        return 0, 0.0
    checkpoint = torch.load(path, weights_only=True)
    state.network.load_state_dict(checkpoint["network"])
    state.average.load_state_dict(checkpoint["average"])
    state.optimiser.load_state_dict(checkpoint["optimiser"])
    state.generator.set_state(checkpoint["generator"])
    return checkpoint["step"], checkpoint["spent_s"]


def clock(spent_s: float) -> Iterator[float]:
    """Seconds of training so far, those of earlier runs included."""
    began = time.monotonic()
    while True:
        yield spent_s + time.monotonic() - began


def train(shared: Path, folder: Path, minutes: float, max_steps: int) -> None:
    """Train until the time is over."""
    recordings = read_recordings(shared, folder / "recordings")
    held_out = [recordings[stem] for stem in VALIDATION]
    seen = [each for stem, each in recordings.items() if stem not in VALIDATION]
    print(f"{len(seen)} recordings, {sum(map(len, seen)) / RATE / 60:.1f} minutes", flush=True)
    state = build()
    step, before_s = resume(state, folder)
    saved_s, losses = before_s, list[float]()
    for spent_s in clock(before_s):
        is_over = spent_s >= 60 * minutes or step >= max_steps
        if spent_s - saved_s >= SAVE_S or is_over:
            quarters = validate(state, held_out)
            save(state, folder, step, spent_s)
            row = [
                step,
                round(spent_s),
                *(round(x, 4) for x in (float(np.mean(losses)), *quarters)),
            ]
            with (folder / "curve.csv").open("a", newline="") as lines:
                csv.writer(lines).writerow(row)
            print("step, s, loss, validation from low to high sigma:", *row, flush=True)
            saved_s, losses = spent_s, []
        if is_over:
            return
        for group in state.optimiser.param_groups:
            group["lr"] = learning_rate(step, spent_s / (60 * minutes))
        losses.append(train_step(state, seen, step))
        step += 1


def main() -> int:
    """Read the options and train."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--shared", type=Path, default=REPOSITORY.parent / "shared")
    options.add_argument("--folder", type=Path, default=REPOSITORY / "runs" / "prior")
    options.add_argument("--minutes", type=float, default=80.0, help="over all runs")
    options.add_argument("--max-steps", type=int, default=10**9)
    options.add_argument("--threads", type=int, default=1)
    chosen = options.parse_args()
    torch.set_num_threads(chosen.threads)
    torch.set_flush_denormal(True)
    train(chosen.shared.resolve(), chosen.folder, chosen.minutes, chosen.max_steps)
    return 0


if __name__ == "__main__":
    sys.exit(main())
