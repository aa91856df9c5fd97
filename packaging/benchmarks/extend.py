"""Treble above an unknown low-pass: nothing, spectral replication and Extend side by side.

    .venv/bin/python packaging/benchmarks/extend.py [--shared DIR] [--clips N] [--prior]

Five seconds of each clean clip of DIR/data/dev/clean go through low-passes at 3, 4 and 5 kHz:
Butterworth of order 2, 4 and 8, which are 3 dB down at their cutoff, and a Kaiser-windowed FIR with
an edge of 400 Hz, 6 dB down. Extend by method envelope is told nothing of them. HF-LSD is LSD as
DIR/tools/score.py has it (log10 of power, n_fft 2048, hop 512, Hann, floor 1e-10), over the bins
from the cutoff to 16 kHz, below which all clips have music.

Replication moves the octave below the true cutoff up, as often as it takes, at the level it has;
levelled replication lowers it along the straight line, in dB over octaves, that fits the mean
spectrum between an eighth of the cutoff and 0.9 of it. Both are told the true cutoff, below which
nothing changes.

--prior adds methods guided, told the true cutoff, and blind, of the prior that ships, on the FIR.

Exits with 1 when envelope is not better than nothing and both replications in each row, or when a
fitted cutoff misses the true one by more than a fifth in more than a quarter of a row. Order 2,
12 dB an octave, is no more than music falls by itself, and is not counted there.
"""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import soundfile
import torch
from numpy.typing import NDArray
from scipy.signal import butter, firwin, kaiserord, oaconvolve, sosfilt, stft

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY))

from app.equipment import load_equipment  # noqa: E402 - the repository is not installed
from engine.audio import Audio, MemoryRecording  # noqa: E402
from engine.jobs.restore import restore  # noqa: E402
from engine.project import State  # noqa: E402
from engine.tasks.extend import BLIND, ENVELOPE, GUIDED, Extend  # noqa: E402

Wave = NDArray[np.float64]

CLIP_S = 5.0
CUTOFFS_HZ = (3000.0, 4000.0, 5000.0)
ORDERS = (0, 4, 8, 2)
EDGE_HZ, STOP_DB = 400.0, 80.0
HIGHEST_HZ = 16_000.0
N_FFT, HOP = 2048, 512
MOST_MISSED, MOST_MISSES = 0.2, 0.25
LEAST_ORDER = 4


def low_passed(clean: Wave, rate: int, cutoff_hz: float, order: int) -> Wave:
    """Through a Butterworth of an order, or for order 0 through the FIR."""
    if order:
        filtered: Wave = sosfilt(butter(order, cutoff_hz, fs=rate, output="sos"), clean)
        return filtered
    taps, beta = kaiserord(STOP_DB, EDGE_HZ / (0.5 * rate))
    kernel = firwin(taps | 1, cutoff_hz, window=("kaiser", beta), fs=rate)
    delayed: Wave = oaconvolve(clean, kernel, "same")
    return delayed


def spectra_of(samples: Wave) -> NDArray[np.complex128]:
    """Bins by frames."""
    found: NDArray[np.complex128] = stft(samples, nperseg=N_FFT, noverlap=N_FFT - HOP)[2]
    return found


def hf_lsd(clean: Wave, restored: Wave, rate: int, cutoff_hz: float) -> float:
    """Log-spectral distance above the cutoff."""
    levels = [np.log10(np.abs(spectra_of(each)) ** 2 + 1e-10) for each in (clean, restored)]
    hz = np.fft.rfftfreq(N_FFT, 1 / rate)
    counted = (hz >= cutoff_hz) & (hz < HIGHEST_HZ)
    return float(np.sqrt(((levels[0] - levels[1])[counted] ** 2).mean(axis=0)).mean())


def replicated(degraded: Wave, rate: int, cutoff_hz: float, *, is_levelled: bool) -> Wave:
    """The octave below the cutoff again and again above it."""
    spectrum = np.fft.rfft(degraded)
    hz = np.fft.rfftfreq(len(degraded), 1 / rate)
    end = int(np.searchsorted(hz, cutoff_hz))
    width = end // 2
    bins = np.arange(end, len(hz))
    source = end - width + (bins - end) % width
    made = spectrum[source]
    if is_levelled:
        fitted = (hz >= cutoff_hz / 8) & (hz < 0.9 * cutoff_hz)
        octaves, level = np.log2(hz[fitted]), 20 * np.log10(np.abs(spectrum[fitted]) + 1e-12)
        slope_db = min(0.0, float(np.polyfit(octaves, level, 1)[0]))
        made = made * 10 ** (slope_db * np.log2(hz[bins] / hz[source]) / 20)
    spectrum[end:] = made
    whole: Wave = np.fft.irfft(spectrum, len(degraded))
    return whole


def extended(degraded: Wave, rate: int, task: Extend) -> tuple[Wave, float]:
    """What the task makes, and the cutoff it has found; 0 where it was told one."""
    state = State(MemoryRecording(Audio(degraded[None].astype(np.float32), rate)))
    operation = restore(state, task, (), equipment=load_equipment("cpu"))
    made = state.with_operation(operation).read(0, state.n_samples).samples[0]
    found = [each for each in operation.notes if "found to end at" in each]
    cutoff_hz = float(found[0].split("end at ")[1].split(" ")[0]) if found else 0.0
    return np.asarray(made, np.float64), cutoff_hz


def measured(clips: list[tuple[Wave, int]], cutoff_hz: float, order: int, ways: list[str]) -> bool:
    """Print a row; True where nothing is missed."""
    others: dict[str, Callable[[Wave, int], Wave]] = {
        "nothing": lambda x, rate: x,
        "replication": lambda x, rate: replicated(x, rate, cutoff_hz, is_levelled=False),
        "levelled": lambda x, rate: replicated(x, rate, cutoff_hz, is_levelled=True),
    }
    figures: dict[str, list[float]] = {name: [] for name in (*others, *ways)}
    errors = []
    for clean, rate in clips:
        degraded = low_passed(clean, rate, cutoff_hz, order)
        for name, make in others.items():
            figures[name].append(hf_lsd(clean, make(degraded, rate), rate, cutoff_hz))
        for way in ways:
            task = Extend(method=way, cutoff_hz=cutoff_hz if way == GUIDED else 0.0)
            made, found_hz = extended(degraded, rate, task)
            figures[way].append(hf_lsd(clean, made, rate, cutoff_hz))
            if way == ENVELOPE:
                errors.append(abs(found_hz / cutoff_hz - 1.0))
    means = {name: float(np.mean(each)) for name, each in figures.items()}
    misses = float(np.mean(np.array(errors) > MOST_MISSED))
    better = np.mean(np.array(figures[ENVELOPE]) < np.min([figures[each] for each in others], 0))
    kind = f"order {order}" if order else "FIR"
    cells = " | ".join(f"{means[way]:.3f}" if way in means else "" for way in (*others, *ways))
    print(
        f"| {cutoff_hz / 1000:g} kHz, {kind} | {cells} | {better:.0%} | {np.median(errors):.1%} | "
        f"{np.max(errors):.0%} | {1.0 - misses:.0%} |",
        flush=True,
    )
    is_found = misses <= MOST_MISSES or 0 < order < LEAST_ORDER
    return is_found and means[ENVELOPE] < min(means[each] for each in others)


def main() -> int:
    """Measure and print; returns the exit code."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--shared", type=Path, default=REPOSITORY.parent / "shared")
    options.add_argument("--clips", type=int, default=12)
    options.add_argument("--prior", action="store_true")
    chosen = options.parse_args()
    torch.set_num_threads(1)
    clips = []
    for path in sorted((chosen.shared / "data" / "dev" / "clean").iterdir())[: chosen.clips]:
        samples, rate = soundfile.read(path, always_2d=True)
        clips.append((samples.mean(axis=1)[: round(CLIP_S * rate)], rate))
    ways = [ENVELOPE, GUIDED, BLIND] if chosen.prior else [ENVELOPE]
    heads = ("nothing", "replication", "levelled replication", *ways)
    print(f"HF-LSD, {len(clips)} clips\n\n| low-pass | {' | '.join(heads)} | envelope best in | "
          "cutoff off by, median | at most | within a fifth |")  # fmt: skip
    print("|---" * (len(heads) + 5) + "|")
    orders = ORDERS[:1] if chosen.prior else ORDERS
    rows = [measured(clips, cutoff_hz, order, ways) for order in orders for cutoff_hz in CUTOFFS_HZ]
    return int(not all(rows))


if __name__ == "__main__":
    sys.exit(main())
