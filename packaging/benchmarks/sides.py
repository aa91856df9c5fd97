"""Sides as they are and sides as they are simulated: whether noise, clicks and swish are alike.

    .venv/bin/python packaging/benchmarks/sides.py [--shared DIR] [--sides N] [--seed N]
                                                   [--recipe FILE] [--plate FILE.png]
                                                   [--not-shown NAME]...

Music of DIR/data/train/music, in two pieces with pauses around them, is damaged as
training/recipes/shellac-side.toml draws it, N times; every result and the transfers of
DIR/data/real_transfers/dev are measured by side_figures.py. A transfer is compared with simulated
sides at its own sample rate, and, where no pause is found on it, with what is found on those
without looking for pauses.

    bands      third octaves of the noise that lie within what nine in ten, and what all have
    nearest    mean absolute difference in dB to the simulated side that is nearest, levels aligned
    middle     the same to the median of all
    one of all the same to a simulated side: the median of those
    within     whether a figure lies where nine in ten simulated sides are, the lowest and the
               highest twentieth left out; EDGE is between all of them, OUTSIDE is not

The plate shows a transfer beside the simulated side whose noise is nearest to it; one that may be
looked at and not passed on is left out.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY))
sys.path.insert(0, str(REPOSITORY / "packaging"))

from benchmarks.side_figures import BANDS_HZ, CLASSES_DB, Figures, figures  # noqa: E402 - not installed
from benchmarks.side_plate import draw_plate  # noqa: E402
from engine.audio import Audio  # noqa: E402
from training.chain import apply_damage, draw_damage  # noqa: E402
from training.config import Recipe, read_recipe  # noqa: E402
from training.degradations.surface import Surface  # noqa: E402

Real = NDArray[np.floating]

RATE, LEVEL = 44100, 0.06
PAUSES_S, PIECES_S, FADE_S = (3.0, 2.0, 2.5), (19.0, 15.0), 1.0
CYLINDER_RPM = "160"
SHARE = 5.0
TOLD = (
    *(f"clicks/s {low:g} dB" for low in CLASSES_DB),
    "width ms",
    "ticks/s",
    "kurtosis",
    "swish dB",
)


@dataclass(frozen=True, eq=False)
class Side:
    """A side, samples (time,), and what kind of groove it has."""

    name: str
    samples: Real
    sample_rate: int
    kind: str


def transfers(folder: Path) -> Iterator[Side]:
    """Real sides, mono."""
    for path in sorted(folder.iterdir()):
        samples, rate = soundfile.read(path, always_2d=True)
        kind = "cylinder" if "cylinder" in path.name else "disc"
        yield Side(path.stem, samples.mean(axis=1), rate, kind)


def clean_side(paths: Sequence[Path], rng: np.random.Generator) -> Audio:
    """Music from a random place, with silence before, between and after its pieces."""
    path = paths[int(rng.integers(len(paths)))]
    needed = round(sum(PIECES_S) * RATE)
    with soundfile.SoundFile(path) as file:
        assert file.samplerate == RATE, path
        file.seek(int(rng.integers(max(1, file.frames - needed))))
        music = np.resize(file.read(needed, always_2d=True).mean(axis=1), needed)
    music *= LEVEL / (np.std(music) + 1e-9)
    fade = np.square(np.linspace(0.0, 1.0, round(FADE_S * RATE)))
    parts, start = [np.zeros(round(PAUSES_S[0] * RATE))], 0
    for seconds, pause_s in zip(PIECES_S, PAUSES_S[1:], strict=True):
        piece = music[start : start + round(seconds * RATE)].copy()
        start += len(piece)
        piece[: len(fade)] *= fade
        piece[-len(fade) :] *= fade[::-1]
        parts += [piece, np.zeros(round(pause_s * RATE))]
    return Audio(np.concatenate(parts).astype(np.float32)[None], RATE)


def simulated(recipe: Recipe, paths: Sequence[Path], count: int, seed: int) -> Iterator[Side]:
    """Sides as the recipe draws them."""
    for number in range(count):
        rng = np.random.default_rng((seed, number))
        damage = draw_damage((*recipe.material, *recipe.damage), rng)
        noise = next(each for each in damage if isinstance(each, Surface))
        kind = "cylinder" if noise.rpm == CYLINDER_RPM else "disc"
        made = apply_damage(damage, clean_side(paths, rng))
        yield Side(f"simulated {number}", made.samples[0], RATE, kind)


def measured(side: Side, sample_rate: int, has_pauses: bool) -> Figures:
    """Figures of a simulated side at the rate of a transfer."""
    import soxr

    samples = side.samples.astype(np.float64)
    if sample_rate != side.sample_rate:
        samples = soxr.resample(samples, side.sample_rate, sample_rate, "HQ")
    return figures(samples, sample_rate, side.kind, has_pauses)


def row(found: Figures) -> tuple[float, ...]:
    """The figures that are single numbers, in the order of TOLD."""
    width_ms = found.widths_ms[1]
    return (*found.clicks_per_s, width_ms, found.ticks_per_s, found.kurtosis, found.swish_db)


def between(mine: Real, made: Real, share: float) -> NDArray[np.bool_]:
    """Whether each of mine (figure) lies within made (side figure), some percent left out."""
    low, high = np.percentile(made, (share, 100.0 - share), axis=0)
    return np.asarray((low <= mine) & (mine <= high))


def tell(side: Side, real: Figures, made: Sequence[Figures]) -> tuple[list[str], int]:
    """Print how one transfer and simulated sides compare; what lies outside, and the nearest."""
    noise = np.stack([each.noise_db for each in made])
    known = np.isfinite(real.noise_db) & np.isfinite(noise).all(axis=0)
    mine, noise = real.noise_db[known], noise[:, known]
    inside, usual = between(mine, noise, 0.0), between(mine, noise, SHARE)
    away_db = np.abs(noise - mine).mean(axis=1)
    middle_db = np.abs(np.median(noise, axis=0) - mine).mean()
    where = "in its pauses" if real.has_pauses else "under its music"
    print(f"\n{side.name}: noise {where}")
    print(f"  bands {usual.sum()} and {inside.sum()} of {len(inside)}, ", end="")
    print(f"nearest {away_db.min():.1f} dB, ", end="")
    print(f"middle {middle_db:.1f} dB, one of all {np.median(away_db):.1f} dB")
    lost = " ".join(f"{hertz:.0f}" for hertz in BANDS_HZ[known][~inside])
    outside = [f"noise at {lost} Hz"] if lost else []
    print(f"  {'':16} {'real':>8} {'5 %':>8} {'median':>8} {'95 %':>8}")
    rows, mine = np.array([row(each) for each in made]), np.array(row(real))
    inside, usual = between(mine, rows, 0.0), between(mine, rows, SHARE)
    columns = np.stack([mine, *np.percentile(rows, (SHARE, 50.0, 100.0 - SHARE), axis=0)], axis=1)
    for number, title in enumerate(TOLD):
        verdict = "within" if usual[number] else "EDGE" if inside[number] else "OUTSIDE"
        outside += [title] if verdict == "OUTSIDE" else []
        text = " ".join(f"{each:8.2f}" for each in columns[number])
        print(f"  {title:16} {text} {verdict}")
    return outside, int(np.argmin(away_db))


def main() -> None:
    """Simulate, measure, compare."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--shared", type=Path, default=REPOSITORY.parent / "shared")
    parser.add_argument(
        "--recipe", type=Path, default=REPOSITORY / "training/recipes/shellac-side.toml"
    )
    parser.add_argument("--sides", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--plate", type=Path)
    parser.add_argument("--not-shown", nargs="*", default=["couperin"], help="sides not to show")
    asked = parser.parse_args()
    data = asked.shared / "data"
    recipe = read_recipe(asked.recipe, data)
    paths = sorted((data / "train" / "music").glob("*.ogg"))
    made = list(simulated(recipe, paths, asked.sides, asked.seed))
    kept: dict[tuple[int, bool], list[Figures]] = {}
    verdicts, pairs = [], []
    for side in transfers(data / "real_transfers" / "dev"):
        real = figures(side.samples.astype(np.float64), side.sample_rate, side.kind)
        form = (side.sample_rate, real.has_pauses)
        if form not in kept:
            kept[form] = [measured(each, *form) for each in made]
        outside, nearest = tell(side, real, kept[form])
        verdicts.append(f"{side.name}: {', '.join(outside) + ' outside' if outside else 'within'}")
        pairs.append((side.name, side.samples, side.sample_rate, made[nearest].samples))
    print("\n" + "\n".join(verdicts))
    if asked.plate:
        hidden = tuple(asked.not_shown)
        draw_plate(asked.plate, [each for each in pairs if not each[0].startswith(hidden)], RATE)


if __name__ == "__main__":
    main()
