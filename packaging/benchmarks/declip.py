"""Declip on heavily clipped music, with ffmpeg's adeclip beside it where that is wanted.

    .venv/bin/python packaging/benchmarks/declip.py [--shared DIR] [--peer]

Twelve clips of 10 s, clipped until 3 dB of SNR are left, are made from the clean clips in
DIR/data/dev by DIR/tools/make_dev.py; gains are in SI-SDR over the clipped clip. The clean clips go
through as well. --peer needs ffmpeg on the PATH and takes minutes for each clip.

Exits with 1 when the mean gain is below 8 dB, when an intact sample or a clean clip changes, or
when a clipped sample comes out below its magnitude.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY))

from engine.audio import Audio, MemoryRecording, Samples  # noqa: E402 - not installed
from engine.tasks.declip import Declip  # noqa: E402

REQUIRED_DB = 8.0


def si_sdr_db(clean: NDArray[np.floating], restored: NDArray[np.floating]) -> float:
    """Scale-invariant signal to distortion, dB."""
    x = clean.astype(np.float64) - np.mean(clean, dtype=np.float64)
    y = restored.astype(np.float64) - np.mean(restored, dtype=np.float64)
    target = (x @ y) / (x @ x) * x
    error = y - target
    return float(10.0 * np.log10((target @ target) / (error @ error)))


def run(samples: Samples, rate: int) -> Samples:
    """The task with default settings."""
    audio = Audio(samples[None], rate)
    fitted = Declip().fit(MemoryRecording(audio))
    restored: Samples = fitted.apply(audio, slice(0, audio.n_samples)).audio.samples[0]
    return restored


def run_ffmpeg(source: Path, folder: Path) -> Samples:
    """Peaks above full scale survive in floating point; the filter's default settings."""
    target = folder / "adeclip.wav"
    quiet = ("ffmpeg", "-hide_banner", "-loglevel", "error", "-y", "-i", str(source))
    subprocess.run([*quiet, "-af", "adeclip", "-c:a", "pcm_f32le", str(target)], check=True)
    restored: Samples = soundfile.read(target, dtype="float32")[0]
    return restored


def faults(name: str, clean: Samples, clipped: Samples, restored: Samples, rate: int) -> list[str]:
    """What must not be, in sentences."""
    cut = (clipped >= clipped.max()) | (clipped <= clipped.min())
    found = []
    if not np.array_equal(restored[~cut], clipped[~cut]):
        found.append(f"{name}: an intact sample changed")
    if (restored[cut] * np.sign(clipped[cut]) < np.abs(clipped[cut])).any():
        found.append(f"{name}: a clipped sample fell below its magnitude")
    if not np.array_equal(run(clean, rate), clean):
        found.append(f"{name}: the clean clip changed")
    return found


def measure(shared: Path, folder: Path, has_peer: bool) -> int:
    """Make the set, run, print the table; returns the exit code."""
    made = folder / "sets"
    maker = shared / "tools" / "make_dev.py"
    subprocess.run([sys.executable, str(maker), str(made)], check=True, stdout=subprocess.DEVNULL)
    gains: list[float] = []
    peer: list[float] = []
    missed: list[str] = []
    sound_s = work_s = 0.0
    print("| clip | clipped, SI-SDR dB | Runout, gain dB | ffmpeg adeclip, gain dB |")
    print("|---|---|---|---|")
    for path in sorted((made / "clip3db").iterdir()):
        clean, rate = soundfile.read(made / "clean" / path.name, dtype="float32")
        clipped = soundfile.read(path, dtype="float32")[0]
        clock = time.perf_counter()
        restored = run(clipped, rate)
        work_s += time.perf_counter() - clock
        sound_s += len(clean) / rate
        before = si_sdr_db(clean, clipped)
        gains.append(si_sdr_db(clean, restored) - before)
        missed += faults(path.stem, clean, clipped, restored, rate)
        other = "-"
        if has_peer:
            declipped = run_ffmpeg(path, folder)[: len(clean)]
            peer.append(si_sdr_db(clean[: len(declipped)], declipped) - before)
            other = f"{peer[-1]:+.2f}"
        print(f"| {path.stem} | {before:.2f} | {gains[-1]:+.2f} | {other} |", flush=True)
    mean_peer = f"{np.mean(peer):+.2f}" if peer else "-"
    print(f"| mean | | {np.mean(gains):+.2f} | {mean_peer} |")
    print(f"\nleast gain {min(gains):.2f} dB; {sound_s / work_s:.1f} x real time")
    if np.mean(gains) < REQUIRED_DB:
        missed.append(f"the mean gain is below {REQUIRED_DB} dB")
    for sentence in missed:
        print(f"MISSED: {sentence}", file=sys.stderr)
    return int(bool(missed))


def main() -> int:
    """Read the options and measure."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--shared", type=Path, default=REPOSITORY.parent / "shared")
    options.add_argument("--peer", action="store_true", help="run ffmpeg's adeclip as well")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        return measure(chosen.shared.resolve(), Path(folder), chosen.peer)


if __name__ == "__main__":
    sys.exit(main())
