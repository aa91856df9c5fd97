"""Kept: the list of the batch window on disk, so that it outlives the window and a loss of power.

What has been written is told by the journal in the folder of the outputs; here is what was asked
for. One window has the list; another one that is open at the same time keeps nothing.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from app.batch.choices import Choices
from app.batch.rows import Found, Row
from app.language import to_translate
from engine.documents import read_json
from engine.errors import StorageError
from engine.jobs.batch_news import SideState
from engine.kinds import check_kinds
from engine.progress import Progress, ignore
from engine.storage.lock import Held, Lock, is_locked, take_lock
from engine.sync import write_whole

_NAME = "list.json"


@dataclass(frozen=True, eq=False)
class Kept:
    """The list as it was kept.

    is_begun: whether it was started and has not come to its end.
    """

    choices: Choices | None = None
    is_begun: bool = False
    rows: list[Row] = field(default_factory=list)

    @property
    def n_missing(self) -> int:
        """How many sides are not over."""
        return sum(not row.is_over for row in self.rows)


Snapshot = dict[str, Any]


def snapshot(rows: Sequence[Row], choices: Choices | None, *, is_begun: bool) -> Snapshot:
    """A list as plain values, fit to be written elsewhere while it changes here."""
    told = None if choices is None else asdict(choices) | {"folder": str(choices.folder)}
    return {"choices": told, "is_begun": is_begun, "rows": [_values(row) for row in rows]}


@dataclass(frozen=True, eq=False)
class KeepListJob:
    """Writes a list."""

    folder: Path
    snapshot: Snapshot
    title: str = to_translate("Keeping the list")

    def run(self, progress: Progress = ignore) -> None:
        """Write it.

        Raises:
            StorageError: it cannot be written.
        """
        write_whole(self.folder / _NAME, json.dumps(self.snapshot).encode("ascii"))


@dataclass(frozen=True, eq=False)
class LoadListJob:
    """Reads the list that was kept.

    others: whether one that a window has is read too.
    """

    folder: Path
    others: bool = False
    title: str = to_translate("Reading the list")

    def run(self, progress: Progress = ignore) -> Kept:
        """Read it; empty where there is none, or it is damaged."""
        if not self.others and is_locked(self.folder):
            return Kept()
        try:
            return _kept(read_json(self.folder / _NAME))
        except (OSError, ValueError, KeyError, TypeError):
            return Kept()


def take_list(folder: Path) -> Lock | None:
    """Take the list for one window; None where another one has it.

    Raises:
        StorageError: the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return take_lock(folder)
    except Held:
        return None
    except OSError as error:
        raise StorageError(
            f"the list of the batch cannot be kept in {folder}: {error.strerror or error}"
        ) from error


def forget(folder: Path) -> None:
    """Delete what was kept."""
    (folder / _NAME).unlink(missing_ok=True)


def _values(row: Row) -> tuple[Any, ...]:
    found = row.found
    output = None if row.output is None else str(row.output)
    return (found.source, found.below, row.preset, row.state.value, row.duration_s,
            row.sample_rate, row.problem, row.clicks, row.removed_db, output, row.note)  # fmt: skip


def _kept(told: Snapshot) -> Kept:
    choices = None
    if told["choices"] is not None:
        choices = Choices(**{**told["choices"], "folder": Path(told["choices"]["folder"])})
        check_kinds(choices)
    return Kept(choices, bool(told["is_begun"]), [_row(each) for each in told["rows"]])


def _row(values: Sequence[Any]) -> Row:
    source, below, preset, state, duration_s, rate, problem, clicks, removed_db, output, note = (
        values
    )
    path = Path(below)
    if not path.name or path.is_absolute() or ".." in path.parts:
        raise ValueError(f"{below} would be written outside the folder of the outputs")
    row = Row(Found(source, below), preset, SideState(state))
    row.duration_s, row.sample_rate, row.problem = duration_s, rate, problem
    check_kinds(row)
    if not row.is_over:
        row.reset()  # it was at work when the power went
        return row
    row.clicks, row.removed_db, row.note = clicks, removed_db, note
    row.output = None if output is None else Path(output)
    row.fraction = 1.0
    check_kinds(row)
    return row
