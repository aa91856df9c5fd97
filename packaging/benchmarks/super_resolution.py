"""Super-resolution: what each term of the training of `waveform-sr` adds, beside a spline.

    .venv/bin/python packaging/benchmarks/super_resolution.py CLEAN_DIR RUNS_DIR [--seconds 6]
        [--json FILE]

CLEAN_DIR holds clean recordings. The middle of each is brought to 10 kHz, its band to 2.5 kHz
(5 kHz sample rate and back, band-limited both ways), and white noise 35 dB below is added. The
spline goes through every second sample of that, brought to 5 kHz first. RUNS_DIR holds the runs of
the recipes waveform-sr-l2, -spectral, -gan, waveform-sr and waveform-sr-critic; runs that are not
there are left out. Collaborative sampling is that of `extend` by method waveform.

SNR and SI-SDR in dB; LSD with n_fft 2048, hop 512 and logarithms of base 10, over the whole band to
5 kHz and above 2.5 kHz. Exits with 1 when the LSD of waveform-sr is not better than the spline's.
"""

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import soundfile
import soxr
import torch

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY))

from scipy.interpolate import CubicSpline  # noqa: E402

from engine.audio import Audio, Samples  # noqa: E402 - not installed
from engine.models.collaborating import Collaborating  # noqa: E402
from engine.models.restorer import Restorer  # noqa: E402
from engine.models.weights import Model, load_weights  # noqa: E402
from training.degradations.low_pass import RESAMPLE, LowPass  # noqa: E402
from training.metrics import log_spectral_distance, si_sdr_db, snr_db  # noqa: E402

RATE, LOW_RATE = 10_000, 5_000
NOISE_SNR_DB = 35.0
RUNS = {
    "squared error alone": "waveform-sr-l2",
    "spectral terms, no critic": "waveform-sr-spectral",
    "+ critic": "waveform-sr-gan",
    "+ critic + features": "waveform-sr",
}
COLLABORATIVE, CRITIC_RUN = "+ critic + features + collaborative", "waveform-sr-critic"
UNSHAPED = "the same, critic not shaped"
Way = Callable[[Samples], Samples]


def clean_clips(folder: Path, seconds: float) -> list[Samples]:
    """The middle of all recordings (time) at the rate of the model."""
    clips = []
    for path in sorted(folder.iterdir()):
        samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
        mono = soxr.resample(samples.mean(1), rate, RATE, "VHQ").astype(np.float32)
        length = min(round(seconds * RATE), len(mono))
        start = (len(mono) - length) // 2
        clips.append(mono[start : start + length])
    return clips


def degrade(clean: Samples, seed: int) -> Samples:
    """To the low rate and back, and a little noise."""
    audio = Audio(clean[None], RATE)
    narrow = LowPass(kind=RESAMPLE, cutoff_hz=LOW_RATE / 2).apply(audio).samples[0]
    noise = np.random.default_rng(seed).standard_normal(len(clean))
    gain = np.sqrt(np.mean(np.square(clean, dtype=np.float64))) * 10.0 ** (-NOISE_SNR_DB / 20.0)
    return np.asarray(narrow + gain * noise, np.float32)


def spline(degraded: Samples) -> Samples:
    """Cubic, through the samples at the low rate."""
    low = soxr.resample(degraded, RATE, LOW_RATE, "VHQ")
    times = np.arange(len(low)) * (RATE // LOW_RATE)
    made = CubicSpline(times, low)(np.minimum(np.arange(len(degraded)), times[-1]))
    return np.asarray(made, np.float32)


def by_model(model: Model) -> Way:
    """Through a network, in segments as the product does it."""
    restorer = Restorer(model, "cpu")

    def way(degraded: Samples) -> Samples:
        audio = Audio(degraded[None], RATE)
        return np.asarray(restorer.restore(audio, slice(0, len(degraded))).samples[0])

    return way


def ways(runs: Path) -> dict[str, Way]:
    """All rows of the table."""
    found: dict[str, Way] = {"degraded": lambda degraded: degraded, "cubic spline": spline}
    for title, name in RUNS.items():
        if (path := runs / name / "last.safetensors").is_file():
            found[title] = by_model(load_weights(path))
    whole = runs / RUNS["+ critic + features"]
    critics = {COLLABORATIVE: runs / CRITIC_RUN / "last.safetensors"}
    critics[UNSHAPED] = whole / "critic.safetensors"
    for title, path in critics.items():
        if path.is_file():
            model, critic = load_weights(whole / "last.safetensors"), load_weights(path)
            joined = Collaborating(model.network, critic.network)
            found[title] = by_model(replace(model, network=joined))
    return found


def figures(clean: Samples, restored: Samples) -> list[float]:
    """SNR, SI-SDR, LSD, LSD of the treble."""
    high = log_spectral_distance(clean, restored, sample_rate=RATE, above_hz=LOW_RATE / 2)
    return [
        snr_db(clean, restored), si_sdr_db(clean, restored),
        log_spectral_distance(clean, restored), high,
    ]  # fmt: skip


def main() -> int:
    """Print the table; 1 when the model is no better than the spline."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("clean", type=Path)
    parser.add_argument("runs", type=Path)
    parser.add_argument("--seconds", type=float, default=6.0, help="of each recording")
    parser.add_argument("--json", type=Path)
    chosen = parser.parse_args()
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    clips = clean_clips(chosen.clean, chosen.seconds)
    pairs = [(clean, degrade(clean, seed)) for seed, clean in enumerate(clips)]
    print(f"{len(clips)} clips\n| | SNR dB | SI-SDR dB | LSD | LSD above 2.5 kHz |")
    print("|---|--:|--:|--:|--:|")
    table: dict[str, list[float]] = {}
    for title, way in ways(chosen.runs).items():
        each = [figures(clean, way(degraded)) for clean, degraded in pairs]
        table[title] = np.mean(each, axis=0).tolist()
        snr, si_sdr, lsd, high = table[title]
        print(f"| {title} | {snr:.2f} | {si_sdr:.2f} | {lsd:.3f} | {high:.3f} |", flush=True)
    if chosen.json:
        chosen.json.write_text(json.dumps(table, indent=1))
    best = table.get("+ critic + features")
    return 1 if best is not None and best[2] >= table["cubic spline"][2] else 0


if __name__ == "__main__":
    sys.exit(main())
