"""Judge page: is the model any better? By ear, without knowing which is which, and by figures."""

import time
from dataclasses import replace
from typing import ClassVar

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton
from typing_extensions import override

from app import paths
from app import settings as keys
from app.jobs import JobWorker
from app.language import translated
from app.panels import layout
from app.sentence import as_sentence
from app.wizard.blind_test import BlindTest
from app.wizard.judged_view import JudgedView
from app.wizard.page import Page
from app.wizard.work import Work
from engine.equipment import Equipment
from engine.errors import EngineError
from training.wizard.judge import JudgeJob
from training.wizard.plan import JUDGE, RUN
from training.wizard.result import BEST, CLIPS, FindResultJob, Found, Result
from training.wizard.template import chosen_template
from training.wizard.verdict import give_verdict

_KNOWN = 0.04
"""Share done from which on it can be told how long the rest takes."""
_SKIPPED_S = 2.0


class JudgePage(Page):
    """Measures, lets listen, and only then tells."""

    name: ClassVar[str] = "judge"

    def __init__(self, work: Work) -> None:
        super().__init__(work)
        self._result: Result | None = None
        self._stale = ""
        self._worker: JobWorker | None = None
        self._is_looking = False
        self._began_s = self._first = 0.0
        self.told = layout.muted()
        self.judge = QPushButton()
        self.judge.setObjectName("primary")
        self.cancel = QPushButton(self.tr("&Cancel"))
        self.bar = QProgressBar()
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("How far judging is"))
        self.doing = layout.muted()
        self.test = BlindTest(work)
        self.view = JudgedView(work)
        row = QHBoxLayout()
        row.addWidget(self.judge)
        row.addWidget(self.cancel)
        row.addStretch(1)
        self.column.addWidget(self.told)
        self.column.addLayout(row)
        for part in (self.bar, self.doing, self.test, self.view):
            self.column.addWidget(part)
        self.column.addStretch(1)
        self.judge.clicked.connect(self._on_judge)
        self.cancel.clicked.connect(self._on_cancel)
        self.test.voted.connect(self._on_voted)
        self.test.ended.connect(self._on_ended)
        self._refresh()

    @override
    def heading(self) -> str:
        return self.tr("Is it any better?")

    @override
    def purpose(self) -> str:
        return self.tr(
            "The new model is compared with the one it began with, with the classical method and "
            "with doing nothing: by figures, on recordings it never saw, and by your ears."
        )

    @override
    def enter(self) -> None:
        if self._worker is None and not self._is_looking:
            self._is_looking = True
            self.work.submit(FindResultJob(self.work.folder), self._on_found, self._on_not_found)
        self._refresh()

    @override
    def leave(self) -> None:
        super().leave()
        self.test.player.stop()
        self.view.player.stop()

    @override
    def problem(self) -> str:
        if self._worker is not None:
            return self.tr("The model is being judged; wait for the end, or cancel it.")
        if self._result is None or self._stale:
            return as_sentence(self._stale) or self.tr("Judge the model first.")
        return ""

    @Slot()
    def _on_judge(self) -> None:
        try:
            catalog = self.work.catalog()
            template = chosen_template(self.work.plan.goal, catalog, self.work.recipes)
        except EngineError as error:
            self.work.show_problem(str(error))
            return
        device = self.work.session.settings.get(keys.compute_device)
        job = JudgeJob(
            self.work.plan,
            template,
            self.work.folder,
            paths.cache() / "recordings",
            Equipment(catalog, device),
        )
        self._worker = self.work.submit(job, self._on_judged, self._on_failed, self._on_progressed)
        self._worker.ended.connect(self._on_run_ended)
        self._began_s, self._first = time.monotonic(), 0.0
        self.bar.setValue(0)
        self.doing.setText("")
        self._refresh()

    @Slot()
    def _on_cancel(self) -> None:
        if self._worker is not None:
            self._worker.cancel()

    @Slot(object)
    def _on_found(self, found: Found) -> None:
        self._is_looking = False
        self._take(found.result, found.problem)

    @Slot(str)
    def _on_not_found(self, sentence: str) -> None:
        self._is_looking = False
        self.work.show_problem(sentence)

    @Slot(object)
    def _on_judged(self, result: Result) -> None:
        self._take(result, "")

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        self.work.show_problem(sentence)

    @Slot()
    def _on_run_ended(self) -> None:
        self._worker = None
        self._refresh()

    @Slot(float, str)
    def _on_progressed(self, fraction: float, message: str) -> None:
        self.bar.setValue(round(1000.0 * fraction))
        if not message:
            return
        told = as_sentence(translated(message))
        told = told[:1].upper() + told[1:]
        now_s = time.monotonic()
        if now_s - self._began_s < _SKIPPED_S:
            self._first = fraction  # what is known already goes by in no time
        done = fraction - self._first
        if done > _KNOWN:
            spent_s = now_s - self._began_s - _SKIPPED_S
            minutes = max(1, round(spent_s / done * (1.0 - fraction) / 60.0))
            told = self.tr("{doing} About {minutes} min left.").format(doing=told, minutes=minutes)
        self.doing.setText(told)

    def _take(self, result: Result | None, problem: str) -> None:
        """Show what was judged; votes on other weights count no more."""
        self._result, self._stale = result, problem
        judged = self.work.plan.judged
        if result is not None and judged.heard != result.kept:
            self.work.change(judged=replace(judged, votes=(), heard=result.kept, is_revealed=False))
        self._show_clip()
        self._refresh()

    def _show_clip(self) -> None:
        result = self._result
        if result is not None and not self.is_revealed:
            folder = self.work.folder / JUDGE / CLIPS
            number = len(self.work.plan.judged.votes)
            self.test.show_clips(result.heard, folder, number, result.kept)

    @property
    def is_revealed(self) -> bool:
        """Whether it is told which version is which."""
        judged, result = self.work.plan.judged, self._result
        n_clips = len(result.heard) if result is not None else 0
        return judged.is_revealed or len(judged.votes) >= n_clips

    @Slot(str)
    def _on_voted(self, version: str) -> None:
        judged = self.work.plan.judged
        self.work.change(judged=replace(judged, votes=(*judged.votes, version)))
        if self.is_revealed:
            self._on_ended()
        else:
            self._show_clip()

    @Slot()
    def _on_ended(self) -> None:
        self.test.player.stop()
        self.work.change(judged=replace(self.work.plan.judged, is_revealed=True))
        self._refresh()

    def _refresh(self) -> None:
        result, is_running = self._result, self._worker is not None
        is_known = result is not None and not self._stale and not is_running
        has_weights = (self.work.folder / RUN / BEST).is_file()
        self.judge.setVisible(not is_running and not is_known)
        self.judge.setEnabled(has_weights)
        self.judge.setText(self.tr("&Judge Again") if self._stale else self.tr("&Judge the Model"))
        for part in (self.cancel, self.bar, self.doing):
            part.setVisible(is_running)
        self.told.setVisible(not is_known)
        self.told.setText(self._told(has_weights))
        self.test.setVisible(is_known and not self.is_revealed)
        self.view.setVisible(is_known and self.is_revealed)
        if is_known and self.is_revealed:
            assert result is not None
            self.view.show_result(result, give_verdict(result), self.work.plan.judged.votes)
        self.changed.emit()

    def _told(self, has_weights: bool) -> str:
        if self._stale:
            return as_sentence(self._stale)
        if not has_weights:
            return self.tr(
                "There is nothing to judge yet: let the training run until its first figures."
            )
        return self.tr(
            "This takes some minutes: a dozen clips with the noise of your discs, a dozen with "
            "other damage and a dozen of clean music go through every version. How much of what "
            "was learnt is best kept is tried as well. What is done already is kept when you "
            "cancel."
        )
