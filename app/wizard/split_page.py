"""Split page: which recordings are learnt from, and which are kept to judge by."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout

from app import paths
from app.jobs import JobWorker
from app.language import translated
from app.panels import layout
from app.panels.numbers import counted
from app.sentence import as_sentence
from app.wizard.page import Page
from app.wizard.recording_list import RecordingList
from app.wizard.work import Work
from training.wizard.plan import Split
from training.wizard.split import Sides, SplitJob, WholeRecording, minutes_of, move


class SplitPage(Page):
    """Two lists, and buttons that move recordings between them."""

    name = "split"

    def __init__(self, work: Work) -> None:
        super().__init__(work)
        self.training = RecordingList(self.tr("Recordings to learn from"))
        self.held = RecordingList(self.tr("Recordings kept to judge by"))
        self.training_told, self.held_told = QLabel(), QLabel()
        self.keep = QPushButton(self.tr("&Keep for Judging →"))
        self.learn = QPushButton(self.tr("← &Learn From"))
        self.automatic = QPushButton(self.tr("&Divide by Itself"))
        self.automatic.setToolTip(
            self.tr("Keep about a tenth, drawn by the names of the recordings")
        )
        self.told = QLabel()
        self.told.setWordWrap(True)
        self.more = layout.muted()
        self._known: dict[Path, float] = {}
        self._sides: Sides | None = None
        self._failure = ""
        self._worker: JobWorker | None = None
        self._lay_out()
        self._connect()
        self._refresh()

    def heading(self) -> str:
        """What stands above the page."""
        return self.tr("Kept for judging")

    def purpose(self) -> str:
        """What this page is for."""
        return self.tr(
            "A model must be judged by music that it has never heard, or it would only show how "
            "well it remembers. So some recordings are kept apart, each of them whole."
        )

    def enter(self) -> None:
        """Divide the music as the plan says."""
        self._divide()

    def problem(self) -> str:
        """Why one cannot go on."""
        if self._failure:
            return as_sentence(translated(self._failure))
        if self._worker is not None or self._sides is None:
            return self.tr("The music is being divided.")
        return as_sentence(translated(self._sides.problem))

    def _lay_out(self) -> None:
        middle = QVBoxLayout()
        middle.addStretch(1)
        for button in (self.keep, self.learn, self.automatic):
            middle.addWidget(button)
        middle.addStretch(2)
        row = QHBoxLayout()
        row.setSpacing(12)
        for told, view in ((self.training_told, self.training), (self.held_told, self.held)):
            column = QVBoxLayout()
            column.addWidget(told)
            column.addWidget(view, 1)
            told.setBuddy(view)
            row.addLayout(column, 1)
            if view is self.training:
                row.addLayout(middle)
        self.column.addLayout(row, 1)
        self.column.addWidget(self.told)
        self.column.addWidget(self.more)

    def _connect(self) -> None:
        self.keep.clicked.connect(self._on_keep)
        self.learn.clicked.connect(self._on_learn)
        self.automatic.clicked.connect(self._on_automatic)
        self.training.moved.connect(self._on_keep)
        self.held.moved.connect(self._on_learn)
        for view in (self.training, self.held):
            view.selectionModel().selectionChanged.connect(self._refresh)

    def _divide(self) -> None:
        if self._worker is not None:
            self._worker.cancel()
        plan, self._failure = self.work.plan, ""
        job = SplitJob(plan.music, plan.split, paths.cache() / "scans", self._known)
        self._worker = self.work.submit(job, self._on_divided, self._on_failed)
        self._refresh()

    def _change(self, split: Split) -> None:
        self.work.change(split=split)
        self._divide()

    @Slot()
    def _refresh(self) -> None:
        is_idle = self._worker is None
        self.keep.setEnabled(is_idle and self.training.selectionModel().hasSelection())
        self.learn.setEnabled(is_idle and self.held.selectionModel().hasSelection())
        self.automatic.setEnabled(is_idle and self.work.plan.split != Split())
        self.changed.emit()

    def _tell(self, sides: Sides) -> None:
        self.training_told.setText(
            _told(self.tr("Learnt from: {minutes:.1f} minutes, recordings: {n}"), sides.training)
        )
        self.held_told.setText(
            _told(self.tr("Kept for judging: {minutes:.1f} minutes, recordings: {n}"), sides.held)
        )
        self.told.setText(as_sentence(translated(sides.problem or sides.warning())))
        self.told.setVisible(bool(self.told.text()))
        more = [
            self.tr(
                "Files that belong together stay together. A recording stays on its side when "
                "others are added."
            )
            if self.work.plan.split.share
            else self.tr("You have divided them by hand; what is added later is learnt from.")
        ]
        if sides.tests:
            more.append(
                _told(
                    self.tr(
                        "On neither side: {minutes:.1f} minutes, which the makers of a collection "
                        "keep for tests (recordings: {n})."
                    ),
                    sides.tests,
                )
            )
        self.more.setText(" ".join(more))

    @Slot(object)
    def _on_divided(self, sides: Sides) -> None:
        if self.sender() is not self._worker:
            return
        self._worker, self._sides = None, sides
        self.training.show_recordings(sides.training)
        self.held.show_recordings(sides.held)
        self._tell(sides)
        self._refresh()

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        if self.sender() is not self._worker:
            return
        self._worker, self._sides, self._failure = None, None, sentence
        for view in (self.training, self.held):
            view.show_recordings(())
        self._refresh()

    @Slot()
    def _on_keep(self) -> None:
        self._move(self.training.chosen, to_held=True)

    @Slot()
    def _on_learn(self) -> None:
        self._move(self.held.chosen, to_held=False)

    def _move(self, names: Sequence[str], *, to_held: bool) -> None:
        if names and self._sides is not None and self._worker is None:
            split = move(self._sides, names, to_held=to_held)
            self._change(replace(self.work.plan.split, share=split.share, held=split.held))

    @Slot()
    def _on_automatic(self) -> None:
        self._change(Split())


def _told(template: str, recordings: Sequence[WholeRecording]) -> str:
    return template.format(n=counted(len(recordings)), minutes=minutes_of(recordings))
