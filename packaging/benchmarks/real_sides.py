"""What a preset does to real sides: noise in the pauses down, the spectrum of the music as it was.

    .venv/bin/python packaging/benchmarks/real_sides.py [--preset NAME] [--side FILE]... [--write]

Sides are those of DIR/data/real_transfers/dev unless others are given; all of each is restored.
Pauses are found as pauses.py says, in the mean of the channels. Noise is down by the ratio of
powers in the pauses, of all that lies between 20 Hz and 20 kHz, and of 200 Hz to 4 kHz. The music
is measured in third octaves from 250 Hz to 3.2 kHz over all loud quarters of a second, and of
transfer and result the power that each has in the pauses is taken away first, as noise that is
taken out is no change of the music. A third octave in which the music of the transfer is less than
6 dB above that noise says nothing about the music; those are named and not judged. A side without a
pause is told as it is: nothing is taken away, and its noise is not judged.

Each side goes through the preset twice: told nothing, and with noise marked, where it has a pause:
that is the first half of the longest one, which is then left out of what is judged.

--set denoise.reduction_db=12 changes a setting of a task for this time, several times if wanted.
--cache DIR keeps restored sides; what the tasks, the models and the sources of the engine say
decides whether one is taken from there. --write puts the table into packaging/benchmarks.md.
Exits with 1 when the noise of a side is down by less than 15 dB, or a third octave by more than 1.
"""

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from time import perf_counter

os.environ.setdefault("OMP_NUM_THREADS", "2")
REPOSITORY = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(REPOSITORY), str(REPOSITORY / "packaging")]

import numpy as np  # noqa: E402 - after the number of threads is set
import soundfile  # noqa: E402

from app import paths  # noqa: E402 - the repository is not installed
from benchmarks import page, pauses  # noqa: E402
from benchmarks.digests import digest_of  # noqa: E402
from benchmarks.pauses import Wave  # noqa: E402
from engine.audio_file import open_audio  # noqa: E402
from engine.catalog_file import load_catalog  # noqa: E402
from engine.equipment import Equipment  # noqa: E402
from engine.jobs.restore import restore  # noqa: E402
from engine.presets import find_preset, with_noise  # noqa: E402
from engine.project import State  # noqa: E402
from engine.region import Region  # noqa: E402
from engine.tasks import TASKS, Task  # noqa: E402

LEAST_DOWN_DB, MOST_CHANGE_DB, JUDGED_SNR_DB = 15.0, 1.0, 6.0
HEAD = (
    "side", "pauses, s", "noise down, dB", "200 Hz to 4 kHz", "largest change of the music, dB",
    "not judged, Hz",
)  # fmt: skip


@dataclass(frozen=True)
class Judged:
    """What was found of one side.

    Attributes:
        pauses_s: where there is only noise.
        down_db: noise there, all of it; nan without a pause.
        down_in_band_db: the same between 200 Hz and 4 kHz.
        change_db: of the music, by the centre of each third octave that is judged.
        unjudged_hz: centres of the others.
    """

    pauses_s: tuple[tuple[float, float], ...]
    down_db: float
    down_in_band_db: float
    change_db: dict[int, float]
    unjudged_hz: tuple[int, ...]

    @property
    def largest(self) -> tuple[int, float]:
        """The third octave that has changed most, and by how much."""
        if not self.change_db:
            return 0, np.nan
        return max(self.change_db.items(), key=lambda each: abs(each[1]))


def judge(before: Wave, after: Wave, rate: int, told: tuple[int, int] | None = None) -> Judged:
    """Compare transfer and result (time); the blocks whose noise was marked do not count."""
    levels = pauses.levels_of(before, rate)
    found = pauses.find_pauses(before, rate)
    if told is not None:
        found = [(told[1] if each[0] == told[0] else each[0], each[1]) for each in found]
    quiet = pauses.flags_of(found, len(levels))
    hz, noises = _both(before, after, rate, quiet)
    _, musics = _both(before, after, rate, pauses.loud(levels))
    thirds = [pauses.third_octaves(hz, each) for each in (*musics, *noises)]
    music = [np.maximum(thirds[index] - thirds[index + 2], 1e-20) for index in (0, 1)]
    is_judged = music[0] > thirds[2] * 10.0 ** (JUDGED_SNR_DB / 10.0)
    change = 10.0 * np.log10(music[1] / music[0])
    names = np.round(pauses.CENTRES_HZ).astype(int).tolist()
    downs = [
        pauses.down_db(*noises, hz, band) if found else np.nan
        for band in ((20.0, 20_000.0), (pauses.LOW_HZ, pauses.HIGH_HZ))
    ]
    return Judged(
        tuple((a * pauses.BLOCK_S, b * pauses.BLOCK_S) for a, b in found),
        downs[0],
        downs[1],
        {n: float(c) for n, c, is_in in zip(names, change, is_judged, strict=True) if is_in},
        tuple(n for n, is_in in zip(names, is_judged, strict=True) if not is_in),
    )


def _both(
    before: Wave, after: Wave, rate: int, chosen: pauses.Flags
) -> tuple[Wave, tuple[Wave, Wave]]:
    hz, powers = pauses.powers_in(before, rate, chosen)
    return hz, (powers, pauses.powers_in(after, rate, chosen)[1])


def missed(name: str, judged: Judged) -> list[str]:
    """What is not reached, in sentences."""
    sentences = []
    for what, down in (("", judged.down_db), (" from 200 Hz to 4 kHz", judged.down_in_band_db)):
        if down < LEAST_DOWN_DB:
            sentences.append(f"{name}: noise{what} in the pauses is down by {down:.1f} dB of 15")
    for hz, change in judged.change_db.items():
        if not abs(change) <= MOST_CHANGE_DB:
            sentences.append(f"{name}: the third octave at {hz} Hz changes by {change:+.2f} dB")
    return sentences


def row(name: str, judged: Judged) -> tuple[str, ...]:
    """A line of the table."""
    spans = ", ".join(f"{first:g} to {stop:g}" for first, stop in judged.pauses_s)
    downs = (f"{x:.1f}" if np.isfinite(x) else "" for x in (judged.down_db, judged.down_in_band_db))
    hz, change = judged.largest
    unjudged = ", ".join(str(each) for each in judged.unjudged_hz)
    return name, spans or "none", *downs, f"{change:+.2f} at {hz} Hz", unjudged or "none"


def changed(tasks: Sequence[Task], settings: Sequence[str]) -> tuple[Task, ...]:
    """The tasks with settings `task.name=value`; numbers are numbers.

    Raises:
        SystemExit: one is not written like that.
    """
    made = list(tasks)
    for setting in settings:
        place, is_given, value = setting.partition("=")
        task, has_name, name = place.partition(".")
        if not is_given or not has_name or task not in TASKS:
            raise SystemExit(f"--set {setting} is not such as denoise.reduction_db=12")
        try:
            read: object = json.loads(value)
        except ValueError:
            read = value
        made = [
            type(each).from_mapping({**each.to_mapping(), name: read})
            if each.name == task
            else each
            for each in made
        ]
    return tuple(made)


def marked(before: Wave, rate: int) -> tuple[int, int] | None:
    """The blocks that are marked as noise: the first half of the longest pause."""
    found = pauses.find_pauses(before, rate)
    if not found:
        return None
    first, stop = max(found, key=lambda each: each[1] - each[0])
    return first, (first + stop) // 2


def restored(path: Path, tasks: Sequence[Task], equipment: Equipment, cache: Path) -> Path:
    """The file of a side that went through the tasks, from the cache where it has it."""
    key = digest_of(tasks, equipment.catalog, path.stat().st_size)
    target = cache / f"{path.stem}-{key[:12]}.wav"
    if target.is_file():
        return target
    cache.mkdir(parents=True, exist_ok=True)
    clock = perf_counter()
    with open_audio(path) as file:
        state = State(file)
        for task in tasks:
            state = state.with_operation(restore(state, task, (), equipment=equipment))
        samples = state.read(0, state.n_samples).samples.T
        rate, played_s = file.sample_rate, file.n_samples / file.sample_rate
    beside = target.with_suffix(".part")
    soundfile.write(beside, samples, rate, subtype="FLOAT", format="WAV")
    beside.replace(target)
    print(f"{path.stem}: {played_s / (perf_counter() - clock):.1f} x real time", flush=True)
    return target


def mono(path: Path) -> tuple[Wave, int]:
    """Mean of the channels (time), and the rate in Hz."""
    samples, rate = soundfile.read(path, dtype="float64", always_2d=True)
    return samples.mean(axis=1), int(rate)


def measure(options: argparse.Namespace, cache: Path) -> int:
    """Restore, judge and print; returns the exit code."""
    folder = options.shared / "data" / "real_transfers" / "dev"
    sides = options.side or sorted(each for each in folder.glob("*") if each.is_file())
    preset = changed(find_preset(options.preset, [paths.presets()]).tasks, options.set)
    folders = [*options.models, paths.user_models(), paths.models()]
    equipment = Equipment(load_catalog(folders), options.device)
    rows, sentences = [], list[str]()
    for path, is_told in product(sides, (False, True)):
        before, rate = mono(path)
        noise = marked(before, rate) if is_told else None
        if is_told and noise is None:
            continue
        tasks, name = preset, path.stem
        if noise is not None:
            span = Region(noise[0] * pauses.BLOCK_S, noise[1] * pauses.BLOCK_S)
            tasks, name = with_noise(preset, span), f"{path.stem}, noise marked"
        after, _ = mono(restored(path, tasks, equipment, cache))
        judged = judge(before, after, rate, noise)
        rows.append(row(name, judged))
        sentences += missed(name, judged)
        if options.verbose:
            print(name, {hz: round(each, 2) for hz, each in judged.change_db.items()}, flush=True)
    made = page.table(HEAD, rows)
    print(f"\n{made}\n\n" + ("\n".join(f"MISSED: {each}" for each in sentences) or "None missed."))
    if options.write:
        page.put(page.BENCHMARKS, "real sides", made)
    return int(bool(sentences))


def main() -> int:
    """Read the options and measure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--shared", type=Path, default=REPOSITORY.parent / "shared")
    parser.add_argument("--side", type=Path, action="append")
    parser.add_argument("--preset", default="78rpm", help="its name, or a TOML file")
    parser.add_argument("--set", action="append", default=[], metavar="TASK.NAME=VALUE")
    parser.add_argument("--models", type=Path, action="append", default=[])
    parser.add_argument("--device", default="auto")
    parser.add_argument("--cache", type=Path)
    parser.add_argument("--verbose", action="store_true", help="all third octaves")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        return measure(options, options.cache or Path(temporary))


if __name__ == "__main__":
    sys.exit(main())
