"""Goal page: what is wrong with the discs, which model to start from, what will come of it."""

from dataclasses import replace
from functools import partial

from PySide6.QtCore import QTimer, Slot
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QHBoxLayout,
    QPushButton,
    QRadioButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.panels import layout
from app.wizard.base_card import BaseCard
from app.wizard.goal_words import task_words
from app.wizard.name_fields import NameFields
from app.wizard.page import Page
from app.wizard.work import Work
from training.wizard.plan import Budget, Goal
from training.wizard.template import Template, TemplatesJob

_KEEP_MS = 300
_SCORE = "si_sdr_gain_10_db"


class GoalPage(Page):
    """Task, base and name; from scratch is there for those who look for it."""

    name = "goal"

    def __init__(self, work: Work) -> None:
        super().__init__(work)
        self.tasks: dict[str, QRadioButton] = {}
        self.cards: list[BaseCard] = []
        self.names = NameFields()
        self.more = QPushButton(self.tr("Ad&vanced"))
        self.fresh = QCheckBox(self.tr("Start from &scratch, with the network of this model alone"))
        self.fresh_told = layout.muted(
            self.tr(
                "The network then begins with random numbers and knows nothing. The models that "
                "ship learnt from about three hours of music of many kinds, for up to four hours "
                "of one processor core; with less, what comes of it is nearly always worse than "
                "what goes on from one of them."
            )
        )
        self._templates: tuple[Template, ...] = ()
        self._taken: frozenset[str] = frozenset()
        self._is_read = False
        self._bases, self._group = QWidget(), QButtonGroup(self)
        self._tasks = QWidget()
        self._keeping = QTimer(self)
        self._keeping.setSingleShot(True)
        self._keeping.setInterval(_KEEP_MS)
        self._lay_out()
        self._keeping.timeout.connect(self._keep)
        self.names.changed.connect(self._on_named)
        self.more.toggled.connect(self._on_more)
        self.fresh.clicked.connect(self._on_fresh)

    def heading(self) -> str:
        """What stands above the page."""
        return self.tr("What is wrong with your discs?")

    def purpose(self) -> str:
        """What this page is for."""
        return self.tr(
            "A model that ships with Runout, or one of yours, goes on learning with your own music "
            "and noise; the model it starts from stays as it is."
        )

    def enter(self) -> None:
        """Read which models there are, and show what was chosen."""
        work = self.work
        catalog = work.catalog()
        own = {work.plan.judged.published}
        self._taken = frozenset(each.name for each in catalog.entries) - own
        goal = work.plan.goal
        self.names.show_names(goal.title, goal.name, self._taken)
        self.more.setChecked(self.more.isChecked() or goal.is_fresh)
        work.submit(TemplatesJob(catalog, work.recipes), self._on_read)

    def leave(self) -> None:
        """Nothing that was typed is lost."""
        super().leave()
        self._keep()

    def problem(self) -> str:
        """What is still to be said."""
        if not self._is_read:
            return self.tr("The models are being looked for.")
        if not self._chosen():
            return self.tr("Choose a model to start from.")
        return self.names.problem()

    def _lay_out(self) -> None:
        for box in (self._tasks, self._bases):
            column = QVBoxLayout(box)
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(8 if box is self._bases else 4)
        self.more.setCheckable(True)
        self.column.addWidget(self._tasks)
        self.column.addWidget(layout.heading(self.tr("What the new model is called")))
        self.column.addWidget(self.names)
        self.column.addWidget(layout.heading(self.tr("Model to start from")))
        self.column.addWidget(self._bases)
        row = QHBoxLayout()
        row.addWidget(self.more)
        row.addStretch(1)
        self.column.addLayout(row)
        self.column.addWidget(self.fresh)
        self.column.addWidget(self.fresh_told)
        self.column.addStretch(1)
        self._on_more()

    def _goal(self) -> Goal:
        return self.work.plan.goal

    def _serving(self) -> list[Template]:
        """Models for the task, the best first."""
        serving = [each for each in self._templates if self._goal().task in each.entry.tasks]
        return sorted(serving, key=partial(_rank, self._goal().task))

    def _chosen(self) -> Template | None:
        return next(
            (each for each in self._serving() if each.entry.name == self._goal().base), None
        )

    def _change(self, goal: Goal) -> None:
        parts: dict[str, Goal | Budget] = {"goal": goal}
        if goal.base != self._goal().base:
            half = {each.entry.name: each.recipe.training.half for each in self._templates}
            budget = replace(self.work.plan.budget, half=half.get(goal.base, False))
            parts["budget"] = budget  # each network knows what is safe for it
        self.work.change(**parts)
        self.changed.emit()

    def _fill_tasks(self) -> None:
        there = {task for each in self._templates for task in each.entry.tasks}
        if set(self.tasks) == there:
            return
        for button in self.tasks.values():
            button.deleteLater()
        self.tasks = {}
        for task, (title, told) in task_words().items():
            if task in there:
                button = self.tasks[task] = QRadioButton(title)
                button.setToolTip(told)
                button.setAccessibleDescription(told)
                button.clicked.connect(self._on_task)
                column = self._tasks.layout()
                assert column is not None
                column.addWidget(button)

    def _fill_bases(self) -> None:
        serving = self._serving()
        task = self._goal().task
        if [(each.template, each.task) for each in self.cards] != [(t, task) for t in serving]:
            for card in self.cards:
                card.hide()
                card.deleteLater()
            self.cards = []
            for number, template in enumerate(serving):
                card = BaseCard(template, task, is_suggested=number == 0 and len(serving) > 1)
                card.chosen.connect(self._on_base)
                self._group.addButton(card.button)
                column = self._bases.layout()
                assert column is not None
                column.addWidget(card)
                self.cards.append(card)
        self._show_chosen()

    def _show_chosen(self) -> None:
        goal, chosen = self._goal(), self._chosen()
        for task, button in self.tasks.items():
            button.setChecked(task == goal.task)
        for card in self.cards:
            if card.name == goal.base:
                card.button.setChecked(True)
        can_be_fresh = chosen is None or chosen.can_be_fresh
        self.fresh.setEnabled(can_be_fresh)
        self.fresh.setChecked(goal.is_fresh and can_be_fresh)

    def _settle(self) -> None:
        """Choose the first model where the one that was chosen does not serve."""
        goal, chosen, serving = self._goal(), self._chosen(), self._serving()
        if chosen is None and serving:
            goal = replace(goal, base=serving[0].entry.name)
            chosen = serving[0]
        if goal.is_fresh and chosen is not None and not chosen.can_be_fresh:
            goal = replace(goal, is_fresh=False)
        self._change(goal)
        self._fill_bases()

    @Slot(object)
    def _on_read(self, templates: tuple[Template, ...]) -> None:
        self._templates, self._is_read = templates, True
        goal = self._goal()
        lost = goal.base and all(each.entry.name != goal.base for each in templates)
        self._fill_tasks()
        self._settle()
        if lost:
            self.work.show_problem(
                self.tr(
                    "The model {name} to start from is no longer there; another one is chosen."
                ).format(name=goal.base),
                "warning",
            )

    @Slot()
    def _on_task(self) -> None:
        task = next(name for name, button in self.tasks.items() if button.isChecked())
        if task != self._goal().task:
            self._change(replace(self._goal(), task=task))
            self._settle()

    @Slot(str)
    def _on_base(self, name: str) -> None:
        self._change(replace(self._goal(), base=name))
        self._settle()

    @Slot()
    def _on_fresh(self) -> None:
        self._change(replace(self._goal(), is_fresh=self.fresh.isChecked()))

    @Slot()
    def _on_more(self) -> None:
        for each in (self.fresh, self.fresh_told):
            each.setVisible(self.more.isChecked())
        if self.more.isChecked():
            QTimer.singleShot(0, self._bring_up)  # once it has its place

    @Slot()
    def _bring_up(self) -> None:
        """Scroll down to what was below the edge of the window."""
        area = self.parentWidget()
        while area is not None and not isinstance(area, QScrollArea):
            area = area.parentWidget()
        if area is not None:
            area.ensureWidgetVisible(self.fresh_told)

    @Slot()
    def _on_named(self) -> None:
        self._keeping.start()
        self.changed.emit()

    @Slot()
    def _keep(self) -> None:
        self._keeping.stop()
        title, name = self.names.title.text().strip(), self.names.name.text()
        self.work.change(goal=replace(self._goal(), title=title, name=name))


def _rank(task: str, template: Template) -> tuple[bool, bool, float]:
    """Critics last, those that learn the noise of discs before others, then by the figure.

    What is told the noise needs less to be taught it, and nobody has measured what that brings.
    """
    knows_none = task == "denoise" and (not template.wants_noise or template.family == "informed")
    return template.family == "shaping", knows_none, -template.entry.scores.get(_SCORE, -99.0)
