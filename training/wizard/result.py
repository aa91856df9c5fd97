"""Result: what judging has found of a model, kept in the folder of its training.

judge/kept.safetensors    the weights that were judged, and can be published
judge/clips/              clips for the ears
judge/result.json         figures and all that is told of them
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.documents import read_json
from engine.errors import ModelError
from engine.kinds import check_kinds
from engine.progress import Progress, ignore
from engine.weights_header import file_sha256
from training.wizard.blend import Trial
from training.wizard.contest import UNTOUCHED, Row
from training.wizard.heard import HeardClip
from training.wizard.plan import JUDGE, RUN

BEST, KEPT = "best.safetensors", "kept.safetensors"
CLIPS, RESULT = "clips", "result.json"
SI_SDR, LSD = "si_sdr", "lsd"
"""Figures that versions are compared by."""


@dataclass(frozen=True)
class Result:
    """What was found.

    Attributes:
        task: what the model is for.
        base: title of the model it began with.
        weights: SHA-256 of the run's best weights.
        kept: that of the weights that were judged, and can be published.
        share: of what was learnt that they hold.
        rows: figures.
        trials: what other shares would do.
        heard: clips for the ears.
        notes: sentences on what is odd about the figures.
    """

    task: str
    base: str
    weights: str
    kept: str
    share: float
    rows: tuple[Row, ...]
    trials: tuple[Trial, ...] = ()
    heard: tuple[HeardClip, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def versions(self) -> tuple[str, ...]:
        """What each clip is heard as."""
        return tuple(self.heard[0].files) if self.heard else ()


def best_weights(folder: Path) -> Path:
    """The weights that a run has kept.

    Raises:
        ModelError: there are none yet.
    """
    best = folder / RUN / BEST
    if not best.is_file():
        raise ModelError(
            "there are no weights to judge yet; let the training run until its first held-out "
            "figures"
        )
    return best


def load_result(folder: Path) -> Result | None:
    """What was found last; None where nothing was, or it cannot be read."""
    try:
        told = read_json(folder / JUDGE / RESULT)
        return _read(told)
    except (OSError, ValueError, TypeError, KeyError):
        return None


def judged_problem(result: Result, folder: Path) -> str:
    """Why a result is not that of the weights that are there; empty if it is.

    Raises:
        ModelError: weights are missing.
    """
    if file_sha256(best_weights(folder)) != result.weights:
        return (
            "the model was trained further since it was judged; judge it again, so that what is "
            "published is what was heard"
        )
    kept = folder / JUDGE / KEPT
    if file_sha256(kept) != result.kept:
        return f"{kept} has changed since it was judged; judge the model again"
    return ""


def main_figure(task: str) -> str:
    """Made-up treble and gaps are never the samples that were there; their spectrum counts."""
    return LSD if task in ("extend", "inpaint") else SI_SDR


def main_gains(rows: Sequence[Row], task: str, version: str, kind: str) -> dict[int, float]:
    """By how many dB a version is better than the untouched clips of a set, by their numbers."""
    return gains_of(rows, main_figure(task), version, kind)


def gains_of(rows: Sequence[Row], figure: str, version: str, kind: str) -> dict[int, float]:
    """The same of one figure."""
    found = {
        who: {row.number: row for row in rows if row.version == who and row.kind == kind}
        for who in (version, UNTOUCHED)
    }
    both = found[version].keys() & found[UNTOUCHED].keys()
    return {n: _gain(found[version][n], found[UNTOUCHED][n], figure) for n in sorted(both)}


def _gain(after: Row, before: Row, figure: str) -> float:
    if figure == LSD:
        return before.lsd_db - after.lsd_db
    return after.si_sdr_db - before.si_sdr_db


@dataclass(frozen=True)
class Found:
    """What is known of a training; problem: why it cannot be published so, a sentence."""

    result: Result | None
    problem: str = ""


@dataclass(frozen=True)
class FindResultJob:
    """Looks for what was judged, and whether it is still what is there."""

    folder: Path
    title: str = "Looking at the result"

    def run(self, progress: Progress = ignore) -> Found:
        """It; reads and hashes weights."""
        progress(0.0)
        result = load_result(self.folder)
        try:
            best_weights(self.folder)
            problem = judged_problem(result, self.folder) if result is not None else ""
        except ModelError as error:
            return Found(None, str(error))
        return Found(result, problem)


def _read(told: Mapping[str, Any]) -> Result:
    rows = tuple(Row(**row) for row in told["rows"])
    trials = tuple(Trial(*each) for each in told["trials"])
    heard = tuple(HeardClip(**each) for each in told["heard"])
    parts = {"rows": rows, "trials": trials, "heard": heard, "notes": tuple(told["notes"])}
    result = Result(**{**told, **parts})
    check_kinds(result)
    return result
