"""Machine page: how long, where, and what a measured trial says of that."""

from PySide6.QtCore import QTimer, Slot
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton

from app import paths
from app.jobs import JobWorker
from app.language import translated
from app.panels import layout
from app.sentence import as_sentence
from app.wizard.budget_fields import BudgetFields
from app.wizard.devices import DevicesJob
from app.wizard.estimate_table import EstimateTable
from app.wizard.page import Page
from app.wizard.work import Work
from engine.device import Device
from training.run_status import RUNNING
from training.wizard.begin import EstimateJob, MeasureJob, Ready
from training.wizard.estimate import Estimate, Tried
from training.wizard.plan import Budget, Plan
from training.wizard.trainer import find

_SETTLE_MS = 300
_BAR = 320


class MachinePage(Page):
    """The budget, and an estimate by a few real steps."""

    name = "machine"

    def __init__(self, work: Work) -> None:
        super().__init__(work)
        self.fields = BudgetFields()
        self.measure = QPushButton(self.tr("&Measure a Few Steps"))
        self.stop = QPushButton(self.tr("&Stop Measuring"))
        self.bar = QProgressBar()
        self.told = layout.muted()
        self.table = EstimateTable()
        self._tried: Tried | None = None
        self._tried_of = work.plan
        self._problem = ""
        self._devices: tuple[Device, ...] = ()
        self._worker: JobWorker | None = None
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(_SETTLE_MS)
        self._lay_out()
        self._connect()

    def heading(self) -> str:
        """What stands above the page."""
        return self.tr("Time and machine")

    def purpose(self) -> str:
        """What this page is for."""
        return self.tr(
            "Say how long this computer may train. A few steps with your own material tell "
            "beforehand what that gives and whether it fits."
        )

    def enter(self) -> None:
        """Show what was said, and look for devices the first time."""
        self.fields.show_budget(self.work.plan.budget)
        if not _is_alike(self._tried_of, self.work.plan):
            self._tried = None
        if self._tried is None:
            self.table.clear()
            self._show_problem("")
        is_running = find(self.work.folder).condition == RUNNING
        self.fields.lock(on=is_running)
        self.measure.setEnabled(not is_running and self._worker is None)
        if is_running:
            self.told.setText(self.tr("The training runs; pause it to change what is said here."))
        elif self._tried is None and self._worker is None:
            self._invite()
        if not self._devices:
            self.work.submit(DevicesJob(), self._on_devices)

    def leave(self) -> None:
        """A trial that nobody sees is ended."""
        super().leave()
        self._on_stop()

    def problem(self) -> str:
        """Why it cannot be trained; what only may not fit is told, and the user knows best."""
        return self._problem

    def _lay_out(self) -> None:
        self.bar.setTextVisible(False)
        self.bar.setRange(0, 1000)
        self.bar.setMinimumWidth(_BAR)
        self.bar.setAccessibleName(self.tr("Progress of the measurement"))
        row = QHBoxLayout()
        row.addWidget(self.measure)
        row.addWidget(self.stop)
        row.addWidget(self.bar)
        row.addStretch(1)
        self.column.addWidget(self.fields)
        self.column.addWidget(layout.rule())
        self.column.addWidget(layout.heading(self.tr("What to expect")))
        self.column.addLayout(row)
        self.column.addWidget(self.told)
        self.column.addWidget(self.table)
        self.column.addStretch(1)
        self._show_idle()

    def _connect(self) -> None:
        self.fields.changed.connect(self._on_changed)
        self.measure.clicked.connect(self._on_measure)
        self.stop.clicked.connect(self._on_stop)
        self._settle.timeout.connect(self._on_settled)

    def _ready(self) -> Ready:
        work = self.work
        return Ready(work.plan, work.folder, work.catalog(), work.recipes)

    def _invite(self) -> None:
        self.told.setText(self.tr("Not measured yet. It takes about a minute and changes nothing."))

    def _show_idle(self) -> None:
        self._worker = None
        self.measure.setEnabled(True)
        self.stop.hide()
        self.bar.hide()

    def _show_problem(self, problem: str) -> None:
        if problem != self._problem:
            self._problem = problem
            self.changed.emit()

    @Slot(object)
    def _on_devices(self, devices: tuple[Device, ...]) -> None:
        self._devices = devices
        self.fields.show_devices(devices)

    @Slot()
    def _on_changed(self) -> None:
        before, budget = self.work.plan.budget, self.fields.budget
        self.work.change(budget=budget)
        if _tried_with(before) != _tried_with(budget):
            self._tried = None
            self.table.clear()
            self._show_problem("")
            if self._worker is None:
                self._invite()
        elif self._tried is not None:
            self._settle.start()

    @Slot()
    def _on_measure(self) -> None:
        if self._worker is not None:
            return
        self.measure.setEnabled(False)
        self.stop.show()
        self.bar.setValue(0)
        self.bar.show()
        self.told.setText(self.tr("Getting the recipe ready"))
        self.table.clear()
        job = MeasureJob(self._ready(), paths.cache() / "recordings")
        worker = self.work.submit(job, self._on_measured, self._on_failed, self._on_progressed)
        worker.cancelled.connect(self._on_cancelled)
        self._worker = worker

    @Slot()
    def _on_stop(self) -> None:
        if self._worker is not None:
            self._worker.cancel()

    @Slot(float, str)
    def _on_progressed(self, fraction: float, message: str) -> None:
        self.bar.setValue(round(1000 * fraction))
        if message:
            self.told.setText(as_sentence(translated(message)))

    @Slot(object)
    def _on_measured(self, tried: Tried) -> None:
        self._show_idle()
        self._tried, self._tried_of = tried, self.work.plan
        self._on_settled()

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        self._show_idle()
        self._invite()
        self._show_problem(sentence)
        self.work.show_problem(sentence)

    @Slot()
    def _on_cancelled(self) -> None:
        self._show_idle()
        self._invite()

    @Slot()
    def _on_settled(self) -> None:
        if self._tried is not None:
            self.work.submit(EstimateJob(self._ready(), self._tried), self._on_estimated)

    @Slot(object)
    def _on_estimated(self, estimate: Estimate) -> None:
        if self._tried is None:
            return
        self.told.setText(self.tr("Measured on this computer with your material:"))
        self.table.show_estimate(estimate)


def _tried_with(budget: Budget) -> tuple[object, ...]:
    """What of a budget another trial is needed for."""
    return budget.device, budget.threads, budget.batch, budget.half


def _is_alike(first: Plan, second: Plan) -> bool:
    """Whether what was measured for one plan holds for another."""
    kept = {name: getattr(first, name) for name in ("page", "judged", "budget")}
    return first == second.changed(**kept) and (
        _tried_with(first.budget) == _tried_with(second.budget)
    )
