"""Run: the engine's batch as a job beside the window; what happens to the rows comes in spoonfuls.

The work itself is done by processes of their own; the thread of the job only waits for them.
"""

import os
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from app.batch.choices import ANEW, Choices, target_of
from app.batch.plan import crew_for, side_of, sides_of
from app.batch.rows import Row
from app.equipment import load_equipment
from app.jobs import JobRunner, JobWorker
from app.language import to_translate
from engine.jobs.batch import Batch
from engine.jobs.batch_news import SideNews, Summary
from engine.jobs.crew import Crew
from engine.jobs.restore import NOTHING
from engine.jobs.side import Side
from engine.presets import Preset
from engine.progress import Progress, ignore

SPOON_MS = 100
SPOONFUL = 500
"""Rows that are brought up to date at once."""
MakeCrew = Callable[[Sequence[Side], int, int], Crew]


class BatchJob:
    """Makes the sides and runs the batch; what is asked of it before there is one is kept."""

    title = to_translate("Batch")

    def __init__(
        self,
        rows: Sequence[Row],
        choices: Choices,
        presets: Mapping[str, Preset],
        device: str,
        listener: Callable[[SideNews], None],
        make_crew: MakeCrew = crew_for,
        *,
        is_begun: bool = False,
    ) -> None:
        """Args: is_begun: whether it is the rest of one that began before and came to no end."""
        self._rows, self._choices, self._presets, self._device = rows, choices, presets, device
        is_rest = is_begun or any(row.is_over for row in rows)
        self._resume = choices.existing != ANEW or is_rest
        self._listener, self._make_crew = listener, make_crew
        self._gate = threading.Lock()
        self._batch: Batch | None = None
        self._equipment = NOTHING
        self._asked: list[Callable[[Batch], object]] = []

    @property
    def has_batch(self) -> bool:
        """Whether the sides are made."""
        return self._batch is not None

    def ask(self, what: Callable[[Batch], object]) -> None:
        """Have the batch do something, now or as soon as there is one."""
        with self._gate:
            if self._batch is None:
                self._asked.append(what)
                return
        what(self._batch)

    def withdraw(self, numbers: Sequence[int]) -> Sequence[int]:
        """Leave out those that still wait; tells which these are."""
        with self._gate:
            if self._batch is None:  # all wait
                self._asked.append(partial(Batch.withdraw, numbers=numbers))
                return numbers
        return self._batch.withdraw(numbers)

    def change(self, numbers: Sequence[int], preset: str) -> Sequence[int]:
        """Do those that still wait with another preset; tells which these are.

        Raises:
            SettingsError: the preset is not there any more.
        """
        with self._gate:
            if self._batch is None:
                self._asked.append(partial(self._change, numbers=numbers, preset=preset))
                return numbers
        return self._change(self._batch, numbers, preset)

    def _change(self, batch: Batch, numbers: Sequence[int], preset: str) -> Sequence[int]:
        rows = {number: replace(self._rows[number], preset=preset) for number in numbers}
        return batch.change(
            {
                number: side_of(row, self._choices, self._presets, self._equipment)
                for number, row in rows.items()
            }
        )

    def run(self, progress: Progress = ignore) -> Summary:
        """Run to the end, or until it is stopped.

        Raises:
            EngineError: the folder cannot be written, or a preset or device is not there.
        """
        self._equipment = equipment = load_equipment(self._device)
        sides = sides_of(self._rows, self._choices, self._presets, equipment)
        crew = self._make_crew(sides, self._choices.n_jobs, os.cpu_count() or 1)
        batch = Batch(sides, self._choices.folder, crew, self._listener, resume=self._resume)
        with self._gate:
            self._batch = batch
        for what in self._asked:
            what(batch)
        return batch.run(progress)


class BatchRun(QObject):
    """The batch that runs, if one does."""

    news = Signal(list)
    """Rows that have changed."""
    progressed = Signal(float)
    """How far all are together."""
    ended = Signal(object, str)
    """The Summary; or None and why nothing could be done, or empty where it was stopped."""
    changed = Signal()
    """It began, was paused, goes on, is about to stop or has ended."""

    def __init__(self, parent: QObject | None = None, make_crew: MakeCrew = crew_for) -> None:
        super().__init__(parent)
        self.runner = JobRunner("batch", self)
        self._make_crew = make_crew
        self._gate = threading.Lock()
        self._heard: dict[int, SideNews] = {}
        self._rows: Sequence[Row] = ()
        self._choices: Choices | None = None
        self._job: BatchJob | None = None
        self._worker: JobWorker | None = None
        self._result: tuple[Summary | None, str] = (None, "")
        self.is_paused = self.is_stopping = False
        self.left_s: float | None = None
        """How long it is going to take, if anybody can tell."""
        self._timer = QTimer(self)
        self._timer.setInterval(SPOON_MS)
        self._timer.timeout.connect(self._take_spoonful)

    @property
    def is_running(self) -> bool:
        """Whether a batch runs or waits to begin."""
        return self._worker is not None

    def start(
        self,
        rows: Sequence[Row],
        choices: Choices,
        presets: Mapping[str, Preset],
        device: str,
        *,
        is_begun: bool = False,
    ) -> None:
        """Begin, or go on with what began before; those that are finished are skipped."""
        assert self._worker is None
        self._rows, self._choices = tuple(rows), choices
        self._job = BatchJob(
            self._rows, choices, presets, device, self._hear, self._make_crew, is_begun=is_begun
        )
        self._worker = worker = JobWorker(self._job)
        self._result = (None, "")
        self.is_paused = self.is_stopping = False
        self.left_s = None
        worker.progressed.connect(self._on_progressed)
        worker.succeeded.connect(self._on_succeeded)
        worker.failed.connect(self._on_failed)
        worker.ended.connect(self._on_ended, Qt.ConnectionType.QueuedConnection)
        self._timer.start()
        self.runner.submit(worker)
        self.changed.emit()

    def pause(self, *, on: bool) -> None:
        """Begin no further side, or begin them again."""
        if self._job is not None:
            self.is_paused = on
            self._job.ask(Batch.pause if on else Batch.go_on)
            self.changed.emit()

    def stop_after_current(self) -> None:
        """Let those at work come to their end."""
        self._stop(Batch.stop_after_current)

    def stop(self) -> None:
        """Stop at once; what is not complete is not written."""
        self._stop(Batch.stop)

    def retry_failed(self) -> None:
        """Have all that failed so far wait again."""
        if self._job is not None:
            self._job.ask(Batch.retry_failed)

    def withdraw(self, rows: Iterable[Row]) -> list[Row]:
        """Leave rows out; tells which are: those that still wait, or came after it had begun."""
        numbers, others = self._numbers(rows)
        withdrawn = self._job.withdraw(numbers) if self._job is not None and numbers else ()
        return [*others, *(self._rows[number] for number in withdrawn)]

    def change(self, rows: Iterable[Row], preset: str) -> list[Row]:
        """Have rows done with another preset; tells which are, as `withdraw` does.

        Raises:
            SettingsError: the preset is not there any more.
        """
        numbers, others = self._numbers(rows)
        changed = self._job.change(numbers, preset) if self._job is not None and numbers else ()
        return [*others, *(self._rows[number] for number in changed)]

    def _numbers(self, rows: Iterable[Row]) -> tuple[list[int], list[Row]]:
        """What the batch that runs calls rows, and those that it does not know."""
        known = {row: number for number, row in enumerate(self._rows)} if self.is_running else {}
        rows = list(rows)
        return [known[row] for row in rows if row in known], [
            row for row in rows if row not in known
        ]

    def close(self) -> None:
        """Stop at once and wait for that, for good."""
        self._timer.stop()
        self.stop()
        self.runner.stop()

    def _stop(self, how: Callable[[Batch], object]) -> None:
        if self._job is None or self._worker is None:
            return
        self.is_stopping = True
        if how is Batch.stop or not self._job.has_batch:
            self._worker.cancel()
        self._job.ask(how)
        self.changed.emit()

    def _hear(self, news: SideNews) -> None:
        """Take news, on the thread of the job; only the last on each side counts."""
        with self._gate:
            self._heard.pop(news.number, None)
            self._heard[news.number] = news

    @Slot()
    def _take_spoonful(self) -> None:
        self._take(SPOONFUL)

    def _take(self, limit: int) -> bool:
        """Bring rows up to date; whether there may be more."""
        with self._gate:
            numbers = list(self._heard)[:limit]
            heard = [self._heard.pop(number) for number in numbers]
        choices = self._choices
        if not heard or choices is None:
            return False
        rows = [self._rows[each.number] for each in heard]
        for row, each in zip(rows, heard, strict=True):
            row.take(each, target_of(row, choices))
        self.left_s = heard[-1].left_s
        self.news.emit(rows)
        return len(heard) == limit

    @Slot(float, str)
    def _on_progressed(self, fraction: float, message: str) -> None:
        self.progressed.emit(fraction)

    @Slot(object)
    def _on_succeeded(self, summary: Summary) -> None:
        self._result = (summary, "")

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        self._result = (None, sentence)

    @Slot()
    def _on_ended(self) -> None:
        if self._take(SPOONFUL):  # the rest comes before the end is told, a turn each
            QTimer.singleShot(0, self, self._on_ended)
            return
        self._timer.stop()
        self._worker = self._job = None
        self.is_paused = self.is_stopping = False
        self.left_s = None
        self.ended.emit(*self._result)
        self.changed.emit()
