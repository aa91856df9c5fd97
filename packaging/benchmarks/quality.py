"""All methods of Runout and its peers side by side, on clips that no training has seen.

    .venv-peers/bin/python packaging/benchmarks/quality.py [--cache DIR] [--only PART]... [--write]

Twelve clips of 10 s in fourteen kinds of damage, as damages.py has them. Every method that a task
offers takes part by itself, with each of its models, as the window and the command line run it with
default settings; peers have several strengths or settings, and each is shown in the best of them.
Figures are means over clips, of the change from the degraded clip: SI-SDR, LSD (log10 of power,
n_fft 2048) and LSD of the treble, from 4 kHz on or from where it was cut. Clean music is the SNR of
what a method makes of the undamaged clips, where those that are told of noise hear of one 20 dB
below the music, as if it were marked in a worse stretch. Methods that ask a prior get --few clips.

Peers that learn from marked noise are told of a second of it. Chains of peers are tried in every
strength on two clips, and the best of each pair of programs then in both orders on all.

Speed and memory are measured apart, by the part `speed`: half a minute in a process of its own for
each, after a warm-up; programs with their start. Memory is the most that process, or the program,
had resident.

--cache DIR keeps the sets and all figures, so that it may be run in parts, also at once with
OMP_NUM_THREADS=1 each: what is kept is taken as long as clips, settings, weights and sources are
the same; speed is kept until --afresh. --write puts the tables of those parts that are measured
into packaging/benchmarks.md and README.md.
"""

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "2")
REPOSITORY = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(REPOSITORY), str(REPOSITORY / "packaging")]

import numpy as np  # noqa: E402 - after the number of threads is set

from app import paths  # noqa: E402 - the repository is not installed
from benchmarks import alone, page, quality_tables  # noqa: E402
from benchmarks.contender import Contender  # noqa: E402
from benchmarks.contenders import contenders  # noqa: E402
from benchmarks.damages import CLEAN, DAMAGES, Damage, Shelf, told_of  # noqa: E402
from benchmarks.kept import Figures, Kept, key_of  # noqa: E402
from benchmarks.model_sets import Case, Sets  # noqa: E402
from benchmarks.quality_figures import figures_of, mean_of  # noqa: E402
from engine.catalog_file import load_catalog  # noqa: E402
from engine.equipment import Equipment  # noqa: E402
from engine.errors import EngineError  # noqa: E402

SPEED = "speed"
PARTS = (*DAMAGES, CLEAN.name, SPEED)
TRIAL_CLIPS = 2


@dataclass(eq=False)
class Quality:
    """What is measured with, and what came out.

    Attributes:
        n_few: clips for methods that ask a prior.
        words: options that a process of its own is to have too.
        found: figures by damage and by contender.
        families: of contenders; "" for Runout's.
    """

    shelf: Shelf
    equipment: Equipment
    kept: Kept
    n_few: int
    only_own: bool = False
    words: Sequence[str] = ()
    found: dict[str, dict[str, Figures]] = field(default_factory=dict)
    families: dict[str, str] = field(default_factory=dict)

    def measure(self, damage: Damage) -> None:
        """All contenders on one damage, whatever of that is not kept."""
        print(f"\n## {damage.title}", flush=True)
        taking_part = self.contenders(damage)
        trials: dict[str, tuple[float, Contender]] = {}
        for each in taking_part:
            self.families[each.name] = "" if each.is_own else each.kin
            if each.twin:
                figures = self._row(damage, each, TRIAL_CLIPS)
                if figures and figures["si_sdr"] > trials.get(each.kin, (-np.inf, each))[0]:
                    trials[each.kin] = (figures["si_sdr"], each)
        finalists = {name for _, each in trials.values() for name in (each.name, each.twin)}
        for each in taking_part:
            if (each.twin or each.is_twin) and each.name not in finalists:
                continue
            if figures := self._row(damage, each, self.n_few if each.is_slow else 0):
                self.found.setdefault(damage.name, {})[each.name] = figures
                print(quality_tables.line(each.name, figures), flush=True)

    def contenders(self, damage: Damage) -> list[Contender]:
        """Those that take part."""
        return contenders(damage, self.equipment, with_peers=not self.only_own)

    def _row(self, damage: Damage, each: Contender, n_clips: int) -> Figures | None:
        """Figures of a contender, kept or made; None where it cannot do that or is left out."""
        cases = few(self.shelf.cases(damage), n_clips)
        key = key_of(each.key, told_of(cases), damage.high_hz)
        if key in self.kept:
            return self.kept[key] or None
        if each.is_slow and not self.n_few:
            return None
        try:
            restored = each.way(cases)
        except EngineError as error:
            print(f"| {each.name} | {error} |", flush=True)
            self.kept[key] = {}
            return None
        rows = [
            figures_of(case, wave, damage.high_hz)
            for case, wave in zip(cases, restored, strict=True)
        ]
        self.kept[key] = made = mean_of(rows)
        return made

    def measure_speed(self, damages: Sequence[Damage], *, is_afresh: bool) -> None:
        """Speed and memory of all that took part, each in a process of its own."""
        for damage in damages:
            shown = quality_tables.best_of(self.found.get(damage.name, {}), self.families)
            for each in self.contenders(damage):
                name = quality_tables.speed_name(damage, each.name)
                if each.name not in shown or name in self.found.get(SPEED, {}):
                    continue
                key = key_of(each.key, SPEED, name, os.environ["OMP_NUM_THREADS"])
                if is_afresh or key not in self.kept:
                    self.kept[key] = alone.measure(self.words, damage.name, each.name)
                    print(quality_tables.line(name, self.kept[key]), flush=True)
                self.found.setdefault(SPEED, {})[name] = self.kept[key]


def few(cases: Sequence[Case], n_clips: int) -> list[Case]:
    """So many cases spread over all; all for 0."""
    if not n_clips or n_clips >= len(cases):
        return list(cases)
    at = np.linspace(0, len(cases) - 1, n_clips).round().astype(int)
    return [cases[index] for index in at.tolist()]


def write(quality: Quality) -> None:
    """Put the tables that are there into the documents."""
    found, families = quality.found, quality.families
    for name, damage in DAMAGES.items():
        if name in found:
            text = quality_tables.table_of(damage, found, families)
            page.put(page.BENCHMARKS, f"quality {name}", text)
    if all(name in found for name in quality_tables.SUMMARY):
        text = quality_tables.summary(found, families)
        page.put(page.README, "quality", text)


def measure(quality: Quality, options: argparse.Namespace) -> None:
    """All parts that are wanted; what is kept of the others is shown with them."""
    wanted = options.only or PARTS
    quality.shelf.sets.make()
    damages = [each for each in (*DAMAGES.values(), CLEAN) if each.name in wanted]
    for damage in damages:
        quality.measure(damage)
    if SPEED in wanted:
        quality.measure_speed(damages or list(DAMAGES.values()), is_afresh=options.afresh)
    print()
    for damage in damages:
        if damage is not CLEAN:
            print(quality_tables.table_of(damage, quality.found, quality.families), "\n")
    if options.write:
        write(quality)


def main() -> int:
    """Read the options and measure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--shared", type=Path, default=REPOSITORY.parent / "shared")
    parser.add_argument("--cache", type=Path)
    parser.add_argument("--only", action="append", choices=PARTS, help="several times")
    parser.add_argument("--quick", type=int, default=0, metavar="N", help="clips of each set")
    parser.add_argument("--few", type=int, default=3, metavar="N", help="clips for priors; 0: none")
    parser.add_argument("--own", action="store_true", help="without peers")
    parser.add_argument("--models", type=Path, action="append", default=[])
    parser.add_argument("--device", default="auto")
    parser.add_argument("--afresh", action="store_true", help="measure speed again")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--alone", nargs=2, metavar=("PART", "METHOD"), help="speed of one; JSON")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.cache or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        sets = Sets(options.shared.resolve(), folder / "sets", options.quick)
        equipment = Equipment(load_catalog([*options.models, paths.models()]), options.device)
        kept = Kept(folder / "figures")
        words = ["--cache", str(folder), "--shared", str(options.shared)]
        words += ["--device", options.device]
        words += [word for each in options.models for word in ("--models", str(each))]
        quality = Quality(Shelf(sets), equipment, kept, options.few, options.own, words=words)
        if options.alone:
            print(json.dumps(alone.run(quality.shelf, equipment, *options.alone)))
            return 0
        measure(quality, options)
        if options.json:
            options.json.write_text(json.dumps(quality.found, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
