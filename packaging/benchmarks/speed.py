"""Speed there and back: pitch, length, alignment, edges, seams of blocks and time taken.

    .venv/bin/python packaging/benchmarks/speed.py [--shared DIR] [--minutes N]

The clean clips of DIR/data/dev go from 80 to 78.26 rpm and back, as they are and without what lies
above 95 % of their Nyquist frequency; tones up to 18 kHz are held against the sines they should be.
Then so many minutes of stereo at 96 kHz are resampled, and the memory that takes is measured.

Exits with 1 when a pitch is off by 0.01 %, a round trip of music within the passband or of a tone
has less than 90 dB, or blocks of another length make a difference above 1e-6.
"""

import argparse
import resource
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray
from scipy.signal import butter, sosfiltfilt

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY))

from engine.audio import Audio, MemoryRecording, Recording, Samples  # noqa: E402 - not installed
from engine.dsp import resample as module  # noqa: E402
from engine.dsp.resample import PASSBAND  # noqa: E402
from engine.tasks.speed import Speed  # noqa: E402

Wave = NDArray[np.float64]

RATE = 44100
SLOWER = Speed(from_rpm=80.0, to_rpm=78.26)
FASTER = Speed(from_rpm=78.26, to_rpm=80.0)
TONES_HZ = (100.0, 1000.0, 5000.0, 10000.0, 15000.0, 18000.0)
LEAST_DB, MOST_PITCH, MOST_SEAM = 90.0, 1e-4, 1e-6
EDGE_S = 0.05


def played(samples: Samples, task: Speed, rate: int = RATE) -> Samples:
    """All that the task makes of samples (channel time)."""
    blocks = task.blocks(MemoryRecording(Audio(samples, rate)))
    return np.concatenate(list(blocks), axis=1)


def snr_db(expected: NDArray[np.floating], found: NDArray[np.floating]) -> float:
    """Signal to error."""
    wanted = np.asarray(expected, np.float64)
    return float(10 * np.log10(np.sum(wanted**2) / (np.sum((found - wanted) ** 2) + 1e-30)))


def pitch_hz(wave: Wave, about_hz: float) -> float:
    """Frequency of a tone, by how its phase goes on from half to half."""
    half = len(wave) // 2
    turned = wave * np.exp(-2j * np.pi * about_hz * np.arange(len(wave)) / RATE)
    window = np.hanning(half)
    first, second = (np.sum(turned[at : at + half] * window) for at in (0, half))
    return about_hz + float(np.angle(second / first)) / (2 * np.pi) * RATE / half


def tones() -> list[str]:
    """Print what becomes of tones; returns what is missed."""
    missed = []
    print("| tone Hz | pitch off by | sine dB | first 50 ms | last 50 ms | there and back dB |")
    print("|---|---|---|---|---|---|")
    edge = round(EDGE_S * RATE)
    for tone_hz in TONES_HZ:
        phase = 2 * np.pi * tone_hz * np.arange(5 * RATE) / RATE
        tone = (0.5 * np.sin(phase)).astype(np.float32)[None]
        slow = played(tone, SLOWER)
        wanted_hz = tone_hz * 78.26 / 80
        ideal = 0.5 * np.sin(2 * np.pi * wanted_hz * np.arange(slow.shape[1]) / RATE)
        off = pitch_hz(slow[0].astype(np.float64), wanted_hz) / wanted_hz - 1
        back = snr_db(tone, played(slow, FASTER))
        figures = [
            snr_db(ideal[s], slow[0, s]) for s in (slice(None), slice(edge), slice(-edge, None))
        ]
        print(
            f"| {tone_hz:g} | {off:.1e} | "
            + " | ".join(f"{f:.1f}" for f in (*figures, back))
            + " |"
        )
        if abs(off) > MOST_PITCH or min(*figures, back) < LEAST_DB:
            missed.append(f"a tone of {tone_hz:g} Hz misses")
    return missed


def band_limited(samples: Samples) -> Samples:
    """Without most of what lies above the passband of both ways."""
    lowpass = butter(16, 0.97 * PASSBAND, output="sos")
    return np.asarray(sosfiltfilt(lowpass, samples), np.float32)


def clips(folder: Path) -> Iterator[tuple[str, Samples]]:
    """Clean clips, first channel."""
    for path in sorted(folder.iterdir()):
        samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
        assert rate == RATE, path
        yield path.stem, np.ascontiguousarray(samples[:, :1].T)


def music(folder: Path) -> list[str]:
    """Print round trips of music; returns what is missed."""
    missed = []
    edge = round(EDGE_S * RATE)
    print("\n| clip, there and back dB | as it is | in the passband | its first 50 ms | last |")
    print("|---|---|---|---|---|")
    for name, samples in clips(folder):
        limited = band_limited(samples)
        whole = snr_db(samples, played(played(samples, SLOWER), FASTER))
        back = played(played(limited, SLOWER), FASTER)
        spans = (slice(None), slice(edge), slice(-edge, None))
        figures = [snr_db(limited[:, span], back[:, span]) for span in spans]
        texts = " | ".join(f"{figure:.1f}" for figure in (whole, *figures))
        print(f"| {name} | {texts} |")
        if figures[0] < LEAST_DB or back.shape != samples.shape:
            missed.append(f"{name} misses")
    return missed


def seams(folder: Path) -> list[str]:
    """Compare blocks of two lengths."""
    _, samples = next(clips(folder))
    whole = played(samples, SLOWER)
    usual, module.BLOCK_SAMPLES = module.BLOCK_SAMPLES, 10007
    difference = float(np.abs(played(samples, SLOWER) - whole).max())
    module.BLOCK_SAMPLES = usual
    print(f"\nBlocks of 10007 samples differ from those of {usual} by {difference:.1e} at most.")
    return [f"blocks differ by {difference:.1e}"] if difference > MOST_SEAM else []


class Endless:
    """A long stereo recording at 96 kHz that takes no memory."""

    sample_rate, n_channels = 96000, 2

    def __init__(self, minutes: float) -> None:
        self.n_samples = round(minutes * 60 * self.sample_rate)

    def read(self, start: int, stop: int) -> Audio:
        """A chirp."""
        wave = np.sin(1e-9 * np.arange(start, stop, dtype=np.float64) ** 2).astype(np.float32)
        return Audio(np.stack((wave, 0.5 * wave)), self.sample_rate)


def long_side(minutes: float) -> None:
    """Resample a long recording, and tell what it took."""
    recording: Recording = Endless(minutes)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    clock = time.perf_counter()
    made = sum(block.shape[1] for block in SLOWER.blocks(recording))
    seconds = time.perf_counter() - clock
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    assert made == SLOWER.shape(recording).n_samples
    print(
        f"{minutes:g} min of stereo at 96 kHz: {60 * minutes / seconds:.0f} x real time, "
        f"{grown:.0f} MB more than before, {made} samples as told.\n"
    )


def main() -> int:
    """Read the options and measure."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--shared", type=Path, default=REPOSITORY.parent / "shared")
    options.add_argument("--minutes", type=float, default=60.0)
    chosen = options.parse_args()
    folder = chosen.shared / "data" / "dev" / "clean"
    long_side(chosen.minutes)  # first: the memory it takes is told by its peak
    missed = [*tones(), *music(folder), *seams(folder)]
    for sentence in missed:
        print(f"MISSED: {sentence}", file=sys.stderr)
    return int(bool(missed))


if __name__ == "__main__":
    sys.exit(main())
