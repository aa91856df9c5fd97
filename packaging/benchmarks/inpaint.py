"""Autoregressive inpainting against linear and cubic interpolation, in gaps of 2 to 20 ms.

    .venv/bin/python packaging/benchmarks/inpaint.py [--shared DIR]

Gaps lie at 20 places in each clean clip of DIR/data/dev/clean. SNR is taken inside the gaps of a
clip together, and the mean over the clips is told.

Exits with 1 when autoregression gains less than 10 dB over linear interpolation at 10 ms.
"""

import argparse
import sys
import time
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray
from scipy.interpolate import CubicSpline

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY))

from engine.audio import Audio  # noqa: E402 - the repository is not installed
from engine.tasks.inpaint import Inpaint  # noqa: E402

Wave = NDArray[np.float64]

LENGTHS_MS = (2, 5, 10, 20)
PLACES = 20
REQUIRED_DB = 10.0
METHODS = ("ar", "linear", "cubic")


def fill(samples: Wave, sample_rate: int, gap: slice, method: str) -> Wave:
    """What a method puts into a gap; it sees nothing of what is there."""
    at = np.arange(gap.start, gap.stop)
    if method == "linear":
        ends = [gap.start - 1, gap.stop]
        return np.asarray(np.interp(at, ends, samples[ends]))
    if method == "cubic":
        near = np.concatenate((np.arange(gap.start - 8, gap.start), gap.stop + np.arange(8)))
        return np.asarray(CubicSpline(near, samples[near])(at))
    context = round(Inpaint.context_s * sample_rate)
    first = max(0, gap.start - context)
    around = samples[first : gap.stop + context].astype(np.float32)[None]
    inner = slice(gap.start - first, gap.stop - first)
    around[:, inner] = 0.0
    filled = Inpaint().apply(Audio(around, sample_rate), inner).audio.samples
    return np.asarray(filled[0, inner], np.float64)


def snr_db(samples: Wave, sample_rate: int, length_ms: int, method: str) -> float:
    """SNR inside all gaps of a length, dB."""
    width = round(length_ms * sample_rate / 1000)
    power = error = 0.0
    for start in np.linspace(sample_rate, len(samples) - sample_rate - width, PLACES).astype(int):
        gap = slice(int(start), int(start) + width)
        power += float(np.sum(samples[gap] ** 2))
        error += float(np.sum((samples[gap] - fill(samples, sample_rate, gap, method)) ** 2))
    return float(10.0 * np.log10(power / error))


def main() -> int:
    """Measure and print; returns the exit code."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--shared", type=Path, default=REPOSITORY.parent / "shared")
    folder = options.parse_args().shared / "data" / "dev" / "clean"
    clips = [soundfile.read(path, dtype="float64") for path in sorted(folder.iterdir())]
    gain_db = 0.0
    print("| gap ms | " + " | ".join(f"{m}, SNR dB" for m in METHODS) + " | ar, ms per gap |")
    print("|---|" + "---|" * (len(METHODS) + 1))
    for length_ms in LENGTHS_MS:
        clock = time.perf_counter()
        mean = {"ar": np.mean([snr_db(x, r, length_ms, "ar") for x, r in clips])}
        each_ms = 1000.0 * (time.perf_counter() - clock) / (len(clips) * PLACES)
        for method in METHODS[1:]:
            mean[method] = np.mean([snr_db(x, r, length_ms, method) for x, r in clips])
        cells = " | ".join(f"{mean[method]:.2f}" for method in METHODS)
        print(f"| {length_ms} | {cells} | {each_ms:.0f} |")
        if length_ms == 10:
            gain_db = float(mean["ar"] - mean["linear"])
    print(f"\nGain over linear interpolation at 10 ms: {gain_db:.1f} dB (at least {REQUIRED_DB})")
    return int(gain_db < REQUIRED_DB)


if __name__ == "__main__":
    sys.exit(main())
