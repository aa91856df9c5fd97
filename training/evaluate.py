"""Evaluate: restore degraded recordings by several methods and measure each against the clean ones.

Recordings are paired by name, mixed to mono, brought to the rate of the clean one and cut to the
shorter length. A report is a folder that appears when it is whole:

    metrics.json    all figures with their definitions, means, methods and models
    metrics.csv     one line for each method and file, then the means
    snr.png         distribution of SNR before and after
    best.png, median.png, worst.png     spectrograms of the files of the first method, by its SNR
"""

import csv
import dataclasses
import json
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from engine.audio import Audio, Recording
from engine.audio_file import open_audio
from engine.documents import read_json, reason
from engine.errors import EngineError, SettingsError, StorageError
from engine.progress import Progress, ignore, part
from engine.region import Region
from training.baselines import Degraded, Method, NoPartnerError
from training.figures import CHANGE, FIGURES, Figures, Spans, mean_figures, measure
from training.matching import at_rate, mono, read_mono, recordings_in
from training.metrics import LogMelStatistics, Real, frechet_log_mel
from training.plates import draw_snr, draw_spectrograms
from training.report_folder import report_folder

MARK = "metrics.json"


@dataclass(frozen=True)
class Request:
    """What to evaluate.

    Attributes:
        clean: folder of clean recordings.
        methods: ways to restore, the first being the one that matters.
        degraded: folder of degraded recordings; None to restore the clean ones.
        inside: gaps of files, in seconds, by name; of these the SNR is taken inside as well.
        needs_degraded: whether a clean recording without a degraded one is missing something.
    """

    clean: Path
    methods: tuple[Method, ...]
    degraded: Path | None = None
    inside: Mapping[str, Spans] = field(default_factory=dict)
    needs_degraded: bool = True

    def __post_init__(self) -> None:
        names = [method.name for method in self.methods]
        if twice := [name for name in names if names.count(name) > 1]:
            raise SettingsError(f"{twice[0]} stands twice among what to evaluate; name it once")


@dataclass(eq=False)
class Outcome:
    """How a method did on all files."""

    method: Method
    figures: dict[str, Figures] = field(default_factory=dict)
    seconds: float = 0.0
    duration_s: float = 0.0
    models: dict[str, dict[str, Any]] = field(default_factory=dict)
    statistics: dict[int, LogMelStatistics] = field(default_factory=dict)

    @property
    def mean(self) -> Figures:
        """Of every figure over the files that have it."""
        return mean_figures(self.figures.values())


@dataclass(eq=False)
class Evaluation:
    """All that was measured.

    Attributes:
        outcomes: of the methods, in their order.
        before: figures of the degraded files, by name.
        missing: sentences on files without a partner.
        failed: sentences on files that a method could not restore.
        notes: sentences on what is odd.
    """

    outcomes: list[Outcome]
    before: dict[str, Figures] = field(default_factory=dict)
    clean: dict[int, LogMelStatistics] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def to_mapping(self) -> dict[str, Any]:
        """Everything, fit for JSON."""
        used = {name for each in self.outcomes for row in each.figures.values() for name in row}
        return {
            "figures": {name: FIGURES[name] for name in FIGURES if name in used},
            "methods": [self._method(each) for each in self.outcomes],
            "degraded": {"mean": mean_figures(self.before.values()), "files": self.before},
            "missing": self.missing,
            "failed": self.failed,
            "notes": self.notes,
        }

    def _method(self, outcome: Outcome) -> dict[str, Any]:
        distance = None
        if len(self.clean) == 1 and self.clean.keys() == outcome.statistics.keys():
            (rate,) = self.clean
            distance = frechet_log_mel(self.clean[rate], outcome.statistics[rate])
        return {
            "name": outcome.method.name,
            **outcome.method.facts(),
            "models": list(outcome.models.values()),
            "seconds": outcome.seconds,
            "times_real_time": outcome.duration_s / max(outcome.seconds, 1e-9),
            "mean": outcome.mean,
            "frechet_log_mel": distance,
            "files": outcome.figures,
        }


def evaluate(
    request: Request, output: Path, *, overwrite: bool = False, progress: Progress = ignore
) -> Evaluation:
    """Restore, measure, and write the report.

    Raises:
        StorageError: the report cannot be written there, or a folder is missing.
        SettingsError: nothing could be measured.
        Cancelled: progress said so; nothing is left behind.
    """
    with report_folder(output, MARK, overwrite=overwrite) as folder:
        with tempfile.TemporaryDirectory(dir=folder) as kept:
            evaluation = _measured(request, Path(kept), part(progress, 0.0, 0.95))
            _draw(evaluation, request, Path(kept), folder)
        _write(evaluation, folder)
    progress(1.0)
    return evaluation


def read_gaps(path: Path) -> dict[str, Spans]:
    """Read gaps.json: {"name": [[start_s, stop_s], ...]}.

    Raises:
        StorageError: it cannot be read.
        SettingsError: it is something else.
    """
    try:
        read = read_json(path)
        return {
            str(name): [(float(start), float(stop)) for start, stop in spans]
            for name, spans in dict(read).items()
        }
    except OSError as error:
        raise StorageError(f"{path} cannot be read: {reason(error)}") from error
    except (ValueError, TypeError, OverflowError) as error:
        raise SettingsError(
            f"{path.name} does not hold gaps; it must look like "
            '{"name": [[start_s, stop_s], ...]}'
        ) from error


def _measured(request: Request, kept: Path, progress: Progress) -> Evaluation:
    clean = recordings_in(request.clean)
    degraded = clean if request.degraded is None else recordings_in(request.degraded)
    evaluation = Evaluation([Outcome(method) for method in request.methods])
    for name in sorted(set(degraded) - set(clean)):
        evaluation.notes.append(f"{name} has no clean recording and was left out")
    for number, (name, path) in enumerate(clean.items()):
        share = part(progress, number / len(clean), (number + 1) / len(clean))
        worse = degraded.get(name)
        if worse is None:
            evaluation.missing.append(f"{name} has no degraded recording")
            if request.needs_degraded:
                continue
        try:
            _measure_file(evaluation, request, name, (path, worse), kept / str(number), share)
        except EngineError as error:
            evaluation.failed.append(f"{name}: {error}")
    if not any(each.figures for each in evaluation.outcomes):
        reasons = [*evaluation.missing, *evaluation.failed]
        raise SettingsError(f"nothing could be measured: {reasons[0]}")
    return evaluation


def _measure_file(
    evaluation: Evaluation,
    request: Request,
    name: str,
    paths: tuple[Path, Path | None],
    kept: Path,
    progress: Progress,
) -> None:
    """Restore one recording by all methods and measure it."""
    clean, rate = read_mono(paths[0])
    _statistics(evaluation.clean, rate).add(clean)
    spans = request.inside.get(name, ())
    before: Figures | None = None
    worse = paths[1]
    if request.degraded is not None and worse is not None:
        other, own_rate = read_mono(worse)
        x, z = _cut(clean, at_rate(other, own_rate, rate))
        before = evaluation.before[name] = measure(x, z, rate, spans)
        np.save(kept.with_suffix(".degraded.npy"), z.astype(np.float32))
    np.save(kept.with_suffix(".clean.npy"), clean.astype(np.float32))
    gaps = tuple(Region(start, stop) for start, stop in spans)
    with open_audio(worse or paths[0]) as file:
        for index, outcome in enumerate(evaluation.outcomes):
            n_methods = len(evaluation.outcomes)
            share = part(progress, index / n_methods, (index + 1) / n_methods)
            try:
                made = _restored(outcome, Degraded(name, file, gaps), file, share)
                y = at_rate(mono(made.samples), made.sample_rate, rate)
                figures = _compared(clean, y, rate, spans, before)
            except NoPartnerError as error:
                evaluation.missing.append(str(error))
                continue
            except EngineError as error:
                evaluation.failed.append(f"{name} by {outcome.method.name}: {error}")
                continue
            if abs(len(y) - len(clean)) > rate // 100:
                evaluation.notes.append(
                    f"{name} by {outcome.method.name} is {(len(y) - len(clean)) / rate:+.3f} s "
                    "longer than the clean recording; what both have was compared"
                )
            outcome.figures[name] = figures
            _statistics(outcome.statistics, rate).add(y)
            if index == 0:
                np.save(kept.with_suffix(".restored.npy"), y.astype(np.float32))
                kept.with_suffix(".json").write_text(
                    json.dumps({"name": name, "rate": rate}), encoding="utf-8"
                )


def _restored(
    outcome: Outcome, degraded: Degraded, recording: Recording, progress: Progress
) -> Audio:
    clock = time.perf_counter()
    made = outcome.method.restore(degraded, progress)
    outcome.seconds += time.perf_counter() - clock
    outcome.duration_s += recording.n_samples / recording.sample_rate
    outcome.models.update({each.sha256: dataclasses.asdict(each) for each in made.models})
    return made.audio


def _compared(
    clean: Real, restored: Real, sample_rate: int, spans: Spans, before: Figures | None
) -> Figures:
    """The figures of a restored recording, and how they differ from those of the degraded one."""
    x, y = _cut(clean, restored)
    after = measure(x, y, sample_rate, spans)
    if before is None:
        return after
    return after | {CHANGE + name: after[name] - before[name] for name in after if name in before}


def _cut(one: Real, other: Real) -> tuple[Real, Real]:
    length = min(len(one), len(other))
    return one[:length], other[:length]


def _statistics(of: dict[int, LogMelStatistics], sample_rate: int) -> LogMelStatistics:
    return of.setdefault(sample_rate, LogMelStatistics(sample_rate))


def _draw(evaluation: Evaluation, request: Request, kept: Path, folder: Path) -> None:
    """The pictures of a report."""
    by = "snr_inside_db" if request.inside else "snr_db"
    done = [each for each in evaluation.outcomes if each.figures]
    common = [n for n in done[0].figures if all(by in each.figures.get(n, {}) for each in done)]
    if common:
        before = [evaluation.before[name][by] for name in common if name in evaluation.before]
        after = {each.method.name: [each.figures[n][by] for n in common] for each in done}
        is_paired = len(before) == len(common)
        title = f"SNR{' inside gaps' if request.inside else ''} of {len(common)} files"
        draw_snr(folder / "snr.png", title, before if is_paired else [], after)
    rows = evaluation.outcomes[0].figures
    files = {told["name"]: (path, told["rate"]) for path, told in _kept_files(kept)}
    ranked = sorted(rows, key=lambda name: rows[name].get(CHANGE + by, rows[name].get(by, 0.0)))
    if not ranked:
        return
    chosen = {"worst": ranked[0], "median": ranked[len(ranked) // 2], "best": ranked[-1]}
    for word, name in chosen.items():
        path, rate = files[name]
        title = f"{name}: {word} of {len(ranked)} files by {evaluation.outcomes[0].method.name}"
        draw_spectrograms(folder / f"{word}.png", title, _states(path), rate)


def _kept_files(kept: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    for path in kept.glob("*.json"):
        yield path, json.loads(path.read_text(encoding="utf-8"))


def _states(path: Path) -> dict[str, Real]:
    """What was kept of one recording, and what was removed from it."""
    found: dict[str, Real] = {
        state: np.load(each).astype(np.float64)
        for state in ("clean", "degraded", "restored")
        if (each := path.with_suffix(f".{state}.npy")).is_file()
    }
    source, restored = _cut(found.get("degraded", found["clean"]), found["restored"])
    return found | {"removed": source - restored}


def _write(evaluation: Evaluation, folder: Path) -> None:
    """The tables of a report."""
    told = evaluation.to_mapping()
    (folder / MARK).write_text(
        json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    columns = [*told["figures"], *(CHANGE + name for name in told["figures"])]
    rows = [("degraded", name, row) for name, row in evaluation.before.items()]
    for each in evaluation.outcomes:
        rows += [(each.method.name, name, row) for name, row in each.figures.items()]
    means = [("degraded", mean_figures(evaluation.before.values()))] if evaluation.before else []
    means += [(each.method.name, each.mean) for each in evaluation.outcomes]
    with (folder / "metrics.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["method", "file", *columns])
        for method, name, row in [*rows, *((m, "MEAN", row) for m, row in means)]:
            writer.writerow([method, name, *(row.get(column, "") for column in columns)])
