"""Rows of the batch table: what is to become of a file, how far it is, what became of it."""

import os
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QCoreApplication

from app.language import translated
from app.sentence import as_sentence
from engine.jobs.batch_news import OVER, SideNews, SideState
from engine.jobs.side import Outcome
from engine.jobs.survey import Survey


@dataclass(frozen=True)
class Found:
    """A file that was found, and the path it gets below the output folder, by the source's name."""

    source: str
    below: str


@dataclass(eq=False, slots=True)
class Row:
    """A file of the list.

    Attributes:
        found: the source, and where it goes.
        preset: the name of what is done to it.
        problem: why it cannot be read, as far as its header tells.
        output: what was written.
    """

    found: Found
    preset: str
    state: SideState = SideState.WAITING
    fraction: float = 0.0
    duration_s: float | None = None
    sample_rate: int | None = None
    problem: str = ""
    clicks: int | None = None
    removed_db: float | None = None
    output: Path | None = None
    note: str = ""

    @property
    def name(self) -> str:
        """The file's own name."""
        return os.path.basename(self.found.source)

    @property
    def is_over(self) -> bool:
        """Whether nothing is left to do."""
        return self.state in OVER

    @property
    def told(self) -> str:
        """What there is to say of it, in the language of the window."""
        return self.note or translated(self.problem)

    @property
    def told_shortly(self) -> str:
        """The same without its name, which stands in the row already."""
        told = self.told
        for name in (f"{self.name}: ", f"{self.name} "):
            if told.startswith(name):
                return as_sentence(told.removeprefix(name))
        return told

    def reset(self) -> None:
        """Wait as if nothing had been done."""
        self.state, self.fraction, self.note = SideState.WAITING, 0.0, ""
        self.clicks = self.removed_db = self.output = None

    def take(self, news: SideNews, target: Path) -> None:
        """Take what the batch says of it; one that was done just now stays done.

        target: what it is restored into.
        """
        was_done = self.state is SideState.DONE and news.state is SideState.SKIPPED
        self.state = SideState.DONE if was_done else news.state
        self.fraction = news.fraction
        if news.outcome is not None:
            self._take_outcome(news.outcome, target)
        elif news.state is SideState.WAITING:
            self.reset()

    def _take_outcome(self, outcome: Outcome, target: Path) -> None:
        if outcome.sample_rate:
            self.duration_s, self.sample_rate = outcome.duration_s, outcome.sample_rate
            self.problem = ""  # it was mended since its header was read
        self.note = told_outcome(outcome)
        if outcome.written:
            self.output = target.with_name(outcome.written[0].name)
            self.clicks, self.removed_db = outcome.clicks, outcome.removed_db


def told_outcome(outcome: Outcome) -> str:
    """Why a side failed, or what is noteworthy about one that did not."""
    if outcome.error:
        return translated(outcome.error)
    notes = [translated(note) for note in outcome.notes]
    if outcome.survey is not None:
        notes.insert(0, told_survey(outcome.survey))
    return " ".join(notes)


def told_survey(survey: Survey) -> str:
    """The figures on a transfer in one line."""
    told = _translated(
        "{clicks:.1f} clicks/s, noise {noise:.0f} dBFS, music up to {khz:.1f} kHz."
    ).format(clicks=survey.clicks_per_s, noise=survey.noise_dbfs, khz=survey.bandwidth_hz / 1000.0)
    if survey.n_clipped:
        told += " " + _translated("{n} clipped samples.").format(n=survey.n_clipped)
    return told


def state_words() -> dict[SideState, str]:
    """What each state is called; the mark says the same without colour."""
    return {
        SideState.WAITING: _translated("Waiting"),
        SideState.ANALYSING: _translated("Analysing"),
        SideState.RUNNING: _translated("Restoring"),
        SideState.DONE: _translated("✔ Done"),
        SideState.FAILED: _translated("✖ Failed"),
        SideState.SKIPPED: _translated("✔ Finished before"),
    }


def _translated(text: str) -> str:
    return QCoreApplication.translate("batch", text)
