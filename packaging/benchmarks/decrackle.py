"""Decrackle and declick against grooveclean and ffmpeg's adeclick, on music under real crackle.

    .venv/bin/python packaging/benchmarks/decrackle.py [--shared DIR] [--seconds 10]

The twelve clean clips in DIR/data/dev are mixed at 15 dB with each of eight recordings of disc
surfaces: as they are, and with what lies below 200 Hz filtered away, as most of their power is
rumble that nobody calls crackle. `make peers` provides grooveclean; ffmpeg must be on the PATH.
adeclick runs as it comes and at the best of a sweep made on these mixtures themselves.

The bound is what is left when every sample is known again in which the noise rises three times
above its own median: no repair of impulses gains more.

Exits with 1 when a peer gains as much as declick and decrackle on average, when a clean clip comes
back with less than 45 dB, or when they are slower than five times real time.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter1d
from scipy.signal import butter, correlate, sosfiltfilt

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY))

from engine.audio import Audio, MemoryRecording  # noqa: E402 - the repository is not installed
from engine.jobs.restore import RestoreJob  # noqa: E402
from engine.presets import load_preset  # noqa: E402
from engine.project import State  # noqa: E402
from engine.tasks import Task  # noqa: E402
from engine.tasks.declick import Declick  # noqa: E402
from engine.tasks.decrackle import Decrackle  # noqa: E402

Wave = NDArray[np.float64]
Waves = dict[str, Wave]
Restore = Callable[[Waves], Waves]

RATE = 44100
SNR_DB = 15.0
RUMBLE_HZ = 200.0
LEAST_CLEAN_DB = 45.0
LEAST_SPEED = 5.0
CLEAN = "clean music"
OWN = "declick, decrackle"
GROOVECLEAN = "grooveclean"
ADECLICK = "adeclick"
SWEEP = ("t=1.5", "t=3", "b=4", "a=8:t=1.5")
"""Settings of adeclick that are tried beside its own, a=2:b=2:t=2."""


@dataclass(frozen=True, eq=False)
class Mixtures:
    """Clips (time,) by name: clean, and degraded by one noise or none."""

    name: str
    clean: Waves
    degraded: Waves


def noises(data: Path) -> dict[str, Path]:
    """The recordings of disc surfaces, by name; electrical noises and hum are none."""
    found = [
        *(data / "dev" / "noise").glob("*"),
        *(data / "train" / "noise_78").glob("cc0_vinyl*"),
        *(data / "train" / "noise_78").glob("real78*"),
    ]
    return {path.stem.removeprefix("cc0_vinyl_"): path for path in sorted(found)}


def read_mono(path: Path) -> Wave:
    """Mean of the channels (time,)."""
    samples, rate = soundfile.read(path, dtype="float64", always_2d=True)
    assert rate == RATE, path
    return np.asarray(samples.mean(axis=1))


def repeat(noise: Wave, n_samples: int, rng: np.random.Generator) -> Wave:
    """The noise over and over, each time faded into the next, from a drawn start."""
    fade = RATE // 10
    rise = np.linspace(0.0, 1.0, fade)
    noise = noise - noise.mean()
    long = noise
    while len(long) < n_samples + RATE:
        joint = long[-fade:] * rise[::-1] + noise[:fade] * rise
        long = np.concatenate([long[:-fade], joint, noise[fade:]])
    start = int(rng.integers(0, RATE))
    return long[start : start + n_samples]


def make_mixtures(shared: Path, seconds: float) -> list[Mixtures]:
    """The clean clips, and their mixtures with each noise, without and with its rumble."""
    data, length = shared / "data", round(seconds * RATE)
    clean: Waves = {}
    for path in sorted((data / "dev" / "clean").iterdir()):
        clip = read_mono(path)
        start = max(0, (len(clip) - length) // 2)
        clean[path.stem] = 0.5 * clip[start : start + length] / np.abs(clip).max()
    made = [Mixtures(CLEAN, clean, clean)]
    highpass = butter(2, RUMBLE_HZ, "high", fs=RATE, output="sos")
    for with_rumble in (False, True):
        for name, path in noises(data).items():
            noise = read_mono(path)
            noise = noise if with_rumble else sosfiltfilt(highpass, noise)
            degraded = {
                stem: mix(clip, repeat(noise, len(clip), np.random.default_rng(1000 + index)))
                for index, (stem, clip) in enumerate(clean.items())
            }
            made.append(Mixtures(name + (", as it is" if with_rumble else ""), clean, degraded))
    return made


def mix(clip: Wave, noise: Wave) -> Wave:
    """Add noise SNR_DB below the clip, at the precision of the files peers read."""
    gain = np.sqrt((clip @ clip) / (noise @ noise) / 10 ** (SNR_DB / 10))
    return (clip + gain * noise).astype(np.float32).astype(np.float64)


def si_sdr(clean: Wave, restored: Wave) -> float:
    """Scale-invariant signal-to-distortion ratio of Le Roux et al., dB; 300 when equal."""
    clean, restored = clean - clean.mean(), restored - restored.mean()
    target = (clean @ restored) / (clean @ clean) * clean
    error = restored - target
    return float(10 * np.log10((target @ target) / (error @ error + 1e-30 * (target @ target))))


def aligned(degraded: Wave, restored: Wave) -> Wave:
    """Take out a delay of whole samples, up to 0.1 s, where a method makes one."""
    size, reach = min(len(degraded), len(restored)), RATE // 10
    likeness = correlate(restored[:size], degraded[:size], method="fft")
    delay = int(np.argmax(likeness[size - 1 - reach : size + reach])) - reach
    at = np.arange(len(degraded)) + delay
    inside = (at >= 0) & (at < len(restored))
    moved = np.zeros_like(degraded)
    moved[inside] = restored[at[inside]]
    return moved


def bound(clean: Wave, degraded: Wave) -> Wave:
    """The degraded with the impulses known: see the module."""
    noise = degraded - clean
    envelope = np.sqrt(uniform_filter1d(noise**2, round(0.00016 * RATE)))
    return np.where(envelope > 3.0 * np.median(envelope), clean, degraded)


def run_tasks(tasks: tuple[Task, ...]) -> Restore:
    """A method that runs tasks one after the other."""

    def restore(degraded: Waves) -> Waves:
        restored = {}
        for stem, wave in degraded.items():
            state = State(MemoryRecording(Audio(wave.astype(np.float32)[None], RATE)))
            for operation in RestoreJob("", state, tasks).run():
                state = state.with_operation(operation)
            restored[stem] = state.read(0, len(wave)).samples[0].astype(np.float64)
        return restored

    return restore


def run_files(command: Callable[[Path, Path], list[list[str]]]) -> Restore:
    """A method that runs commands on a folder of WAVE files, and leaves others in a second."""

    def restore(degraded: Waves) -> Waves:
        with tempfile.TemporaryDirectory() as folder:
            source, target = Path(folder) / "in", Path(folder) / "out"
            source.mkdir()
            target.mkdir()
            for stem, wave in degraded.items():
                soundfile.write(source / f"{stem}.wav", wave, RATE, subtype="FLOAT")
            for each in command(source, target):
                subprocess.run(each, check=True, capture_output=True)
            return {
                stem: aligned(wave, read_mono(target / f"{stem}.wav"))
                for stem, wave in degraded.items()
            }

    return restore


def _result(folder: Path, stem: str) -> Path:
    """The file that was made of a clip; grooveclean leaves what it removed beside it."""
    (path,) = (each for each in folder.glob(f"{stem}*.wav") if "removed" not in each.name)
    return path


def adeclick(settings: str = "") -> Restore:
    """The declicker of ffmpeg; its whole settings, or none."""
    return ffmpeg("adeclick" + (f"={settings}" if settings else ""))


def ffmpeg(wanted: str) -> Restore:
    """A filter of ffmpeg."""
    quiet = ["ffmpeg", "-hide_banner", "-loglevel", "error", "-y"]
    return run_files(
        lambda source, target: [
            [*quiet, "-i", str(path), "-af", wanted, "-c:a", "pcm_f32le", str(target / path.name)]
            for path in sorted(source.iterdir())
        ]
    )


def grooveclean() -> Restore:
    """The other restorer, from `make peers`."""
    program = REPOSITORY / ".venv-peers" / "bin" / "grooveclean"
    if not program.is_file():
        raise SystemExit(f"{program} is missing; run `make peers` first")
    return run_files(
        lambda source, target: [[str(program), "batch", str(source), "-o", str(target)]]
    )


def methods() -> dict[str, Restore]:
    """Runout's tasks in both orders and alone, its preset, and the peers."""
    preset = load_preset(REPOSITORY / "resources" / "presets" / "78rpm.toml")
    return {
        OWN: run_tasks((Declick(), Decrackle())),
        "decrackle, declick": run_tasks((Decrackle(), Declick())),
        "declick": run_tasks((Declick(),)),
        "decrackle": run_tasks((Decrackle(),)),
        "preset 78rpm": run_tasks(preset.tasks),
        GROOVECLEAN: grooveclean(),
        ADECLICK: adeclick(),
    }


def gains(mixtures: Mixtures, restored: Waves) -> Wave:
    """SI-SDR of each restored clip over the degraded one; of clean clips the SI-SDR itself."""
    before = {
        stem: 0.0 if mixtures.name == CLEAN else si_sdr(clip, mixtures.degraded[stem])
        for stem, clip in mixtures.clean.items()
    }
    return np.array(
        [si_sdr(clip, restored[stem]) - before[stem] for stem, clip in mixtures.clean.items()]
    )


def best_adeclick(sets: list[Mixtures]) -> str:
    """The settings of the sweep with the highest mean gain, on a quarter of each set."""
    means = {}
    for settings in SWEEP:
        found = []
        for each in sets:
            few = {stem: each.degraded[stem] for stem in list(each.degraded)[::4]}
            part = Mixtures(each.name, {stem: each.clean[stem] for stem in few}, few)
            found.append(gains(part, adeclick(settings)(few)).mean())
        means[settings] = float(np.mean(found))
        print(f"adeclick {settings}: {means[settings]:+.2f} dB")
    return max(means, key=lambda settings: means[settings])


def judge(
    means: Mapping[str, Mapping[str, float]], least_clean_db: float, speed: float
) -> list[str]:
    """What is missed, in sentences."""
    missed = []
    for what, row in means.items():
        for method, gain in row.items():
            is_peer = method.startswith((GROOVECLEAN, ADECLICK))
            if is_peer and what.startswith("mean") and gain >= row[OWN]:
                missed.append(f"{method} gains {gain:.2f} dB in the {what}")
            elif is_peer and gain >= row[OWN]:
                print(f"note: {method} gains more on {what}")
    if least_clean_db < LEAST_CLEAN_DB:
        missed.append(f"a clean clip comes back with {least_clean_db:.1f} dB")
    if speed < LEAST_SPEED:
        missed.append(f"both tasks run {speed:.1f} x real time")
    return missed


def print_row(name: str, figures: list[float]) -> None:
    """One line of a table."""
    print(f"| {name} | " + " | ".join(f"{figure:+.2f}" for figure in figures) + " |", flush=True)


def measure(shared: Path, seconds: float) -> int:
    """Make the mixtures, run everything, print the tables; returns the exit code."""
    clean, *sets = make_mixtures(shared, seconds)
    entrants = methods()
    chosen = best_adeclick(sets)
    entrants[f"{ADECLICK} {chosen}"] = adeclick(chosen)
    names = [*entrants, "bound"]
    print(f"\n| gain of SI-SDR at {SNR_DB:g} dB, dB | {' | '.join(names)} |")
    print("|---" * (1 + len(names)) + "|")
    table: dict[str, dict[str, float]] = {}
    took_s = 0.0
    for each in sets:
        row = {}
        for name, restore in entrants.items():
            clock = time.process_time()
            row[name] = float(gains(each, restore(each.degraded)).mean())
            took_s += time.process_time() - clock if name == OWN else 0.0
        known = {stem: bound(clip, each.degraded[stem]) for stem, clip in each.clean.items()}
        row["bound"] = float(gains(each, known).mean())
        table[each.name] = row
        print_row(each.name, list(row.values()))
    half = len(sets) // 2
    for name, group in (
        ("mean without rumble", sets[:half]),
        ("mean as they are", sets[half:]),
        ("mean", sets),
    ):
        table[name] = {m: float(np.mean([table[s.name][m] for s in group])) for m in names}
        print_row(f"**{name}**", list(table[name].values()))
    print("\n| clean clips, SI-SDR dB | lowest | mean | untouched |\n|---|---|---|---|")
    lowest = {}
    for name, restore in entrants.items():
        found = gains(clean, restore(clean.degraded))
        lowest[name] = float(found.min())
        print(f"| {name} | {found.min():.1f} | {found.mean():.1f} | {(found > 200).sum()} |")
    speed = sum(len(wave) for each in sets for wave in each.clean.values()) / RATE / took_s
    print(f"\nboth tasks together: {speed:.1f} x real time of one core")
    missed = judge(table, lowest[OWN], speed)
    for sentence in missed:
        print(f"MISSED: {sentence}", file=sys.stderr)
    return int(bool(missed))


def main() -> int:
    """Read the options and measure."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--shared", type=Path, default=REPOSITORY.parent / "shared")
    options.add_argument("--seconds", type=float, default=10.0, help="length of each clip")
    chosen = options.parse_args()
    return measure(chosen.shared.resolve(), chosen.seconds)


if __name__ == "__main__":
    sys.exit(main())
