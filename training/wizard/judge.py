"""JudgeJob: measures a model that was trained against its base, and makes clips for the ears.

Figures of each clip and version are kept in judge/rows.json as they are made; the rest is told in
result.py.

What is there and still fits is not made again; where the weights of the run are others, only what
hangs on them is.
"""

import hashlib
import json
import os
import shutil
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import numpy as np

from engine.documents import read_json
from engine.equipment import Equipment
from engine.errors import StorageError
from engine.kinds import check_kinds
from engine.progress import Progress, ignore, part
from engine.sync import write_whole
from engine.weights_header import file_sha256, read_card
from training.baselines import Method
from training.wizard.blend import SHARES, Trial, blend_weights, can_blend, chosen_trial
from training.wizard.contest import (
    BASE,
    CLASSICAL,
    UNTOUCHED,
    YOURS,
    Row,
    base_method,
    classical_method,
    measured,
    model_method,
    restored,
)
from training.wizard.exam import (
    CLEAN,
    GENERAL,
    OWN,
    Exam,
    Size,
    draw_exam,
    noise_folder,
    size_for,
)
from training.wizard.heard import make_heard, transfers_of
from training.wizard.plan import JUDGE, RECIPE, Plan
from training.wizard.result import (
    CLIPS,
    KEPT,
    RESULT,
    Result,
    best_weights,
    load_result,
    main_gains,
)
from training.wizard.template import Template

ROWS, LEARNT = "rows.json", "learnt.safetensors"
_SAVE_S = 5.0
_EDITION = 3
"""Another one where figures of before would not compare with those of now."""


@dataclass(frozen=True, eq=False)
class JudgeJob:
    """Judges the weights of a run; what it has done already it finds again.

    size: how much is done; None for what suits the model.
    """

    plan: Plan
    template: Template
    folder: Path
    cache: Path
    equipment: Equipment = field(default=Equipment())
    size: Size | None = None
    title: str = "Judging the model"

    def run(self, progress: Progress = ignore) -> Result:
        """Measure, choose the share that is kept, and make clips.

        Raises:
            ModelError: there are no weights yet.
            EngineError: something cannot be read, restored or written.
            Cancelled: progress said so; what was measured stays.
        """
        best = best_weights(self.folder)
        weights = file_sha256(best)
        where = self.folder / JUDGE
        _make(where)
        key = self._key()
        found = load_result(self.folder)
        if found is not None and found.weights == weights and self._is_whole(found, key):
            return found
        progress(0.0, "cutting clips")
        size = self._size()
        learnt = _snapshot(best, where)
        weights = file_sha256(learnt)
        exam = draw_exam(
            self.plan, self.template, self.folder, self.cache, size, part(progress, 0.0, 0.03)
        )
        rows = _Rows(where / ROWS, key)
        task = self.plan.goal.task
        versions = self._versions()
        shares = self._shares(learnt)
        n_runs = len(versions) + len(shares)
        span = 0.77 / n_runs
        for number, (name, method) in enumerate(versions.items()):
            place = _from(0.03, span, number)
            rows.measure(exam, name, method, name, part(progress, *place))
        for number, share in enumerate(shares):
            path = self._made(share, where)
            name = f"{weights}@{share:g}"
            method = self._model(path, task)
            place = _from(0.03, span, number + len(versions))
            told = f"{100.0 * share:.0f} % of what was learnt"
            rows.measure(exam, name, method, told, part(progress, *place))
        result = self._result(exam, rows, shares, weights, where)
        heard = make_heard(
            self.plan,
            exam,
            {YOURS: self._model(where / KEPT, task), **versions},
            where / CLIPS,
            size,
            part(progress, 0.8, 1.0),
        )
        result = replace(result, heard=heard)
        write_whole(where / RESULT, json.dumps(asdict(result), indent=1).encode())
        progress(1.0)
        return result

    def _is_whole(self, found: Result, key: str) -> bool:
        """Whether what was found is of this very exam, and still there."""
        where = self.folder / JUDGE
        files = [name for clip in found.heard for name in clip.files.values()]
        is_there = all((where / CLIPS / name).is_file() for name in files)
        return is_there and (where / KEPT).is_file() and _Rows(where / ROWS, key).is_known

    def _size(self) -> Size:
        return size_for(self.template) if self.size is None else self.size

    def _versions(self) -> dict[str, Method | None]:
        """What is compared besides the weights of the run."""
        task = self.plan.goal.task
        versions: dict[str, Method | None] = {
            BASE: base_method(self.template, task, self.equipment)
        }
        classical = classical_method(task)
        if classical is not None:
            versions[CLASSICAL] = classical
        return {**versions, UNTOUCHED: None}

    def _model(self, path: Path, task: str) -> Method:
        entry, rate = self.template.entry, self.template.sample_rate
        return model_method(entry, path, task, self.equipment, rate)

    def _shares(self, best: Path) -> tuple[float, ...]:
        base = self.template.entry.path
        is_fresh = self.plan.goal.is_fresh
        is_one = not is_fresh and can_blend(read_card(base), read_card(best))
        return SHARES if is_one else SHARES[:1]

    def _made(self, share: float, where: Path) -> Path:
        """The file of a share."""
        path = where / f"share-{round(100 * share)}.safetensors"
        facts = {"base": self.template.entry.name, "share": share}
        blend_weights(self.template.entry.path, where / LEARNT, share, path, facts)
        return path

    def _result(
        self, exam: Exam, rows: "_Rows", shares: Sequence[float], weights: str, where: Path
    ) -> Result:
        """Choose a share and keep its weights."""
        named = {share: f"{weights}@{share:g}" for share in shares}
        trials = tuple(_trial(rows, self.plan.goal.task, share, named[share]) for share in shares)
        clean = [row.error_db for row in rows.of(BASE) if row.kind == CLEAN]
        chosen = chosen_trial(trials, float(np.mean(clean)) if clean else None)
        path = self._made(chosen.share, where)
        try:
            path.replace(where / KEPT)
            for other in (where / LEARNT, *where.glob("share-*.safetensors")):
                other.unlink()
        except OSError as error:
            raise StorageError(f"{where} cannot be written: {error.strerror or error}") from error
        versions = [BASE, CLASSICAL, UNTOUCHED]
        told = [replace(row, version=YOURS) for row in rows.of(named[chosen.share])]
        told += [row for version in versions for row in rows.of(version)]
        return Result(
            self.plan.goal.task,
            self.template.entry.title,
            weights,
            file_sha256(where / KEPT),
            chosen.share,
            tuple(told),
            trials,
            notes=exam.notes,
        )

    def _key(self) -> str:
        """What the figures hang on besides the weights of the run."""
        try:
            recipe = (self.folder / RECIPE).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise StorageError(
                f"{self.folder / RECIPE} cannot be read: {error}; train the model again"
            ) from error
        noise = noise_folder(self.folder)
        files = sorted(noise.iterdir()) if noise is not None else []
        told = [
            str(_EDITION),
            recipe,
            self.template.entry.sha256,
            self.plan.goal.task,
            str(self._size()),
            *(f"{each.name} {each.stat().st_size}" for each in files),
            *map(str, transfers_of(self.plan)),
        ]
        return hashlib.sha256("\0".join(told).encode()).hexdigest()


class _Rows:
    """Figures as they are made, kept in a file."""

    def __init__(self, path: Path, key: str) -> None:
        self._path, self._key = path, key
        self._saved_s = time.monotonic()
        self._rows: dict[tuple[str, str, int], Row] = {}
        try:
            told = read_json(path)
            if told["key"] == key:
                for values in told["rows"]:
                    row = Row(**values)
                    check_kinds(row)
                    self._add(row)
        except (OSError, ValueError, TypeError, KeyError):
            self._rows.clear()

    @property
    def is_known(self) -> bool:
        """Whether figures were made of this very exam."""
        return bool(self._rows)

    def of(self, version: str) -> list[Row]:
        """Those of one version."""
        return [row for row in self._rows.values() if row.version == version]

    def measure(
        self, exam: Exam, version: str, method: Method | None, told: str, progress: Progress
    ) -> None:
        """Restore and measure all clips that are not yet known; told: what this is called."""
        known = len(self._rows)
        counts: dict[str, int] = {}
        try:
            for index, clip in enumerate(exam.clips):
                number = counts.get(clip.kind, 0)
                counts[clip.kind] = number + 1
                share = part(progress, index / len(exam.clips), (index + 1) / len(exam.clips))
                share(0.0, f"measuring {told}: clip {index + 1} of {len(exam.clips)}")
                if (version, clip.kind, number) in self._rows:
                    continue
                self._add(measured(clip, number, version, restored(method, clip, share)))
                if time.monotonic() - self._saved_s > _SAVE_S:
                    self._save()
        finally:
            if len(self._rows) > known:
                self._save()

    def _add(self, row: Row) -> None:
        self._rows[row.version, row.kind, row.number] = row

    def _save(self) -> None:
        told = {"key": self._key, "rows": [asdict(row) for row in self._rows.values()]}
        write_whole(self._path, json.dumps(told).encode())
        self._saved_s = time.monotonic()


def _trial(rows: _Rows, task: str, share: float, version: str) -> Trial:
    """How a share did against the base."""
    known = [*rows.of(version), *rows.of(UNTOUCHED), *rows.of(BASE)]
    clean = [row.error_db for row in rows.of(version) if row.kind == CLEAN]
    general = main_gains(known, task, version, GENERAL)
    base = main_gains(known, task, BASE, GENERAL)
    own, own_base = general, base
    if tried := main_gains(known, task, version, OWN):
        own, own_base = tried, main_gains(known, task, BASE, OWN)
    return Trial(
        share,
        round(float(np.mean([own[n] - own_base[n] for n in own])), 4),
        round(float(np.mean([general[n] - base[n] for n in general])), 4),
        round(float(np.mean(clean)), 4) if clean else None,
    )


def _snapshot(best: Path, where: Path) -> Path:
    """A copy of the best weights, as a trainer that is still at work may write better ones."""
    part = where / f"{LEARNT}.part"
    try:
        shutil.copyfile(best, part)
        os.replace(part, where / LEARNT)
    except OSError as error:
        raise StorageError(f"{where} cannot be written: {error.strerror or error}") from error
    finally:
        part.unlink(missing_ok=True)
    return where / LEARNT


def _from(start: float, span: float, number: int) -> tuple[float, float]:
    return start + span * number, start + span * (number + 1)


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(f"{folder} cannot be made: {error.strerror or error}") from error
