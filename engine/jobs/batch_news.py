"""What a batch says: where each side is, and what all came to."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from engine.jobs.side import Outcome


class SideState(Enum):
    """Where a side is on its way through the batch."""

    WAITING = "waiting"
    ANALYSING = "analysing"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    SKIPPED = "skipped"
    WITHDRAWN = "withdrawn"


OVER = (SideState.DONE, SideState.FAILED, SideState.SKIPPED, SideState.WITHDRAWN)


@dataclass(frozen=True)
class SideNews:
    """How one side does: what a row of a table shows.

    Attributes:
        number: its place in the batch.
        state: where it is on its way.
        fraction: of its own work, in [0, 1].
        outcome: figures, files and sentences, once it is over.
        left_s: how long the whole batch is going to take; None while nobody can tell.
    """

    number: int
    state: SideState
    fraction: float = 0.0
    outcome: Outcome | None = None
    left_s: float | None = None


Listener = Callable[[SideNews], None]


@dataclass(frozen=True)
class Summary:
    """How many sides came to what.

    stopped: whether some were left for another time.
    is_survey: whether they were only looked at.
    """

    done: int
    skipped: int
    failed: int
    stopped: bool
    reports: tuple[Path, ...] = ()
    is_survey: bool = False

    def __str__(self) -> str:
        total = self.done + self.skipped + self.failed
        done = "surveyed" if self.is_survey else "restored"
        words = [f"{total} {'side' if total == 1 else 'sides'}: {self.done} {done}"]
        if self.skipped:
            words.append(f"{self.skipped} finished before")
        words.append(f"{self.failed} failed")
        return ", ".join(words) + ("; stopped before the end" if self.stopped else "")


def unheard(news: SideNews) -> None:
    """Take news and tell nobody."""
