"""Papers: what is told of a model that was trained here, for those who will work with it.

card.md        what it is, what it was trained on, how well it does, what it is not for
recipe.toml    as `runout train` takes it
manifest.csv   every file it was trained on or judged by
curve.csv      how training went
"""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from engine.catalog import Entry
from engine.progress import Progress, ignore, part
from training.wizard.exam import OWN, split_music
from training.wizard.figure_table import ERROR, SHOWN, FigureRow, figure_rows
from training.wizard.plan import NOISE, NOISE_HELD, RECIPE, Plan
from training.wizard.result import SI_SDR, Result
from training.wizard.verdict import NONE, Verdict, count_votes, told_votes

TRAINED, HELD = "trained on", "held to judge by"
NOISE_TRAINED, NOISE_KEPT = "noise trained on", "noise held to judge by"
_COLUMNS = ("file", "sha256_of_decoded_audio", "seconds", "side")


@dataclass(frozen=True)
class Material:
    """A file that had to do with the training.

    Attributes:
        file: its path.
        sha256: of its sound, mono and 16 bits at its highest level, at the rate of the model.
        seconds: how long it is.
        side: of the split.
    """

    file: str
    sha256: str
    seconds: float
    side: str


def list_material(folder: Path, cache: Path, progress: Progress = ignore) -> tuple[Material, ...]:
    """Every file that a training has used.

    Raises:
        EngineError: one of them cannot be read any more.
    """
    from training.recordings import decode

    wanted = list(_used(folder, cache))
    rate = _rate(folder)
    found = []
    for number, (path, side) in enumerate(wanted):
        part(progress, 0.0, 1.0)(number / len(wanted), path.name)
        decoded = decode(path, rate, cache)
        seconds = round(len(decoded.steps) / rate, 3)
        found.append(Material(str(path), decoded.sha256, seconds, side))
    return tuple(found)


def manifest_text(material: tuple[Material, ...]) -> str:
    """All of it as CSV."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for each in material:
        writer.writerow([each.file, each.sha256, each.seconds, each.side])
    return text.getvalue()


def card_text(
    plan: Plan, entry: Entry, result: Result, verdict: Verdict, material: tuple[Material, ...]
) -> str:
    """The card of a model, as Markdown."""
    parts = [
        f"# {entry.title}",
        f"{entry.description}",
        _facts(plan, entry, result),
        "## Verdict\n\n" + "\n".join(f"- {each}" for each in verdict.sentences),
        _heard(plan, result),
        _figures(result),
        _material(plan, material),
        _limits(result, verdict),
    ]
    return "\n\n".join(each for each in parts if each) + "\n"


def _used(folder: Path, cache: Path) -> Iterator[tuple[Path, str]]:
    from training.config import read_recipe
    from training.degradations.noise_files import SUFFIXES

    seen, held = split_music(read_recipe(folder / RECIPE, folder), folder, cache)
    yield from ((path, TRAINED) for path in seen)
    yield from ((path, HELD) for path in held)
    for name, side in ((NOISE, NOISE_TRAINED), (NOISE_HELD, NOISE_KEPT)):
        if (folder / name).is_dir():
            files = sorted(each for each in (folder / name).rglob("*") if each.is_file())
            yield from ((path, side) for path in files if path.suffix.lower() in SUFFIXES)


def _rate(folder: Path) -> int:
    from training.config import read_recipe

    return read_recipe(folder / RECIPE, folder).data.sample_rate


def _facts(plan: Plan, entry: Entry, result: Result) -> str:
    begun = "trained from scratch, with the network of" if plan.goal.is_fresh else "trained from"
    signed = entry.signed or "nobody yet: experimental"
    lines = [
        f"- Name: {entry.name}, version {entry.version}",
        f"- For: {', '.join(entry.tasks)}, by method {entry.method}",
        f"- Base: {begun} {result.base} ({plan.goal.base})",
        f"- Kept: {100.0 * result.share:.0f} % of what was learnt",
        f"- Network: {entry.network}, {entry.sample_rate} Hz",
        f"- Licence: {entry.licence}",
        f"- Sources: {'; '.join(entry.sources) or 'not told'}",
        f"- SHA-256 of the weights: {result.kept}",
        f"- Signed by: {signed}",
    ]
    return "\n".join(lines)


def _heard(plan: Plan, result: Result) -> str:
    votes = plan.judged.votes
    if not votes:
        return "## Blind test\n\nNobody has compared it by ear."
    counted = count_votes(votes, len(result.versions))
    names = [f"{name} {counted.counts[name]}" for name in (*result.versions, NONE)]
    told = [f"Preferred: {', '.join(names)}.", *told_votes(counted)]
    return "## Blind test\n\n" + "\n".join(told)


def _figures(result: Result) -> str:
    """Gains over what was not touched, by set and by the noise in it."""
    lines = [
        "## Figures",
        "",
        "By how many dB a version is nearer to the clean music than the untouched clip, mean.",
        "",
        "| clips | this model | base | classical |",
        "|---|---|---|---|",
    ]
    for row in figure_rows(result):
        cells = [f"{row.values[who]:.2f}" if who in row.values else "-" for who in SHOWN]
        lines.append(f"| {_told_row(row)} | {' | '.join(cells)} |")
    if len(result.trials) > 1:
        lines.append("")
        lines.append("The share that is kept was chosen by these same clips.")
    lines += [f"\n{note[:1].upper()}{note[1:]}." for note in result.notes]
    return "\n".join(lines)


def _told_row(row: FigureRow) -> str:
    if row.figure == ERROR:
        return "clean music to what is done to it"
    name = "noise of these discs" if row.kind == OWN else "other damage"
    at = "" if row.snr_db is None else f" at {row.snr_db:g} dB"
    return f"{name}{at}, {'SI-SDR' if row.figure == SI_SDR else 'log spectrum'}"


def _material(plan: Plan, material: tuple[Material, ...]) -> str:
    lines = ["## Material", ""]
    for side in (TRAINED, HELD, NOISE_TRAINED, NOISE_KEPT):
        files = [each for each in material if each.side == side]
        minutes = sum(each.seconds for each in files) / 60.0
        count = "1 file" if len(files) == 1 else f"{len(files)} files"
        lines.append(f"- {side.capitalize()}: {count}, {minutes:.1f} minutes")
        lines += [f"    - {Path(each.file).name}, {each.seconds:.1f} s" for each in files]
    licence = plan.music.licence or "not told"
    discs = dict.fromkeys(Path(each.path).name for each in plan.noise.stretches if each.is_taken)
    lines.append(f"- Licence of the music, as its user says: {licence}")
    if discs:
        lines.append(f"- Noise was cut from: {', '.join(discs)}")
    return "\n".join(lines)


def _limits(result: Result, verdict: Verdict) -> str:
    lines = ["## Limits", ""]
    if verdict.general.mean < 0.0:
        lines.append(f"- It may do worse than {result.base} on noise unlike that of these discs.")
    lines.append("- It was judged by few clips; listen to what it does to your own.")
    if result.task in ("extend", "inpaint"):
        lines.append("- What it adds is made up, and was not on the disc.")
    return "\n".join(lines)
