"""Run page: the training as it goes on; what is seen here is told by its folder."""

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout

from app.jobs import JobWorker
from app.language import translated
from app.panels import layout
from app.sentence import as_sentence
from app.widgets.curve_plot import CurvePlot
from app.wizard.asking import ask_starting_over
from app.wizard.page import Page
from app.wizard.run_look import RunLook
from app.wizard.run_words import (
    figure_title,
    figures_text,
    progress_text,
    shown_figure,
    state_text,
    state_told,
)
from app.wizard.triptych import Triptych
from app.wizard.work import Work
from engine.audio import Audio
from engine.errors import EngineError
from training.run_status import DONE, ENDED, FAILED, NONE, RUNNING
from training.wizard.begin import BeginJob, Ready
from training.wizard.plan import RUN
from training.wizard.previews import PreviewJob, Shown
from training.wizard.trainer import Trainer, find, pause, stop

_LOSS = "train_loss"
_STATE_POINTS = 13.0


class RunPage(Page):
    """Starts, pauses and stops a trainer, and shows how it does; it needs no window to go on."""

    name = "run"

    def __init__(self, work: Work) -> None:
        super().__init__(work)
        self.look = RunLook(work.folder, self)
        self.state, self.told, self.figures = QLabel(), layout.muted(), QLabel()
        self.bar, self.progress = QProgressBar(), layout.muted()
        self.begin = QPushButton()
        self.pause = QPushButton(self.tr("&Pause"))
        self.keep = QPushButton(self.tr("Stop and &Keep the Best"))
        self.stop = QPushButton(self.tr("&Stop"))
        self.over = QPushButton(self.tr("Start &Over…"))
        soon = self.tr("Appears with the first figure.")
        minutes = self.tr("min")
        self.loss = CurvePlot(self.tr("Loss: what is still wrong, lower is better"), minutes, soon)
        self.gain = CurvePlot(figure_title(shown_figure({}, "")), minutes, soon)
        self.triptych = Triptych(work.theme)
        self._is_asked = self._has_keys = False
        self._beginning: JobWorker | None = None
        self._wanted_step = -1
        self._last_problem = ""
        self._lay_out()
        self._connect()
        self.look.look()
        self._show()

    def heading(self) -> str:
        """What stands above the page."""
        return self.tr("Training")

    def purpose(self) -> str:
        """What this page is for."""
        return self.tr(
            "The model learns from your material. From time to time it is judged on recordings "
            "that it does not learn from; when that figure rises no longer, you can stop."
        )

    def enter(self) -> None:
        """Find out how the training stands, whoever has started it."""
        self.look.start()

    def leave(self) -> None:
        """Nothing is heard, and nobody looks any more."""
        super().leave()
        self.look.stop()

    def problem(self) -> str:
        """Why it cannot be judged yet."""
        if self.is_running():
            return self.tr("The training is still at work; wait, pause it or stop it.")
        if not self.look.has_best:
            return self.tr("Start the training and wait for its first figure.")
        return ""

    def is_running(self) -> bool:
        """Whether a trainer is at work, or about to be."""
        is_begun = self._beginning is not None or self.look.is_starting
        return is_begun or find(self.work.folder).condition == RUNNING

    def stop_running(self) -> None:
        """Ask the trainer to write a checkpoint and end."""
        self._ask(lambda: stop(self.work.folder))

    # Assembly.

    def _lay_out(self) -> None:
        font = self.state.font()
        font.setPointSizeF(_STATE_POINTS)
        font.setBold(True)
        self.state.setFont(font)
        self.state.setAccessibleName(self.tr("State of the training"))
        self.figures.setWordWrap(True)
        self.figures.setAccessibleName(self.tr("What the figures say"))
        self.begin.setObjectName("primary")
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("Progress of the training"))
        self.pause.setToolTip(self.tr("Write a checkpoint and free the memory; go on later"))
        self.keep.setToolTip(self.tr("Judge the weights once more, keep the best and end"))
        self.stop.setToolTip(self.tr("Write a checkpoint and end; the best so far is kept"))
        row = QHBoxLayout()
        for button in (self.begin, self.pause, self.keep, self.stop, self.over):
            row.addWidget(button)
        row.addStretch(1)
        curves = QHBoxLayout()
        curves.setSpacing(16)
        curves.addWidget(self.gain, 1)
        curves.addWidget(self.loss, 1)
        column = QVBoxLayout()
        column.setSpacing(8)
        for each in (self.state, self.told, self.bar, self.progress):
            column.addWidget(each)
        column.addLayout(row)
        column.addWidget(self.figures)
        column.addLayout(curves)
        column.addWidget(self.triptych)
        self.column.addWidget(layout.rule())
        self.column.addLayout(column)
        self.column.addStretch(1)

    def _connect(self) -> None:
        for button, slot in (
            (self.begin, self._on_begin), (self.pause, self._on_pause), (self.keep, self._on_keep),
            (self.stop, self.stop_running), (self.over, self._on_over),
        ):  # fmt: skip
            button.clicked.connect(slot)
        self.look.changed.connect(self._show)
        self.look.curve_changed.connect(self._show_curves)
        self.look.previews_changed.connect(self._show_previews)
        self.triptych.step_wanted.connect(self._on_step_wanted)
        self.triptych.play_wanted.connect(self._on_play_wanted)

    @Slot()
    def _show(self) -> None:
        """Show everything as it stands now."""
        status, is_starting = self.look.status, self.look.is_starting or self._beginning is not None
        is_running = status.condition == RUNNING and not is_starting
        self._is_asked = self._is_asked and is_running
        self.state.setText(state_text(status, is_starting, self._is_asked))
        told = state_told(status, self.look.has_checkpoint)
        if self.look.sentence and not is_running:
            told = as_sentence(translated(self.look.sentence))
        if is_starting:
            told = self.tr("The program is loaded, which takes a few seconds.")
        self.told.setText(told)
        is_begun = bool(status.step)
        self.bar.setVisible(is_begun or is_running or is_starting)
        self.bar.setRange(0, 1000 if is_begun and not is_starting else 0)
        self.bar.setValue(round(1000 * status.share))
        self.progress.setText(progress_text(status, self.work.plan.budget.minutes))
        self._show_buttons(is_running, is_starting)
        self._show_curves()
        problem = self.problem()
        if problem != self._last_problem:
            self._last_problem = problem
            self.changed.emit()

    def _show_buttons(self, is_running: bool, is_starting: bool) -> None:
        status, is_kept = self.look.status, self.look.has_checkpoint
        is_idle = not is_running and not is_starting
        is_over = status.condition == ENDED and status.state == DONE
        has_time = status.seconds < 60.0 * self.work.plan.budget.minutes
        failed = status.state == FAILED
        again = self.tr("&Try Again") if failed else self.tr("&Go On")
        self.begin.setText(again if is_kept else self.tr("Start &Training"))
        self.begin.setVisible(is_idle)
        self.begin.setEnabled(not is_over or has_time)
        for button in (self.pause, self.keep, self.stop):
            button.setVisible(is_running)
            button.setEnabled(not self._is_asked)
        self.keep.setEnabled(not self._is_asked and bool(status.step))
        self.over.setVisible(is_idle and status.condition != NONE)
        if self._has_keys and not is_starting and not self._is_asked:
            # a button that was pressed is hidden now, and its keys go to the one in its place
            self._has_keys = False
            (self.pause if is_running else self.begin).setFocus()

    @Slot()
    def _show_curves(self) -> None:
        rows, status = self.look.rows, self.look.status
        last = rows[-1] if rows else {}
        name = shown_figure(last, status.figure)
        self.loss.show_curve(_points(rows, _LOSS))
        line = None
        if name in status.base:
            line = (status.base[name], self.tr("the model it started from"))
        start = [(0.0, status.base[name])] if name in status.base and rows else []
        self.gain.show_curve([*start, *_points(rows, name)], figure_title(name), line)
        self.figures.setText(figures_text(last or status.figures, status))
        self.figures.setVisible(bool(self.figures.text()))

    @Slot()
    def _show_previews(self) -> None:
        self.triptych.offer(self.look.steps)

    def _ready(self) -> Ready:
        work = self.work
        return Ready(work.plan, work.folder, work.catalog(), work.recipes)

    def _start(self, is_anew: bool = False) -> None:
        if self.is_running():
            return
        self.look.sentence, self._has_keys = "", True
        job = BeginJob(self._ready(), is_anew)
        self._beginning = self.work.submit(job, self._on_begun, self._on_not_begun)
        self._beginning.cancelled.connect(self._on_cancelled)
        self._show()

    # What the user wants.

    @Slot()
    def _on_begin(self) -> None:
        self._start()

    @Slot()
    def _on_over(self) -> None:
        if ask_starting_over(self):
            self._start(is_anew=True)

    @Slot()
    def _on_pause(self) -> None:
        self._ask(lambda: pause(self.work.folder))

    @Slot()
    def _on_keep(self) -> None:
        self._ask(lambda: stop(self.work.folder, keep_best=True))

    @Slot(int)
    def _on_step_wanted(self, step: int) -> None:
        self._wanted_step = step
        self.work.submit(PreviewJob(self.work.folder / RUN, step), self._on_example)

    @Slot(object)
    def _on_play_wanted(self, audio: Audio) -> None:
        self.work.excerpt.play(audio)

    # What is heard from the others.

    @Slot(object)
    def _on_begun(self, trainer: Trainer) -> None:
        self._beginning = None
        self.look.follow(trainer)

    @Slot(str)
    def _on_not_begun(self, sentence: str) -> None:
        self._beginning = None
        self.work.show_problem(sentence)
        self._show()

    @Slot()
    def _on_cancelled(self) -> None:
        self._beginning = None
        self._show()

    @Slot(object)
    def _on_example(self, shown: Shown) -> None:
        if shown.step == self._wanted_step:
            self.triptych.show_example(shown)

    def _ask(self, wish: Callable[[], None]) -> None:
        """Ask something of the trainer, once."""
        try:
            wish()
        except EngineError as error:
            self.work.show_problem(str(error))
            return
        self._is_asked = self._has_keys = True
        self._show()


def _points(rows: Sequence[Mapping[str, float]], name: str) -> list[tuple[float, float]]:
    """Minutes and figures."""
    return [(row["seconds"] / 60.0, row[name]) for row in rows if name in row]
