"""What Inpaint's method `auto` goes by: all methods side by side, by the length of the gap.

    .venv/bin/python packaging/benchmarks/inpaint_auto.py [--shared DIR] [--without-prior]

Gaps lie 3, 5 and 7 s into each clean clip of DIR/data/dev/clean, those of a second and more 3 s; a
box of 1 to 3 kHz holds noise instead. Prediction is that of engine/dsp/gap.py over all of the gap,
however long, as nothing else that invents nothing can fill it. LSD is that of DIR/tools/score.py,
the mean over the frames whose middle lies inside, in a box over its own bins; for piano alone, for
ensembles, for all clips.
Candidates are what the method that `auto` takes gives by eight seeds; their distance is the mean
LSD inside of all pairs.

Exits with 1 where the method that `auto` takes is not the one with the lowest LSD over all clips,
or where it is not better than prediction in gaps of 100 ms and more, for piano or for ensembles.
"""

import argparse
import csv
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path

import numpy as np
import soundfile
import torch
from numpy.typing import NDArray
from scipy.signal import butter, sosfiltfilt, stft

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY))

from app.equipment import load_equipment  # noqa: E402 - the repository is not installed
from engine.audio import Audio, MemoryRecording  # noqa: E402
from engine.dsp.gap import fill_gap  # noqa: E402
from engine.jobs.restore import restore  # noqa: E402
from engine.project import State  # noqa: E402
from engine.region import Region  # noqa: E402
from engine.tasks.inpaint import AR, DIFFUSION, HELD_S, LIMIT_S, SPECTRAL, Inpaint  # noqa: E402

Wave = NDArray[np.float64]

STARTS_S, AROUND_S = (3.0, 5.0, 7.0), 3.0
BAND_HZ = (1000.0, 3000.0)
NOISE = 0.2
N_FFT, HOP = 2048, 512
N_CANDIDATES = 8
LEAST_S = 0.1
"""From this length on a gap must be filled better than by prediction."""
PIANO, ENSEMBLE, ALL = "piano", "ensemble", "all"
SOLO = ("piano", "harpsichord", "guitar")
"""Words in the genre of a clip in which one instrument plays alone."""


@dataclass(frozen=True)
class Damage:
    """What is damaged in each clip: a gap, or a box."""

    length_s: float
    start_s: float = STARTS_S[0]
    is_box: bool = False

    @property
    def name(self) -> str:
        """As the table has it."""
        return f"{'box' if self.is_box else 'gap'} of {1000 * self.length_s:.0f} ms"

    @property
    def region(self) -> Region:
        """Where it is."""
        plain = Region(self.start_s, self.start_s + self.length_s)
        return replace(plain, low_hz=BAND_HZ[0], high_hz=BAND_HZ[1]) if self.is_box else plain


DAMAGES = (
    *(Damage(length_s) for length_s in (0.02, 0.05, 0.1, 0.3, 1.0, 2.0)),
    Damage(0.1, is_box=True),
)
MANY_S = 0.3
"""Gaps up to this length lie at all of STARTS_S, longer ones at the first, as prediction of them
takes long."""


@dataclass(frozen=True, eq=False)
class Clip:
    """Music (time), and of which group."""

    samples: Wave
    rate: int
    group: str


def read_clips(data: Path) -> list[Clip]:
    """All clips of the development set."""
    with (data / "MANIFEST.csv").open(encoding="utf-8") as lines:
        genres = {row["path"]: row["genre"] for row in csv.DictReader(lines)}
    clips = []
    for path in sorted((data / "dev" / "clean").iterdir()):
        genre = genres[f"dev/clean/{path.name}"]
        alone = [word for word in SOLO if word in genre and "orchestra" not in genre]
        group = PIANO if alone[:1] == [PIANO] else ALL if alone else ENSEMBLE
        samples, rate = soundfile.read(path, always_2d=True)
        clips.append(Clip(samples.mean(axis=1), rate, group))
    return clips


def damaged(clean: Wave, rate: int, damage: Damage) -> Wave:
    """Silence in a gap, noise in a box."""
    samples, at = clean.copy(), damage.region.to_samples(rate, len(clean))
    if not damage.is_box:
        samples[at] = 0.0
        return samples
    noise = np.random.default_rng(78).standard_normal(len(clean))
    samples[at] += NOISE * sosfiltfilt(butter(6, BAND_HZ, "band", fs=rate, output="sos"), noise)[at]
    return samples


def predicted(samples: Wave, rate: int, damage: Damage, _: str) -> Wave:
    """Prediction from both sides, longer than the task does it."""
    restored, at = samples.copy(), damage.region.to_samples(rate, len(samples))
    restored[at] = fill_gap(samples, at, rate)
    return restored


def filled(samples: Wave, rate: int, damage: Damage, method: str, seed: int = 0) -> Wave:
    """What the task makes of it."""
    state = State(MemoryRecording(Audio(samples[None].astype(np.float32), rate)))
    task, equipment = Inpaint(method=method, seed=seed), load_equipment("cpu")
    operation = restore(state, task, (damage.region,), equipment=equipment)
    restored = state.with_operation(operation).read(0, state.n_samples).samples[0]
    return np.asarray(restored, np.float64)


def lsd(clean: Wave, restored: Wave, rate: int, damage: Damage) -> float:
    """Mean log-spectral distance inside the damage."""
    spectra = [
        np.log10(np.abs(stft(x, nperseg=N_FFT, noverlap=N_FFT - HOP)[2]) ** 2 + 1e-10)
        for x in (clean, restored)
    ]
    hz, at = np.fft.rfftfreq(N_FFT, 1 / rate), damage.region.to_samples(rate, len(clean))
    counted = (hz >= BAND_HZ[0]) & (hz < BAND_HZ[1]) if damage.is_box else np.ones(len(hz), bool)
    distances = np.sqrt(((spectra[0] - spectra[1]) ** 2)[counted].mean(axis=0))
    middles = HOP * np.arange(len(distances))
    return float(distances[(middles >= at.start) & (middles < at.stop)].mean())


def measured(clips: Sequence[Clip], damage: Damage, methods: Sequence[str]) -> dict[str, Wave]:
    """LSD inside of each clip, by each method."""
    found: dict[str, list[float]] = {method: [] for method in methods}
    starts = STARTS_S if damage.length_s <= MANY_S else STARTS_S[:1]
    for clip in clips:
        for method in methods:
            distances = []
            for each in (replace(damage, start_s=start_s) for start_s in starts):
                clean, rate = _cut(clip, each), clip.rate
                degraded = damaged(clean, rate, each)
                way = predicted if method == AR and each.length_s > LIMIT_S else filled
                distances.append(lsd(clean, way(degraded, rate, each, method), rate, each))
            found[method].append(float(np.mean(distances)))
    return {method: np.array(each) for method, each in found.items()}


def apart(clips: Sequence[Clip], damage: Damage, method: str) -> float:
    """Mean LSD inside of all pairs of candidates."""
    distances = []
    for clip in clips:
        degraded = damaged(_cut(clip, damage), clip.rate, damage)
        made = [filled(degraded, clip.rate, damage, method, seed) for seed in range(N_CANDIDATES)]
        distances += [lsd(a, b, clip.rate, damage) for a, b in combinations(made, 2)]
    return float(np.mean(distances))


def _cut(clip: Clip, damage: Damage) -> Wave:
    return clip.samples[: round((damage.start_s + damage.length_s + AROUND_S) * clip.rate)]


def main() -> int:
    """Measure and print; returns the exit code."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--shared", type=Path, default=REPOSITORY.parent / "shared")
    options.add_argument("--without-prior", action="store_true")
    chosen = options.parse_args()
    torch.set_num_threads(1)
    clips = read_clips(chosen.shared.resolve() / "data")
    groups = np.array([clip.group for clip in clips])
    in_group = {PIANO: groups == PIANO, ENSEMBLE: groups == ENSEMBLE, ALL: groups != ""}
    methods = (AR, SPECTRAL) if chosen.without_prior else (AR, SPECTRAL, DIFFUSION)
    counts = ", ".join(f"{sum(each)} {name}" for name, each in in_group.items())
    print(f"LSD inside: {counts}\n\n| | {' | '.join(methods)} | auto takes | candidates apart |")
    print("|---" * (len(methods) + 3) + "|")
    missed = 0
    for damage in DAMAGES:
        fitting = methods if damage.length_s >= LEAST_S else methods[:2]
        found = measured(clips, damage, fitting)
        taken = Inpaint().suited((damage.region,)).method
        means = {m: {g: float(each[at].mean()) for g, at in in_group.items()}
                 for m, each in found.items()}  # fmt: skip
        if taken in means:
            missed += means[taken][ALL] > min(each[ALL] for each in means.values())
            if LEAST_S <= damage.length_s <= HELD_S:
                missed += any(means[taken][g] >= means[AR][g] for g in in_group)
        cells = [" / ".join(f"{x:.3f}" for x in means.get(m, {}).values()) for m in methods]
        is_drawn = taken == SPECTRAL and damage.length_s <= 1.0 and not damage.is_box
        distance = f"{apart(clips, damage, taken):.3f}" if is_drawn else ""
        print(f"| {damage.name} | {' | '.join(cells)} | {taken} | {distance} |", flush=True)
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main())
