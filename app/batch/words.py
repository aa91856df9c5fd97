"""Words: what the batch window says of all its sides together."""

from collections import Counter
from collections.abc import Iterable

from PySide6.QtCore import QCoreApplication

from app.batch.rows import Row
from app.panels.numbers import counted
from engine.jobs.batch_news import SideState, Summary
from engine.units import format_time

MANY = 500
"""Files above which a note says that this takes a while."""


def told_counts(rows: Iterable[Row], left_s: float | None) -> str:
    """How many sides came to what so far, and how long it will take."""
    counts = Counter(row.state for row in rows)
    if not counts:
        return ""
    over = counts[SideState.DONE] + counts[SideState.SKIPPED] + counts[SideState.FAILED]
    parts = [
        _translated("{done} of {all} sides finished").format(
            done=counted(over), all=counted(counts.total())
        )
    ]
    if counts[SideState.SKIPPED]:
        parts.append(
            _translated("{n} finished before").format(n=counted(counts[SideState.SKIPPED]))
        )
    if counts[SideState.FAILED]:
        parts.append(_translated("{n} failed").format(n=counted(counts[SideState.FAILED])))
    running = counts[SideState.RUNNING] + counts[SideState.ANALYSING]
    if running:
        parts.append(_translated("{n} at work").format(n=counted(running)))
    if left_s is not None:
        parts.append(_translated("about {time} left").format(time=format_time(left_s, 0)))
    return " · ".join(parts)


def told_summary(summary: Summary) -> str:
    """What all came to."""
    done = summary.done + summary.skipped
    told = _translated("The batch is over: {done} of {all} sides are done.").format(
        done=counted(done), all=counted(done + summary.failed)
    )
    if summary.failed:
        told += " " + _translated("Failed: {n}; their notes say why.").format(
            n=counted(summary.failed)
        )
    return told


def told_scan(count: int, known: int, n_rows: int) -> str:
    """What is noteworthy about what was dropped, if anything is."""
    if not count:
        return _translated("There is no sound file in what was dropped.")
    if count == known:
        return _translated("All of that is in the list already.")
    if n_rows > MANY:
        return _translated(
            "{n} files take a while; the batch can be stopped at any time and goes on where it was."
        ).format(n=counted(n_rows))
    return ""


def _translated(text: str) -> str:
    return QCoreApplication.translate("batch", text)
