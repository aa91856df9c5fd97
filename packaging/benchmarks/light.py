"""Light denoiser: train it for some minutes, or take weights, and measure what it gains and costs.

    .venv/bin/python packaging/benchmarks/light.py [--minutes 8] [--weights FILE] [--save FILE]
        [--shared DIR] [--device cpu] [--threads 1]

Music is DIR/data/train/music; every eighth recording is held out. Noise is what the generator and
the recordings in DIR/data/train/noise_78 give; other seeds and three recordings are held out. They
are mixed as they are used. --minutes 0 trains nothing. Gains are in SI-SDR and log-spectral
distance over the degraded excerpts, beside those of the spectral method with default settings.

Exits with 1 when the network needs 3 GFLOP or more for a second of music, runs less than 8 times
as fast as the music plays on two threads, or changes clean music by more than -30 dB.
"""

import argparse
import copy
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
import torch
from torch import Tensor

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY))

from torch.utils.flop_counter import FlopCounterMode  # noqa: E402

from engine.audio import Audio, MemoryRecording, Samples  # noqa: E402 - not installed
from engine.card import Card  # noqa: E402
from engine.jobs.restore import restore  # noqa: E402
from engine.models.light import Light, LightConfig  # noqa: E402
from engine.models.weights import load_weights, save_weights  # noqa: E402
from engine.project import State  # noqa: E402
from engine.tasks.denoise import Denoise  # noqa: E402
from engine.transforms.stft import STFT  # noqa: E402

RATE = 44100
SEGMENT = 65536
BATCH = 6
LEVEL = 0.06
LEARNING_RATE = 2e-3
WARM_UP_STEPS = 20
EMA_STEPS = 100
HELD_OUT_NOISE = (
    "cc0_vinyl_vinyl_crackle_1_edit",
    "cc0_static_film_static_03_cut",
    "hybrid_cylinder1905",
)
SNRS_DB = (5.0, 10.0, 15.0)
N_EXCERPTS = 18
EXCERPT_S = 4.0
MOST_GFLOP, LEAST_SPEED, MOST_CHANGE_DB = 3.0, 8.0, -30.0

Rng = np.random.Generator


@dataclass(frozen=True)
class Sources:
    """Music and noise that examples are mixed of."""

    music: Sequence[Samples]
    noise: Sequence[Samples]

    def pair(self, rng: Rng, n_samples: int, snr_db: float) -> tuple[Samples, Samples]:
        """An excerpt at the level of training and what noise makes of it, both (time)."""
        clean = crop(self.music[int(rng.integers(len(self.music)))], n_samples, rng)
        noise = crop(self.noise[int(rng.integers(len(self.noise)))], n_samples, rng)
        clean = clean * (LEVEL / (rms(clean) + 1e-4))
        noise = noise * (rms(clean) / (rms(noise) + 1e-9) * 10 ** (-snr_db / 20))
        return clean.astype(np.float32), (clean + noise).astype(np.float32)


def rms(samples: Samples) -> float:
    """Root mean square."""
    return float(np.sqrt(np.mean(np.square(samples, dtype=np.float64))))


def crop(samples: Samples, n_samples: int, rng: Rng) -> Samples:
    """A random excerpt, without its mean; silence follows where there is too little."""
    start = int(rng.integers(max(1, len(samples) - n_samples + 1)))
    excerpt = samples[start : start + n_samples]
    padded = np.pad(excerpt - excerpt.mean(), (0, n_samples - len(excerpt)))
    return padded.astype(np.float32)


def read(path: Path, most_s: float) -> Samples:
    """The middle of a recording, mixed to mono (time)."""
    n_samples = min(soundfile.info(path).frames, round(most_s * RATE))
    start = (soundfile.info(path).frames - n_samples) // 2
    samples = soundfile.read(path, n_samples, start, dtype="float32", always_2d=True)[0]
    mono: Samples = samples.mean(axis=1)
    return mono


def generated(folder: Path, n_pieces: int, seed: int) -> list[Samples]:
    """Noise of as many different records, 10 s each."""
    spec = spec_from_file_location("gen_noise78", folder / "gen_noise78.py")
    assert spec is not None
    assert spec.loader is not None
    module: Any = module_from_spec(spec)
    spec.loader.exec_module(module)
    rng = np.random.default_rng(seed)
    return [module.noise78(10 * RATE, RATE, rng) for _ in range(n_pieces)]


def gather(data: Path, most_s: float) -> tuple[Sources, Sources]:
    """What is trained on and what is held out."""
    paths = sorted((data / "music").iterdir())
    held = paths[4::8]
    music = [read(path, most_s) for path in paths if path not in held]
    folder = data / "noise_78"
    recorded = {
        path.stem: read(path, 60.0)
        for path in sorted(folder.iterdir())
        if path.suffix in (".flac", ".ogg")
    }
    noise = generated(folder, 36, seed=1)
    noise += [samples for stem, samples in recorded.items() if stem not in HELD_OUT_NOISE]
    other = generated(folder, 6, seed=9000) + [recorded[stem] for stem in HELD_OUT_NOISE]
    return Sources(music, noise), Sources([read(path, 24.0) for path in held], other)


def examples(sources: Sources, rng: Rng) -> Iterator[tuple[Tensor, Tensor]]:
    """Batches of clean and degraded excerpts (batch 1 time), at any level within 7 dB."""
    while True:
        pairs = [sources.pair(rng, SEGMENT, rng.uniform(4.0, 26.0)) for _ in range(BATCH)]
        gains = torch.tensor(10 ** (rng.uniform(-7, 7, BATCH) / 20), dtype=torch.float32)
        clean, degraded = (torch.from_numpy(np.stack(each)) for each in zip(*pairs, strict=True))
        yield (clean * gains[:, None])[:, None], (degraded * gains[:, None])[:, None]


def loss(transform: STFT, restored: Tensor, clean: Tensor) -> Tensor:
    """Logarithms of the error of the samples and of the compressed spectrum, meaned."""
    error = (restored - clean).square().mean((1, 2)) / (clean.square().mean((1, 2)) + 1e-8)
    found, wanted = transform.forward(restored), transform.forward(clean)
    size, aim = found.abs().clamp_min(1e-4), wanted.abs().clamp_min(1e-4)
    phased = (found * size**-0.7 - wanted * aim**-0.7).abs().square().mean((1, 2, 3))
    sized = (size**0.3 - aim**0.3).square().mean((1, 2, 3))
    spectral = 0.5 * phased + 0.5 * sized
    return (0.5 * torch.log10(error + 1e-4) + torch.log10(spectral + 1e-4)).mean()


def train(network: Light, sources: Sources, minutes: float, device: str) -> tuple[Light, int]:
    """Train for some minutes; the mean of the last weights, and the number of steps."""
    mean = copy.deepcopy(network).eval().requires_grad_(False)
    optimizer = torch.optim.AdamW(network.parameters(), LEARNING_RATE, (0.9, 0.98))
    transform = STFT(1024, 256)
    began, n_steps = time.perf_counter(), 0
    for clean, degraded in examples(sources, np.random.default_rng(5)):
        done = (time.perf_counter() - began) / 60.0 / minutes if minutes else 1.0
        if done >= 1.0:
            break
        warmth = min(1.0, (n_steps + 1) / WARM_UP_STEPS)
        for group in optimizer.param_groups:
            group["lr"] = LEARNING_RATE * warmth * (0.505 + 0.495 * np.cos(np.pi * done))
        value = loss(transform, network(degraded.to(device)), clean.to(device))
        optimizer.zero_grad()
        value.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        n_steps += 1
        share = 1.0 / min(n_steps, EMA_STEPS)
        with torch.no_grad():
            torch._foreach_lerp_(list(mean.parameters()), list(network.parameters()), share)
        if n_steps % 50 == 0:
            print(f"step {n_steps}: loss {value.item():.3f}", flush=True)
    return mean, n_steps


def si_sdr_db(clean: Samples, restored: Samples) -> float:
    """Scale-invariant signal to distortion, dB."""
    x = clean.astype(np.float64) - np.mean(clean, dtype=np.float64)
    y = restored.astype(np.float64) - np.mean(restored, dtype=np.float64)
    target = (x @ y) / (x @ x) * x
    return float(10.0 * np.log10((target @ target) / ((y - target) @ (y - target) + 1e-20)))


def distance(clean: Samples, restored: Samples) -> float:
    """Log-spectral distance, log10 of power."""
    logs = []
    for samples in (clean, restored):
        spectrum = STFT().forward(torch.from_numpy(samples)[None, None]) / 1024.0
        logs.append(torch.log10(spectrum.abs().square() + 1e-10))
    return float((logs[0] - logs[1]).square().mean(-2).sqrt().mean())


def by_spectrum(degraded: Samples) -> Samples:
    """The spectral method, no noise marked."""
    state = State(MemoryRecording(Audio(degraded[None], RATE)))
    after = state.with_operation(restore(state, Denoise(), ()))
    restored: Samples = after.read(0, after.n_samples).samples[0]
    return restored


def by_network(network: Light, samples: Samples) -> Samples:
    """What the network makes of samples (time)."""
    with torch.inference_mode():
        restored: Samples = network(torch.from_numpy(samples)[None, None]).numpy()[0, 0]
    return restored


def judge(network: Light, held_out: Sources) -> float:
    """Print what it gains on held-out excerpts; returns by how much it changes clean ones, dB."""
    rng = np.random.default_rng(77)
    changes: list[float] = []
    print("| SNR dB | light, SI-SDR dB | light, LSD | spectral, SI-SDR dB | spectral, LSD |")
    print("|---:|---:|---:|---:|---:|")
    for snr_db in SNRS_DB:
        rows = []
        for _ in range(N_EXCERPTS // len(SNRS_DB)):
            clean, degraded = held_out.pair(rng, round(EXCERPT_S * RATE), snr_db)
            row = []
            for restored in (by_network(network, degraded), by_spectrum(degraded)):
                row.append(si_sdr_db(clean, restored) - si_sdr_db(clean, degraded))
                row.append(distance(clean, restored) - distance(clean, degraded))
            rows.append(row)
            changes.append(20 * np.log10(rms(by_network(network, clean) - clean) / rms(clean)))
        cells = " | ".join(f"{value:+.2f}" for value in np.mean(rows, axis=0))
        print(f"| {snr_db:.0f} | {cells} |", flush=True)
    return float(np.mean(changes))


def cost(network: Light) -> tuple[float, dict[int, float]]:
    """GFLOP for a second of music, and times real time by number of threads."""
    samples = torch.from_numpy(np.random.default_rng(3).standard_normal(10 * RATE) * LEVEL)
    samples = samples.float()[None, None]
    speeds = {}
    with torch.inference_mode():
        with FlopCounterMode(display=False) as counter:
            network(samples)
        for n_threads in (1, 2):
            torch.set_num_threads(n_threads)
            took_s = []
            for _ in range(5):
                clock = time.perf_counter()
                network(samples)
                took_s.append(time.perf_counter() - clock)
            speeds[n_threads] = 10.0 / min(took_s)
    return counter.get_total_flops() / 10e9, speeds


def main() -> int:
    """Train or load, judge, and say what was missed."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--minutes", type=float, default=8.0)
    options.add_argument("--weights", type=Path, help="to start from")
    options.add_argument("--save", type=Path, help="where the weights go")
    options.add_argument("--shared", type=Path, default=REPOSITORY.parent / "shared")
    options.add_argument("--seconds", type=float, default=45.0, help="of each recording")
    options.add_argument("--device", default="cpu")
    options.add_argument("--threads", type=int, default=1)
    chosen = options.parse_args()
    torch.manual_seed(5)
    torch.set_num_threads(chosen.threads)
    network = Light(LightConfig())
    if chosen.weights:
        network.load_state_dict(load_weights(chosen.weights).network.state_dict())
    sources, held_out = gather(chosen.shared / "data" / "train", chosen.seconds)
    network.to(chosen.device)
    network, n_steps = train(network, sources, chosen.minutes, chosen.device)
    network = network.to("cpu").eval()
    with tempfile.TemporaryDirectory() as folder:
        card = Card(
            network.name,
            network.config.to_mapping(),
            RATE,
            SEGMENT,
            context_s=network.receptive_samples / 2 / RATE,
            level=LEVEL,
            training={"steps": n_steps, "minutes": chosen.minutes},
        )
        save_weights(chosen.save or Path(folder) / "light.safetensors", network, card)
    print(f"{network.n_parameters} parameters, {n_steps} steps in {chosen.minutes:g} minutes\n")
    change_db = judge(network, held_out)
    gflop, speeds = cost(network)
    print(f"\nclean music changes by {change_db:.1f} dB; {gflop:.2f} GFLOP per second of music;")
    print("; ".join(f"{speed:.1f} x real time on {n} threads" for n, speed in speeds.items()))
    missed = [
        (gflop >= MOST_GFLOP, f"{gflop:.2f} GFLOP per second is not below {MOST_GFLOP:g}"),
        (speeds[2] < LEAST_SPEED, f"{speeds[2]:.1f} x real time is below {LEAST_SPEED:g}"),
        (change_db > MOST_CHANGE_DB, f"clean music changes by {change_db:.1f} dB"),
    ]
    for is_missed, sentence in missed:
        if is_missed:
            print(f"MISSED: {sentence}", file=sys.stderr)
    return int(any(is_missed for is_missed, _ in missed))


if __name__ == "__main__":
    sys.exit(main())
