"""Every replay curve against its published formula, undone and redone, and what hearing it costs.

    .venv/bin/python packaging/benchmarks/replay_eq.py

Deviation: of 160 sines from 30 Hz to 15 kHz, rendered, relative to 1 kHz, at 44.1, 48 and 96 kHz.
Identity: five seconds of the bundled side, and of white noise at 96 kHz, with a curve taken out,
kept as float32, and put in again as a second operation; residual relative to the signal, RMS.
Cost: share of real time that the filter takes in blocks of 1024 samples, stereo at 96 kHz.

Exits with 1 when a curve deviates by 0.1 dB or more, the residual lies above -100 dB, or the cost
above 5 %.
"""

import argparse
import sys
import time
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY))

from engine.audio import Audio  # noqa: E402 - the repository is not installed
from engine.dsp.replay_curves import CURVES  # noqa: E402
from engine.tasks.replay_eq import ReplayEq  # noqa: E402

RATES = (44_100, 48_000, 96_000)
LOW_HZ, HIGH_HZ, N_TONES = 30.0, 15_000.0, 160
BLOCK_SAMPLES, COST_RATE, N_BLOCKS = 1024, 96_000, 400
MOST_DEVIATION_DB, MOST_RESIDUAL_DB, MOST_COST = 0.1, -100.0, 0.05


def rendered(task: ReplayEq, audio: Audio) -> Audio:
    """What the task makes of all of it."""
    return task.apply(audio, slice(0, audio.n_samples)).audio


def tones(rate: int) -> tuple[Audio, NDArray[np.int64]]:
    """Two seconds of sines with whole periods in a second, and their frequencies; 1 kHz is one."""
    wanted = np.append(np.geomspace(LOW_HZ, HIGH_HZ, N_TONES), 1000.0)
    at_hz = np.unique(np.round(wanted)).astype(np.int64)
    time_s = np.arange(2 * rate) / rate
    wave = np.zeros(2 * rate)
    for hz in at_hz:
        wave += 0.005 * np.sin(2 * np.pi * hz * time_s + float(hz) ** 2)
    return Audio(wave.astype(np.float32)[None], rate), at_hz


def deviation_db(name: str, audio: Audio, at_hz: NDArray[np.int64]) -> float:
    """Largest difference from the formula, of the second second."""
    spectra = []
    for each in (audio, rendered(ReplayEq(replay=name), audio)):
        second = each.samples[0, each.sample_rate :].astype(np.float64)
        spectra.append(np.abs(np.fft.rfft(second))[at_hz])
    gain_db = 20 * np.log10(spectra[1] / spectra[0])
    gain_db -= gain_db[list(at_hz).index(1000)]
    return float(np.abs(gain_db - CURVES[name].gain_db(at_hz.astype(np.float64))).max())


def residual_db(name: str, audio: Audio) -> float:
    """What is left of a recording minus itself after a curve was taken out and put in."""
    undone = rendered(ReplayEq(transfer=name), audio)
    again = rendered(ReplayEq(replay=name), undone)
    residual = again.samples.astype(np.float64) - audio.samples
    power = np.mean(np.square(audio.samples, dtype=np.float64))
    return float(10 * np.log10(np.mean(residual**2) / power + 1e-30))


def cost() -> float:
    """Share of real time, in the mean."""
    stream = ReplayEq(transfer="RIAA_500R-13.7", replay="RCA_800N-8").stream(COST_RATE, 2)
    rng = np.random.default_rng(1)
    block = 0.1 * rng.standard_normal((2, BLOCK_SAMPLES)).astype(np.float32)
    clock = time.perf_counter()
    for _ in range(N_BLOCKS):
        stream.process(block)
    return (time.perf_counter() - clock) * COST_RATE / (N_BLOCKS * BLOCK_SAMPLES)


def main() -> int:
    """Measure and print; returns the exit code."""
    argparse.ArgumentParser(description=__doc__.splitlines()[0]).parse_args()
    side, rate = soundfile.read(
        REPOSITORY / "resources" / "demo" / "air_1920.flac", dtype="float32", always_2d=True
    )
    music = Audio(np.ascontiguousarray(side[10 * rate : 15 * rate].T), rate)
    white = 0.1 * np.random.default_rng(2).standard_normal((1, 5 * COST_RATE))
    noise = Audio(white.astype(np.float32), COST_RATE)
    signals = {each: tones(each) for each in RATES}
    print(
        "| curve | "
        + " | ".join(f"dB at {r / 1000:g} kHz" for r in RATES)
        + " | side dB | noise dB |"
    )
    print("|---|" + "---|" * (len(RATES) + 2))
    worst_db, worst_residual_db = 0.0, -300.0
    for name in CURVES:
        each_db = [deviation_db(name, *signals[r]) for r in RATES]
        left_db = [residual_db(name, each) for each in (music, noise)]
        worst_db, worst_residual_db = max(worst_db, *each_db), max(worst_residual_db, *left_db)
        cells = " | ".join(f"{value:.3f}" for value in each_db)
        print(f"| {name} | {cells} | {left_db[0]:.1f} | {left_db[1]:.1f} |")
    share = cost()
    print(f"\nLargest deviation {worst_db:.3f} dB, largest residual {worst_residual_db:.1f} dB")
    print(f"Hearing it takes {100 * share:.2f} % of real time")
    failed = worst_db >= MOST_DEVIATION_DB or worst_residual_db > MOST_RESIDUAL_DB
    return int(failed or share > MOST_COST)


if __name__ == "__main__":
    sys.exit(main())
