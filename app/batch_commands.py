"""Many recordings at once: `runout restore` with folders, `--jobs`, `--resume`, `--cluster`."""

import contextlib
import signal
import sys
import types
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import typer

from app.console import tell, tell_json, warn
from engine.device import gpu_numbers
from engine.errors import EngineError
from engine.jobs.batch import Batch
from engine.jobs.batch_news import SideNews, SideState, Summary
from engine.jobs.crew import Crew, LocalCrew
from engine.jobs.side import Outcome, Side
from engine.progress import Cancelled, Progress, ignore

SOME_FAILED = 3


def make_crew(sides: Sequence[Side], jobs: int, cluster: str | None) -> Crew:
    """Who restores the sides: processes here, one for each GPU where networks run on one, or Ray.

    Raises:
        DeviceError: Ray is missing or the cluster cannot be reached.
    """
    needs_network = any(side.needs_network for side in sides)
    device = sides[0].equipment.device if sides else "cpu"
    if cluster is not None:
        from engine.jobs.cluster import ClusterCrew

        return ClusterCrew(cluster, needs_network and device != "cpu")
    gpus = gpu_numbers(device) if needs_network else ()
    if gpus and jobs > len(gpus):
        warn(f"Sides queue for the GPU: {len(gpus)} at a time instead of {jobs}.")
    return LocalCrew(jobs, gpus)


def run_batch(
    sides: Sequence[Side], root: Path, crew: Crew, *, resume: bool, reports: bool, as_json: bool
) -> None:
    """Restore sides, say what became of them, and end as a batch does.

    Raises:
        EngineError: the only side failed, or the folder cannot be written.
        Cancelled: the user stopped it; all that was done is kept.
        Exit: with 3, if some failed.
    """
    told = _Told(sides, is_quiet=as_json)
    batch = Batch(sides, root, crew, told.hear, resume=resume, reports=reports)
    with _interruptible(batch), _bar(len(sides)) as progress:
        summary = batch.run(progress)
    if as_json:
        tell_json(_document(batch, summary))
    else:
        for path in summary.reports:
            tell(str(path))
    if summary.stopped:
        raise Cancelled
    if len(sides) == 1 and told.errors:
        raise EngineError(told.errors[0])
    for sentence in told.errors:
        warn(sentence)
    if len(sides) > 1:
        warn(f"{summary}.")
    if summary.failed:
        raise typer.Exit(SOME_FAILED)


class _Told:
    """Says what becomes of each side as soon as it is over; failures are said at the end."""

    def __init__(self, sides: Sequence[Side], *, is_quiet: bool) -> None:
        self._sides, self._is_quiet = sides, is_quiet
        self.errors: list[str] = []

    def hear(self, news: SideNews) -> None:
        if news.outcome is None:
            return
        if news.state is SideState.FAILED:
            self.errors.append(news.outcome.error)
        if news.state is not SideState.DONE:
            return
        side = self._sides[news.number]
        for note in news.outcome.notes:
            warn(f"{side.source.name}: {note}")
        if not self._is_quiet:
            for path in written(side, news.outcome):
                tell(str(path))


def written(side: Side, outcome: Outcome) -> tuple[Path, ...]:
    """The files of a side that was restored, the result first."""
    return tuple(side.request.output.with_name(each.name) for each in outcome.written)


def _document(batch: Batch, summary: Summary) -> dict[str, Any]:
    files = []
    for number, (side, state) in enumerate(zip(batch.sides, batch.states, strict=True)):
        outcome = batch.outcome(number)
        facts: dict[str, Any] = {"source": str(side.source), "state": state.value}
        if outcome is not None:
            facts |= _facts(side, outcome)
        files.append(facts)
    return {
        "files": files,
        "done": summary.done,
        "skipped": summary.skipped,
        "failed": summary.failed,
        "stopped": summary.stopped,
        "reports": [str(path) for path in summary.reports],
    }


def _facts(side: Side, outcome: Outcome) -> dict[str, Any]:
    """What is told of one side; nothing that says nothing."""
    if outcome.error:
        return {"error": outcome.error}
    facts: dict[str, Any] = {
        "duration_s": round(outcome.duration_s, 6),
        "sample_rate": outcome.sample_rate,
        "n_channels": outcome.n_channels,
        "encoding": outcome.encoding,
        "notes": list(outcome.notes),
    }
    if outcome.survey is not None:
        return facts | asdict(outcome.survey)
    return facts | {
        "written": [str(path) for path in written(side, outcome)],
        "preset": outcome.preset or None,
        "clicks": outcome.clicks,
        "removed_db": outcome.removed_db,
        "peak_before_dbfs": outcome.peak_before_dbfs,
        "peak_after_dbfs": outcome.peak_after_dbfs,
        "audio_sha256": outcome.audio_sha256,
    }


@contextlib.contextmanager
def _interruptible(batch: Batch) -> Iterator[None]:
    """Ctrl+C lets the sides at work come to their end; a second one stops them at once."""
    asked = False

    def on_interrupt(number: int, frame: types.FrameType | None) -> None:
        nonlocal asked
        if asked:
            batch.stop()
            return
        asked = True
        batch.stop_after_current()
        warn("Stopping when the sides at work are done; press Ctrl+C again to stop at once.")

    before = signal.signal(signal.SIGINT, on_interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextlib.contextmanager
def _bar(n_sides: int) -> Iterator[Progress]:
    """A bar on stderr if that is a terminal."""
    if not sys.stderr.isatty():
        yield ignore
        return
    with typer.progressbar(length=1000, label=f"{n_sides} sides", file=sys.stderr) as bar:

        def show(fraction: float, message: str = "") -> None:
            bar.update(round(1000 * fraction) - bar.pos)

        yield show
