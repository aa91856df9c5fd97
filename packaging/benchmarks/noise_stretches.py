"""Noise stretches: how much noise alone is found on sides that are known, and how much music.

    .venv/bin/python packaging/benchmarks/noise_stretches.py [--shared DIR] [--sides N] [--seed N]

Sides are made of the clean clips and the noises of DIR/data/dev: lead-in, music that fades, a
pause, music, lead-out, at 0 to 22 dB of music to noise, half of them with a swell of each turn.
One in four has an announcement before the music, one digital silence at both ends, one a needle in
the air there. Noise alone is where the music lies 20 dB below the noise.

    found     all that the search gives
    ticked    what it holds for likely, and nobody need tick
    precision of the seconds that were taken, those of noise alone
    recall    of the seconds of noise alone, those that were taken
    music     power of the music in what was taken, relative to the noise there

Then what is found in the transfers of DIR/data/real_transfers/dev, and how fast.
Exits with 1 when the precision of what is ticked is below 0.95.
"""

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray
from scipy.signal import lfilter

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY))

from engine.audio import Audio, MemoryRecording  # noqa: E402 - not installed
from engine.audio_file import open_audio  # noqa: E402
from engine.dsp.noise_stretches import NoiseStretch, find_noise_stretches  # noqa: E402
from training.wizard.find_stretches import LIKELY  # noqa: E402

Wave = NDArray[np.float64]
Rng = np.random.Generator

RATE = 44100
KINDS = ("plain", "announced", "silent ends", "needle in the air")
BELOW_DB, LEVEL, AIR_DB = 20.0, 0.08, -35.0
STEPS_A_SECOND = 20
LEAST_PRECISION = 0.95


@dataclass(frozen=True)
class Side:
    """A side, its music alone, and where it has a groove; noise_power: mean square of its noise."""

    kind: str
    samples: Wave
    music: Wave
    in_groove: NDArray[np.bool_]
    noise_power: float


@dataclass
class Count:
    """Seconds that were taken, right and there; music: its power to that of noise, step by step."""

    taken_s: float = 0.0
    right_s: float = 0.0
    there_s: float = 0.0
    music: list[float] = field(default_factory=list)

    def told(self) -> str:
        """One line."""
        precision = self.right_s / self.taken_s if self.taken_s else 1.0
        music_db = 10 * np.log10(np.mean(self.music) + 1e-12) if self.music else -np.inf
        return (
            f"{self.taken_s:7.1f} s taken of {self.there_s:6.1f} s, precision {precision:.3f}, "
            f"recall {self.right_s / max(self.there_s, 1e-9):.2f}, music {music_db:6.1f} dB"
        )


def load(path: Path) -> Wave:
    """A file, mono."""
    samples, rate = soundfile.read(path, dtype="float64", always_2d=True)
    assert rate == RATE, path
    mono: Wave = samples.mean(axis=1)
    return mono


def silence(seconds: float) -> Wave:
    """So many seconds of nothing."""
    return np.zeros(round(seconds * RATE))


def speech(rng: Rng, seconds: float) -> Wave:
    """Voiced syllables and hisses through three resonances, with pauses between words."""
    spoken, at_s = silence(seconds), 0.0
    while at_s < seconds - 0.3:
        n = round(rng.uniform(0.08, 0.25) * RATE)
        pitch_hz = rng.uniform(90, 180) * np.linspace(1.0, rng.uniform(0.85, 1.15), n)
        pulses = np.diff(np.floor(np.cumsum(pitch_hz) / RATE), prepend=0.0)
        sound = pulses if rng.random() < 0.7 else 0.15 * rng.standard_normal(n)
        for low, high in ((300, 800), (900, 2200), (2300, 3200)):
            radius, angle = np.exp(-np.pi * 90 / RATE), 2 * np.pi * rng.uniform(low, high) / RATE
            sound = lfilter([1 - radius], [1, -2 * radius * np.cos(angle), radius**2], sound)
        start = round(at_s * RATE)
        spoken[start : start + n] += sound / (np.std(sound) + 1e-9) * np.hanning(n)
        at_s += n / RATE + (rng.uniform(0.2, 0.5) if rng.random() < 0.25 else rng.uniform(0, 0.06))
    return spoken / (np.std(spoken) + 1e-9)


def piece(rng: Rng, clip: Wave, seconds: float) -> Wave:
    """An excerpt that fades to nothing within 0.3 to 1.5 s."""
    n = round(seconds * RATE)
    clip = np.resize(clip, max(len(clip), n + RATE))
    start = int(rng.integers(len(clip) - n))
    played = clip[start : start + n].copy()
    fade = round(rng.uniform(0.3, 1.5) * RATE)
    played[-fade:] *= 10 ** (-np.linspace(0, 60, fade) / 20)
    played[:200] *= np.linspace(0, 1, 200)
    return played / (np.std(played) + 1e-9)


def make_side(rng: Rng, clips: Sequence[Wave], noises: Sequence[Wave], kind: str) -> Side:
    """A side of about half a minute."""
    clip, noise = clips[int(rng.integers(len(clips)))], noises[int(rng.integers(len(noises)))]
    parts = [silence(rng.uniform(1.5, 5))]
    if kind == "announced":
        parts += [0.7 * speech(rng, 2.0), silence(1.5)]
    parts += [piece(rng, clip, rng.uniform(8, 12)), silence(rng.uniform(1.2, 3.5))]
    parts += [piece(rng, clip, rng.uniform(6, 10)), silence(rng.uniform(1.5, 6))]
    music = np.concatenate(parts)
    groove = np.resize(np.roll(noise, -int(rng.integers(len(noise)))), len(music))
    groove = groove / np.std(groove) * 10 ** (-rng.uniform(0, 22) / 20)
    if rng.random() < 0.5:
        turn = np.sin(2 * np.pi * 1.3 * np.arange(len(music)) / RATE)
        groove = groove * 10 ** (rng.uniform(0, 3) * turn / 20)
    power = float(np.mean(np.square(groove)))
    ends = {"silent ends": silence(2.0), "needle in the air": rng.standard_normal(3 * RATE)}
    end = ends.get(kind, silence(0.0)) * np.sqrt(power) * 10 ** (AIR_DB / 20)
    return Side(
        kind,
        LEVEL * np.concatenate([end, music + groove, end]),
        np.concatenate([0 * end, music, 0 * end]),
        np.concatenate([0 * end, np.ones(len(music)), 0 * end]) > 0.5,
        power,
    )


def count(side: Side, stretches: Sequence[NoiseStretch], total: Count) -> None:
    """Add what is right and what is not."""
    step = RATE // STEPS_A_SECOND
    n_steps = len(side.music) // step
    power = np.square(side.music[: n_steps * step]).reshape(n_steps, step).mean(axis=1)
    in_groove = side.in_groove[: n_steps * step].reshape(n_steps, step).all(axis=1)
    is_noise = in_groove & (power < side.noise_power * 10 ** (-BELOW_DB / 10))
    taken = np.zeros(n_steps, bool)
    for each in stretches:
        start, stop = each.start_s * STEPS_A_SECOND, each.stop_s * STEPS_A_SECOND
        taken[int(start) : int(np.ceil(stop))] = True
    total.taken_s += taken.sum() / STEPS_A_SECOND
    total.right_s += (taken & is_noise).sum() / STEPS_A_SECOND
    total.there_s += is_noise.sum() / STEPS_A_SECOND
    total.music += (power[taken] / side.noise_power).tolist()


def simulated(data: Path, n_sides: int, seed: int) -> float:
    """Measure on sides that are made; returns the precision of what is ticked."""
    clips = [load(path) for path in sorted((data / "dev" / "clean").glob("*.flac"))]
    noises = [load(path) for path in sorted((data / "dev" / "noise").glob("*.flac"))]
    rng = np.random.default_rng(seed)
    counts = {(kind, what): Count() for kind in KINDS for what in ("found", "ticked")}
    totals = {what: Count() for what in ("found", "ticked")}
    for number in range(n_sides):
        side = make_side(rng, clips, noises, KINDS[number % len(KINDS)])
        found = find_noise_stretches(
            MemoryRecording(Audio(side.samples.astype(np.float32)[None], RATE))
        )
        ticked = [each for each in found if each.sure >= LIKELY]
        for what, stretches in (("found", found), ("ticked", ticked)):
            count(side, stretches, counts[side.kind, what])
            count(side, stretches, totals[what])
    for (kind, what), each in counts.items():
        print(f"{kind:18} {what:6} {each.told()}")
    for what, each in totals.items():
        print(f"{'all':18} {what:6} {each.told()}")
    return totals["ticked"].right_s / max(totals["ticked"].taken_s, 1e-9)


def real(data: Path) -> Iterator[str]:
    """What is found in real transfers."""
    for path in sorted((data / "real_transfers" / "dev").iterdir()):
        with open_audio(path) as file:
            began = time.perf_counter()
            found = find_noise_stretches(file)
            times = file.n_samples / file.sample_rate / (time.perf_counter() - began)
        yield f"{path.name}, {times:.0f} times as fast as it plays"
        for each in found:
            yield (
                f"    {each.start_s:7.2f} .. {each.stop_s:7.2f} s  {each.origin:8} "
                f"{each.level_dbfs:6.1f} dBFS  sure {each.sure:.2f}"
            )


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--shared", type=Path, default=REPOSITORY.parent / "shared")
    parser.add_argument("--sides", type=int, default=64)
    parser.add_argument("--seed", type=int, default=2)
    asked = parser.parse_args()
    precision = simulated(asked.shared / "data", asked.sides, asked.seed)
    for line in real(asked.shared / "data"):
        print(line)
    sys.exit(int(precision < LEAST_PRECISION))


if __name__ == "__main__":
    main()
