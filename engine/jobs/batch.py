"""Batch: many sides, restored one after the other or several at once, whatever happens to one.

All that is known of a side lies in a journal beside the outputs. Starting again does only what is
missing: a side whose outputs are whole, and were made from the same source by the same settings,
models and version, is skipped. One that fails tells why and stops nothing.
"""

import secrets
import threading
import time
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from engine.audio_file import shown
from engine.collection import Claims
from engine.errors import EngineError
from engine.jobs.batch_clock import BatchClock
from engine.jobs.batch_journal import Journal, open_journal
from engine.jobs.batch_news import OVER, Listener, SideNews, SideState, Summary, unheard
from engine.jobs.batch_report import remove_unfinished, write_reports
from engine.jobs.crew import Crew, News
from engine.jobs.side import (
    DONE,
    FAILED,
    STOPPED,
    Outcome,
    Side,
    is_current,
    is_occupied,
)
from engine.progress import Cancelled, Progress, ignore
from engine.tasks import Task

LOOKS_EVERY_S = 0.1
PATIENCE_S = 15.0
"""How long sides may take to stop before their processes are ended."""


class Batch:
    """Sides on their way; a job. `run` blocks; all other methods may be called from any thread.

    Args:
        sides: what to do, in this order.
        root: the folder of the outputs, which gets the journal and the reports.
        crew: who does it; belongs to the batch from now on.
        listener: told what happens to each side, on the thread of `run`, or of who asks for
            another try.
        resume: whether sides that were finished before are skipped; if not, their outputs are in
            the way unless they may be overwritten.
        reports: whether a table, a page and checksums are written at the end.
    """

    title = "Batch"

    def __init__(
        self,
        sides: Sequence[Side],
        root: Path,
        crew: Crew,
        listener: Listener = unheard,
        *,
        resume: bool = True,
        reports: bool = True,
    ) -> None:
        self.sides = list(sides)
        self._root, self._crew, self._listener = root, crew, listener
        self._resume, self._reports = resume, reports
        self._claims: Claims | None = None
        self._claimed: set[int] = set()
        self._settings: dict[tuple[tuple[Task, ...], int], str] = {}
        self._states = [SideState.WAITING] * len(self.sides)
        self._outcomes: dict[int, Outcome] = {}
        self._waiting = deque(range(len(self.sides)))
        self._fractions: dict[int, float] = {}
        self._lost: dict[int, int] = {}
        self._is_paused = self._is_closing = self._is_stopping = False
        self._gate = threading.Lock()
        self._clock = BatchClock(self.sides)

    @property
    def states(self) -> tuple[SideState, ...]:
        """Where each side is."""
        return tuple(self._states)

    def outcome(self, number: int) -> Outcome | None:
        """What became of a side; None before it is over."""
        return self._outcomes.get(number)

    def pause(self) -> None:
        """Begin no further side; those at work go on to their end."""
        self._is_paused = True

    def go_on(self) -> None:
        """Begin sides again after a pause."""
        self._is_paused = False

    def stop_after_current(self) -> None:
        """Let those at work come to their end, and end then."""
        self._is_closing = True

    def stop(self) -> None:
        """Stop at once; what is not complete is not written, and comes back when started again."""
        self._is_closing = self._is_stopping = True

    def retry_failed(self) -> int:
        """Have all that failed wait again, now or for the next `run`; tells how many."""
        with self._gate:
            failed = [i for i, each in enumerate(self._states) if each is SideState.FAILED]
            for number in failed:
                self._states[number] = SideState.WAITING
                self._outcomes.pop(number, None)
                self._lost.pop(number, None)
                self._waiting.append(number)
        for number in failed:
            self._listener(SideNews(number, SideState.WAITING))
        return len(failed)

    def withdraw(self, numbers: Iterable[int]) -> list[int]:
        """Leave out sides that still wait; tells which these are. The others are not touched."""
        with self._gate:
            withdrawn = set(self._waiting).intersection(numbers)
            self._waiting = deque(each for each in self._waiting if each not in withdrawn)
            for number in withdrawn:
                self._states[number] = SideState.WITHDRAWN
                self._release(number)
                self._clock.end(number, counts=False)
        return sorted(withdrawn)

    def change(self, sides: Mapping[int, Side]) -> list[int]:
        """Do something else with sides that still wait; tells which these are."""
        with self._gate:
            changed = sorted(set(self._waiting).intersection(sides))
            for number in changed:
                self._release(number)
                self.sides[number] = sides[number]
        return changed

    def run(self, progress: Progress = ignore) -> Summary:
        """Do all that waits; may be called again, after a stop or for those that failed.

        What was asked before it was called counts.

        progress: of all sides together; where it raises Cancelled, the batch stops at once.

        Raises:
            StorageError: the folder of the outputs cannot be written, or is another batch's.
        """
        reports: tuple[Path, ...] = ()
        self._settings.clear()
        try:
            with open_journal(self._root) as journal:
                journal.clear()
                remove_unfinished(self._root)
                self._work(journal, progress)
                journal.clear()
                if self._reports:
                    told = self._told()
                    reports = write_reports(self._root, told, journal.done, journal.pictures)
        finally:
            self._crew.close()
            self._is_closing = self._is_stopping = False
        return self._summary(reports)

    def _work(self, journal: Journal, progress: Progress) -> None:
        self._clock.start()
        running: set[int] = set()
        deadline_s = 0.0
        while running or (self._waiting and not self._is_closing):
            number = self._next() if self._may_start(running) else None
            if number is not None:
                self._start(number, journal, running)
            for news in self._crew.wait(LOOKS_EVERY_S if number is None else 0.0):
                self._take(news, journal, running)
            if self._is_paused and not running:
                self._clock.pass_over(LOOKS_EVERY_S)
            if not deadline_s and self._is_to_stop(progress):
                self._crew.stop()
                deadline_s = time.monotonic() + PATIENCE_S
            elif deadline_s and time.monotonic() > deadline_s:
                self._crew.close()
                for left in sorted(running):
                    self._take(News(left, outcome=Outcome(STOPPED)), journal, running)

    def _is_to_stop(self, progress: Progress) -> bool:
        try:
            progress(self._clock.fraction(self._fractions))
        except Cancelled:  # what runs is in other processes, which have to be told
            self.stop()
        return self._is_stopping

    def _may_start(self, running: set[int]) -> bool:
        is_held = self._is_paused or self._is_closing
        return bool(self._waiting) and not is_held and len(running) < self._crew.size

    def _next(self) -> int | None:
        """The side whose turn it is; None where it was withdrawn meanwhile."""
        with self._gate:
            return self._waiting.popleft() if self._waiting else None

    def _start(self, number: int, journal: Journal, running: set[int]) -> None:
        """Skip a side, refuse it, or hand it to the crew."""
        side = self.sides[number]
        try:
            self._claim(number, side)
            if self._is_finished(number, side, journal):
                return
        except EngineError as error:
            self._end(number, SideState.FAILED, Outcome(FAILED, str(error)))
            return
        is_ours = journal.name_of(side) in journal.begun
        if not side.is_survey and (is_ours or side.request.overwrite or not is_occupied(side)):
            token = secrets.token_hex(6)
            side = side.at_work(token, overwrite=is_ours)
            journal.begin(side, token)
        running.add(number)
        self._fractions[number] = 0.0
        self._crew.start(number, side)
        self._tell(number, SideState.ANALYSING if side.is_survey else SideState.RUNNING)

    def _claim(self, number: int, side: Side) -> None:
        """Take the names of its outputs, once."""
        if self._claims is None:
            self._claims = Claims(each.source for each in self.sides)
        with self._gate:
            if number not in self._claimed:
                self._claims.claim(side.source, side.targets)
                self._claimed.add(number)

    def _release(self, number: int) -> None:
        """Let others have the names of its outputs."""
        if number in self._claimed and self._claims is not None:
            self._claims.release(self.sides[number].targets)
            self._claimed.discard(number)

    def _is_finished(self, number: int, side: Side, journal: Journal) -> bool:
        """Whether a side need not be done: it is finished, or was and must not be replaced."""
        before = journal.before(side)
        if not self._resume or before is None:
            return False
        if is_current(side, before, self._settings_of(side)):
            self._end(number, SideState.SKIPPED, before)
            return True
        if is_occupied(side) and not side.request.overwrite:
            sentence = (
                f"{shown(side.request.output)} was made from another state of the source, with "
                "other settings or by another version; allow overwriting to make it anew"
            )
            self._end(number, SideState.FAILED, Outcome(FAILED, sentence))
            return True
        return False

    def _settings_of(self, side: Side) -> str:
        """Its settings, told once for all sides that share them: that takes milliseconds."""
        key = side.tasks, id(side.equipment)
        if key not in self._settings:
            self._settings[key] = side.settings()
        return self._settings[key]

    def _take(self, news: News, journal: Journal, running: set[int]) -> None:
        """Take what the crew says of a side."""
        number = news.number
        side, outcome = self.sides[number], news.outcome
        if outcome is None and not news.lost:
            self._fractions[number] = news.fraction
            self._tell(number, self._states[number], news.fraction)
            return
        running.discard(number)
        self._fractions.pop(number, None)
        if outcome is None:
            journal.give_up(side)
            self._lose(number, news.lost)
        elif outcome.state == DONE:
            self._end(number, SideState.DONE, journal.finish(side, outcome))
        else:
            journal.give_up(side)
            if outcome.state == STOPPED:
                self._put_back(number)
            else:
                self._end(number, SideState.FAILED, outcome)

    def _lose(self, number: int, why: str) -> None:
        """Start a side again whose process died, or fail it."""
        self._lost[number] = self._lost.get(number, 0) + 1
        if self._lost[number] < self._crew.attempts:
            self._put_back(number)
            return
        sentence = (
            f"{shown(self.sides[number].source)}: the process that worked on it {why}, and so did "
            "the next; restore it alone, or fewer sides at once"
        )
        self._end(number, SideState.FAILED, Outcome(FAILED, sentence))

    def _put_back(self, number: int) -> None:
        with self._gate:
            self._waiting.appendleft(number)
        self._tell(number, SideState.WAITING)

    def _end(self, number: int, state: SideState, outcome: Outcome) -> None:
        with self._gate:
            self._outcomes[number] = outcome
            self._clock.end(number, counts=state is SideState.DONE)
        self._tell(number, state, 1.0, outcome)

    def _tell(
        self,
        number: int,
        state: SideState,
        fraction: float = 0.0,
        outcome: Outcome | None = None,
    ) -> None:
        self._states[number] = state
        left_s = self._clock.left_s(self._fractions)
        self._listener(SideNews(number, state, fraction, outcome, left_s))

    def _told(self) -> list[tuple[Side, Outcome]]:
        """Sides that are over, in their order."""
        return [(self.sides[number], self._outcomes[number]) for number in sorted(self._outcomes)]

    def _summary(self, reports: tuple[Path, ...]) -> Summary:
        return Summary(
            done=self._states.count(SideState.DONE),
            skipped=self._states.count(SideState.SKIPPED),
            failed=self._states.count(SideState.FAILED),
            stopped=any(each not in OVER for each in self._states),
            reports=reports,
            is_survey=any(side.is_survey for side in self.sides),
        )
