"""Groove modes against the plain sum of both walls, on simulated pick-ups of worn discs.

    .venv/bin/python packaging/benchmarks/groove.py [--shared DIR] [--clips N]

The walls of each side carry a clean clip of DIR/data/dev and each another stretch of a recording of
real disc noise of DIR/data/train/noise_78. One wall is worn: its noise is louder by so many dB, and
by 4 dB more and less with every turn; crackle and clicks are on it. Some pick-ups have 1 dB and up
to 20 us between the walls. SI-SDR against the clip is compared with that of the plain sum.

What any fixed mix can gain is known here, as the noise is: that is the column `best fixed`. With
steady noise 6 dB louder on one wall it is 1.9 dB, and no way of mixing walls gains more.

Exits with 1 when weighted or quieter-wall gains less than 3 dB where the best fixed mix would gain
4 dB, or loses more than 0.2 dB where both walls are equal.
"""

import argparse
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY))

from engine.audio import Audio, MemoryRecording  # noqa: E402 - the repository is not installed
from engine.tasks.groove import Groove  # noqa: E402

Wave = NDArray[np.float64]

RATE = 44100
TURN_S = 60 / 78.26
MODES = ("weighted", "quieter-wall")
LEAST_GAIN_DB, WITHIN_REACH_DB, MOST_LOSS_DB = 3.0, 4.0, 0.2
SHELLAC, CYLINDER, DUST = (
    "hybrid78_belov1920.ogg",
    "hybrid_cylinder1905.ogg",
    "cc0_vinyl_vinyl_dust2.flac",
)
CRACKLE = "cc0_vinyl_vinyl_crackle_1_edit.flac"


@dataclass(frozen=True)
class Case:
    """One kind of side.

    worse_db: how much louder the noise of the worn wall is; 0 makes both equal.
    is_damaged: crackle and clicks on the worn wall, whose noise comes and goes with every turn.
    swaps_s: the walls take turns in being the worn one, each for so long.
    """

    name: str
    worse_db: float
    snr_db: float = 18.0
    noise: str = SHELLAC
    worn: int = 1
    is_damaged: bool = True
    gain_db: float = 0.0
    delay_us: float = 0.0
    swaps_s: float = 0.0


CASES = (
    Case("6 dB, steady", 6.0, is_damaged=False),
    Case("10 dB, steady", 10.0, is_damaged=False),
    Case("15 dB, steady", 15.0, is_damaged=False),
    Case("6 dB, damaged", 6.0),
    Case("8 dB, damaged", 8.0),
    Case("10 dB, damaged", 10.0),
    Case("15 dB, damaged", 15.0),
    Case("10 dB, left worn", 10.0, worn=0),
    Case("8 dB, +1 dB, 5 us", 8.0, gain_db=1.0, delay_us=5.0),
    Case("10 dB, +1 dB, 15 us", 10.0, gain_db=1.0, delay_us=15.0, worn=0),
    Case("15 dB, -1 dB, 20 us", 15.0, gain_db=-1.0, delay_us=20.0),
    Case("10 dB, cylinder", 10.0, 10.0, CYLINDER),
    Case("10 dB, dust", 10.0, noise=DUST),
    Case("10 dB, faint noise", 10.0, 35.0),
    Case("10 dB, loud noise", 10.0, 5.0),
    Case("12 dB, takes turns", 12.0, is_damaged=False, swaps_s=1.5),
    Case("equal", 0.0, is_damaged=False),
    Case("equal, loud noise", 0.0, 5.0, is_damaged=False),
    Case("equal, faint noise", 0.0, 35.0, is_damaged=False),
    Case("equal, +1 dB, 10 us", 0.0, is_damaged=False, gain_db=1.0, delay_us=10.0),
)


@dataclass(frozen=True, eq=False)
class Side:
    """A clip, the noise of both walls, and the pick-up (2 time)."""

    clip: Wave
    noise: Wave
    walls: Wave


def read(path: Path) -> Wave:
    """The first channel of a file."""
    samples, rate = soundfile.read(path, dtype="float64", always_2d=True)
    assert rate == RATE, path
    return np.asarray(samples[:, 0])


def stretch(noise: Wave, length: int, rng: np.random.Generator) -> Wave:
    """Some of a recording of noise, at power 1; a short one goes round."""
    start = int(rng.integers(len(noise)))
    turned = np.roll(noise, -start)
    chosen = np.tile(turned, -(-length // len(noise)))[:length]
    return np.asarray(chosen / np.std(chosen))


def later(wave: Wave, delay_s: float) -> Wave:
    """The same after so many seconds."""
    spectrum = np.fft.rfft(wave, 2 * len(wave))
    hz = np.fft.rfftfreq(2 * len(wave), 1 / RATE)
    return np.asarray(np.fft.irfft(spectrum * np.exp(-2j * np.pi * hz * delay_s))[: len(wave)])


def add_clicks(wave: Wave, peak: float, rng: np.random.Generator) -> None:
    """Twelve decaying bursts a second, up to the peak of the music."""
    for start in rng.integers(100, len(wave) - 2000, 12 * len(wave) // RATE):
        width = int(rng.uniform(0.0002, 0.002) * RATE) + 6
        burst = rng.standard_normal(width) * np.exp(-np.arange(width) / (width / 4))
        level = peak * 10.0 ** (rng.uniform(-26.0, 0.0) / 20.0)
        wave[start : start + width] += level * burst / np.abs(burst).max()


def make_side(case: Case, clip: Wave, folder: Path, rng: np.random.Generator) -> Side:
    """Cut the clip, wear it out, pick it up."""
    time_s = np.arange(len(clip)) / RATE
    quiet = np.std(clip) * 10.0 ** (-case.snr_db / 20.0)
    source = read(folder / case.noise)
    noise = quiet * np.stack([stretch(source, len(clip), rng) for _ in range(2)])
    worse_db = np.full(len(clip), case.worse_db)
    if case.is_damaged:
        worse_db += 4.0 * np.sin(2 * np.pi * time_s / TURN_S)
    worn = np.full(len(clip), case.worn)
    if case.swaps_s:
        worn = (time_s // case.swaps_s % 2).astype(int)
    noise[worn, np.arange(len(clip))] *= 10.0 ** (worse_db / 20.0)
    if case.is_damaged:
        noise[case.worn] += quiet * stretch(read(folder / CRACKLE), len(clip), rng)
        add_clicks(noise[case.worn], float(np.abs(clip).max()), rng)
    gain = 10.0 ** (case.gain_db / 20.0)
    right = gain * (later(clip, 1e-6 * case.delay_us) + noise[1])
    return Side(clip, noise, np.stack((clip + noise[0], right)))


def si_sdr_db(clip: Wave, found: Wave) -> float:
    """Scale-invariant signal to distortion."""
    scale = float(clip @ found) / float(clip @ clip)
    error = found - scale * clip
    return float(10 * np.log10(scale**2 * (clip @ clip) / (error @ error)))


def best_fixed(side: Side) -> Wave:
    """The mix of least noise, of walls that match."""
    left, right = side.noise
    weight = float(right @ (right - left)) / float((right - left) @ (right - left))
    return np.asarray(side.clip + weight * left + (1.0 - weight) * right)


def grooved(walls: Wave, mode: str, match: bool = True) -> Wave:
    """All that the task makes."""
    recording = MemoryRecording(Audio(walls.astype(np.float32), RATE))
    task = Groove(mode=mode, match=match).fit(recording)
    return np.asarray(np.concatenate(list(task.blocks(recording)), axis=1)[0], np.float64)


def gains(side: Side) -> list[float]:
    """SI-SDR of the plain sum; what the best fixed mix, both modes, and these unmatched gain."""
    of_sum = si_sdr_db(side.clip, side.walls.mean(axis=0))
    mixes = [best_fixed(side), *(grooved(side.walls, mode) for mode in MODES)]
    mixes += [grooved(side.walls, mode, match=False) for mode in MODES]
    return [of_sum, *(si_sdr_db(side.clip, mix) - of_sum for mix in mixes)]


def judge(case: Case, figures: NDArray[np.float64]) -> list[str]:
    """What a case misses: figures (clip column)."""
    mean = figures.mean(axis=0)
    missed = []
    for mode, gain in zip(MODES, mean[2:4], strict=True):
        if case.worse_db == 0.0 and gain < -MOST_LOSS_DB:
            missed.append(f"{mode} loses {-gain:.2f} dB: {case.name}")
        if mean[1] >= WITHIN_REACH_DB and gain < LEAST_GAIN_DB:
            missed.append(f"{mode} gains {gain:.2f} dB only: {case.name}")
    return missed


def main() -> int:
    """Read the options and measure."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--shared", type=Path, default=REPOSITORY.parent / "shared")
    options.add_argument("--clips", type=int, default=6)
    chosen = options.parse_args()
    data = chosen.shared / "data"
    paths = sorted((data / "dev" / "clean").iterdir())
    clips = [read(path)[: 10 * RATE] for path in paths[:: max(1, len(paths) // chosen.clips)]]
    missed = []
    print("SI-SDR of the sum, and what is gained over it, dB: mean (least) of the clips\n")
    print(
        "| side | sum | best fixed | "
        + " | ".join((*MODES, *(f"{m}, unmatched" for m in MODES)))
        + " |"
    )
    print("|---|---|---|---|---|---|---|")
    clock, length_s = time.perf_counter(), 0.0
    for index, case in enumerate(CASES):
        rng = np.random.default_rng(7800 + index)
        sides = [make_side(case, clip, data / "train" / "noise_78", rng) for clip in clips]
        figures = np.array([gains(side) for side in sides])
        length_s += sum(len(clip) for clip in clips) / RATE * 2 * len(MODES)
        texts = [
            f"{m:+.2f} ({low:+.2f})" for m, low in zip(figures.mean(0), figures.min(0), strict=True)
        ]
        print(
            f"| {case.name} | {figures[:, 0].mean():.1f} | " + " | ".join(texts[1:]) + " |",
            flush=True,
        )
        missed += judge(case, figures)
    print(f"\n{length_s / (time.perf_counter() - clock):.0f} x real time, simulation included")
    for sentence in missed:
        print(f"MISSED: {sentence}", file=sys.stderr)
    return int(bool(missed))


if __name__ == "__main__":
    sys.exit(main())
