"""Declick against grooveclean and ffmpeg's adeclick, all with default settings on the same files.

    .venv/bin/python packaging/benchmarks/declick.py [--shared DIR] [--keep DIR] [--method ar]

Two sets of twelve clips of 10 s are made from the clean clips in DIR/data/dev: `simulated` by
DIR/tools/make_dev.py, and `real` with clicks cut out of recordings of worn discs, at known places
and random levels. DIR/tools/score.py scores them. The clean clips themselves go through as well.
`make peers` provides grooveclean; ffmpeg must be on the PATH. The network that method auto asks has
heard some of the real clicks; click_sizes.py has none of those.

Exits with 1 when a peer reaches the SI-SDR or the LSD of Runout on either set, when a clean clip
comes back with less than 60 dB, or when grooveclean is as fast.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray
from scipy.signal import butter, correlate, sosfiltfilt

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY))

from engine.audio import Audio  # noqa: E402 - the repository is not installed
from engine.catalog import Catalog  # noqa: E402
from engine.catalog_file import read_entries  # noqa: E402
from engine.equipment import Equipment  # noqa: E402
from engine.tasks.declick import Declick  # noqa: E402

Wave = NDArray[np.float64]

RATE = 44100
CLICKS_PER_S = 12.0
PEAKS_DB = (-26.0, 4.0)
"""Range of the clicks' peaks, dB relative to the music's."""
CLEAN_SNR_DB = 60.0
ONE_THREAD = {**os.environ, "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


@dataclass(frozen=True)
class Method:
    """A restorer: its name, and a command for an input and an output file."""

    name: str
    command: Callable[[Path, Path], list[str]]


@dataclass(frozen=True)
class Score:
    """Means over a set: SI-SDR and its gain in dB, LSD and its change."""

    si_sdr: float
    gain: float
    lsd: float
    lsd_change: float


def methods(peers: Path, method: str) -> tuple[Method, ...]:
    """Runout by a method of declick first, then its peers."""
    grooveclean = peers / ("Scripts/grooveclean.exe" if os.name == "nt" else "bin/grooveclean")
    if not grooveclean.is_file():
        raise SystemExit(f"{grooveclean} is missing; run `make peers` first")
    decoded = ["-c:a", "pcm_f32le"]
    return (
        Method(
            "Runout",
            lambda a, b: [
                *(sys.executable, "-m", "app", "declick", str(a), "-o", str(b)),
                *("--method", method),
            ],
        ),
        Method("grooveclean", lambda a, b: [str(grooveclean), "clean", str(a), "-o", str(b)]),
        Method(
            "ffmpeg adeclick",
            lambda a, b: [
                *("ffmpeg", "-hide_banner", "-loglevel", "error", "-y", "-i", str(a)),
                *("-af", "adeclick", *decoded, str(b)),
            ],
        ),
    )


def harvest(noise: Wave) -> list[Wave]:
    """Cut the clicks out of a recording of a disc's surface: each fades in and out, peak 1.

    Rumble is filtered away; what rises 15 times above the hiss around it is a click, from and
    to where it rises 2.5 times.
    """
    highpass = butter(2, 300.0, "high", fs=RATE, output="sos")
    wave = sosfiltfilt(highpass, noise)
    smooth = np.hanning(15) / np.hanning(15).sum()
    envelope = np.sqrt(np.convolve(wave**2, smooth, "same"))
    block = RATE // 10
    n_blocks = max(1, len(wave) // block)
    hiss = np.median(envelope[: n_blocks * block].reshape(n_blocks, -1), axis=1)
    hiss = np.repeat(hiss, block)[: len(wave)]
    over = envelope[: len(hiss)] > 2.5 * hiss
    runs = np.flatnonzero(np.diff(np.concatenate(([False], over, [False])))).reshape(-1, 2)
    fade = round(0.0002 * RATE)
    rise = 0.5 - 0.5 * np.cos(np.pi * (np.arange(fade) + 0.5) / fade)
    clicks = []
    for start, stop in runs:
        peak = np.abs(wave[start:stop]).max()
        short = 0.0002 * RATE < stop - start < 0.005 * RATE
        inside = fade <= start and stop + fade <= len(wave)
        if short and inside and peak > 15.0 * hiss[start]:
            click = wave[start - fade : stop + fade].copy()
            click[:fade] *= rise
            click[-fade:] *= rise[::-1]
            clicks.append(click / np.abs(click).max())
    return clicks


def real_clicks(data: Path) -> list[Wave]:
    """Clicks of all recordings of 78s, cylinders and vinyl, as many as 60 of each."""
    sources = [
        *(data / "dev" / "noise").glob("*"),
        *(data / "train" / "noise_78").glob("real78*"),
        *(data / "train" / "noise_78").glob("hybrid_cylinder*"),
        *(data / "train" / "noise_78").glob("*vinyl*"),
    ]
    rng = np.random.default_rng(78)
    clicks: list[Wave] = []
    for source in sorted(sources):
        noise, rate = soundfile.read(source, dtype="float64", always_2d=True)
        assert rate == RATE, source
        found = harvest(noise.mean(axis=1))
        chosen = rng.permutation(len(found))[:60]
        clicks += [found[index] for index in chosen]
    return clicks


def make_sets(shared: Path, folder: Path) -> dict[str, Path]:
    """Write clean/, simulated/ and real/ below folder."""
    maker = shared / "tools" / "make_dev.py"
    made = folder / "made"
    subprocess.run([sys.executable, str(maker), str(made)], check=True, capture_output=True)
    sets = {"clean": made / "clean", "simulated": made / "clicks", "real": folder / "real"}
    sets["real"].mkdir()
    clicks = real_clicks(shared / "data")
    for index, path in enumerate(sorted(sets["clean"].iterdir())):
        rng = np.random.default_rng(7800 + index)
        samples, rate = soundfile.read(path, dtype="float64")
        peak = np.abs(samples).max()
        for start in rng.integers(2000, len(samples) - 2000, round(CLICKS_PER_S * 10)):
            click = clicks[int(rng.integers(len(clicks)))]
            level = peak * 10.0 ** (rng.uniform(*PEAKS_DB) / 20.0) * rng.choice([-1.0, 1.0])
            stop = min(start + len(click), len(samples))
            samples[start:stop] += level * click[: stop - start]
        soundfile.write(sets["real"] / path.name, samples, rate, subtype="FLOAT")
    return sets


def align(reference: Path, restored: Path) -> None:
    """Take out a delay of whole samples, up to 0.1 s, where a method makes one."""
    before, rate = soundfile.read(reference, dtype="float64")
    after, _ = soundfile.read(restored, dtype="float64")
    size = min(len(before), len(after))
    likeness = correlate(after[:size], before[:size], method="fft")
    reach = rate // 10
    delay = int(np.argmax(likeness[size - 1 - reach : size + reach])) - reach
    if delay or len(after) != len(before):
        moved = np.zeros_like(before)
        first = np.arange(len(before)) + delay
        inside = (first >= 0) & (first < len(after))
        moved[inside] = after[first[inside]]
        soundfile.write(restored, moved, rate, subtype="FLOAT")


def restore_set(method: Method, source: Path, target: Path) -> float:
    """Run a method on every file of a folder; returns the seconds it took."""
    target.mkdir(parents=True)
    seconds = 0.0
    for path in sorted(source.iterdir()):
        out = target / path.name
        command = method.command(path, out)
        clock = time.perf_counter()
        subprocess.run(command, cwd=REPOSITORY, check=True, capture_output=True, env=ONE_THREAD)
        seconds += time.perf_counter() - clock
        align(path, out)
    return seconds


def score(shared: Path, clean: Path, restored: Path, degraded: Path) -> Score:
    """Ask the scorer."""
    report = restored.parent / f"{restored.name}.json"
    scorer = shared / "tools" / "score.py"
    command = [sys.executable, str(scorer), str(clean), str(restored), "--json", str(report)]
    command += ["--degraded", str(degraded)]
    subprocess.run(command, check=True, capture_output=True)
    mean = json.loads(report.read_text())["mean"]
    return Score(mean["si_sdr"], mean["d_si_sdr"], mean["lsd"], mean["d_lsd"])


def clean_snrs(clean: Path, restored: Path) -> dict[str, float]:
    """Output SNR of each clip that had no clicks, dB; 300 when it came back as it was."""
    figures = {}
    for path in sorted(clean.iterdir()):
        before, _ = soundfile.read(path, dtype="float64")
        after, _ = soundfile.read(restored / path.name, dtype="float64")
        error = np.sum((before - after) ** 2)
        figures[path.stem] = float(10 * np.log10(np.sum(before**2) / error)) if error else 300.0
    return figures


def task_seconds(source: Path, method: str) -> float:
    """Seconds the task alone takes for a folder, once warm."""
    files = sorted(source.iterdir())
    audios = [Audio(soundfile.read(p, dtype="float32")[0][None], RATE) for p in files]
    entries = read_entries(REPOSITORY / "resources" / "models" / "catalog.toml")
    task = Declick(method=method).equip(Equipment(Catalog(entries), "cpu"))
    task.apply(audios[0], slice(0, audios[0].n_samples))
    clock = time.perf_counter()
    for audio in audios:
        task.apply(audio, slice(0, audio.n_samples))
    return time.perf_counter() - clock


def judge(
    scores: dict[tuple[str, str], Score], lowest_clean: float, seconds: dict[str, float]
) -> list[str]:
    """What is missed, in sentences."""
    missed = []
    for (name, method), peer in scores.items():
        own = scores[name, "Runout"]
        if method != "Runout" and peer.gain >= own.gain:
            missed.append(f"{method} reaches the SI-SDR of Runout on the {name} set")
        if method == "grooveclean" and own.lsd > peer.lsd:
            missed.append(f"{method} has the lower LSD on the {name} set")
    if lowest_clean <= CLEAN_SNR_DB:
        missed.append(f"a clean clip comes back with {lowest_clean:.1f} dB")
    if seconds["Runout"] >= seconds["grooveclean"]:
        missed.append("grooveclean is as fast as Runout")
    return missed


def measure(shared: Path, folder: Path, by: str) -> int:
    """Make the sets, run everything, print the tables; returns the exit code."""
    sets = make_sets(shared, folder)
    scores: dict[tuple[str, str], Score] = {}
    seconds: dict[str, float] = {}
    entrants = methods(REPOSITORY / ".venv-peers", by)
    lowest: dict[str, float] = {}
    print("| set | method | SI-SDR dB | gain dB | LSD | change | x real time, process |")
    print("|---|---|---|---|---|---|---|")
    for name in ("simulated", "real"):
        length_s = sum(soundfile.info(p).duration for p in sets[name].iterdir())
        for method in entrants:
            target = folder / "restored" / name / method.name.replace(" ", "_")
            took = restore_set(method, sets[name], target)
            seconds[method.name] = seconds.get(method.name, 0.0) + took
            own = scores[name, method.name] = score(shared, sets["clean"], target, sets[name])
            print(
                f"| {name} | {method.name} | {own.si_sdr:.2f} | {own.gain:+.2f} | {own.lsd:.3f} "
                f"| {own.lsd_change:+.3f} | {length_s / took:.1f} |"
            )
    print("\n| clean clips, output SNR dB | lowest | mean | untouched |\n|---|---|---|---|")
    for method in entrants:
        target = folder / "restored" / "clean" / method.name.replace(" ", "_")
        restore_set(method, sets["clean"], target)
        snrs = list(clean_snrs(sets["clean"], target).values())
        lowest[method.name] = min(snrs)
        untouched = sum(snr >= 300.0 for snr in snrs)
        print(f"| {method.name} | {min(snrs):.1f} | {np.mean(snrs):.1f} | {untouched} of 12 |")
    print(f"\nRunout's task alone: {120 / task_seconds(sets['simulated'], by):.0f} x real time")
    missed = judge(scores, lowest["Runout"], seconds)
    for sentence in missed:
        print(f"MISSED: {sentence}", file=sys.stderr)
    return int(bool(missed))


def main() -> int:
    """Read the options and measure."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--shared", type=Path, default=REPOSITORY.parent / "shared")
    options.add_argument("--keep", type=Path, help="a new folder to leave all files in")
    options.add_argument("--method", default=Declick().method, help="of declick")
    chosen = options.parse_args()
    if chosen.keep:
        chosen.keep.mkdir(parents=True)
        return measure(chosen.shared.resolve(), chosen.keep.resolve(), chosen.method)
    with tempfile.TemporaryDirectory() as folder:
        return measure(chosen.shared.resolve(), Path(folder), chosen.method)


if __name__ == "__main__":
    sys.exit(main())
