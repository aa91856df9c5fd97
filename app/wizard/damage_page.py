"""Damage page: how clean music is damaged, held against a side of the user's own."""

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QSignalBlocker, QTimer, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.jobs import JobWorker
from app.language import translated
from app.panels import layout
from app.widgets.folding_row import FoldingRow
from app.widgets.wheel_guard import WheelGuard
from app.wizard.damage_list import DamageList
from app.wizard.heard_row import HeardRow
from app.wizard.match_view import MatchView
from app.wizard.page import Page
from app.wizard.recipe_dialog import RecipeDialog
from app.wizard.work import Work
from engine.errors import EngineError
from training.wizard.compare import Comparison
from training.wizard.example import ExampleJob, HeardExample, Trial
from training.wizard.match_jobs import CompareJob, Known, Matched, MatchJob
from training.wizard.plan import Damage
from training.wizard.recipe import recipe_tables, recipe_text
from training.wizard.recipe_damage import base_material, base_steps
from training.wizard.template import Template, chosen_template

_SETTLE_MS = 250
_BETWEEN = 16


class DamagePage(Page):
    """Everything follows what is said: an example to see and hear, and figures beside a side."""

    name = "damage"

    def __init__(self, work: Work) -> None:
        super().__init__(work)
        self.list = DamageList()
        self.side = QComboBox()
        self.match = QPushButton(self.tr("&Match to My Discs"))
        self.reset = QPushButton(self.tr("As the Model &Had It"))
        self.view = MatchView()
        self.heard = HeardRow(work.theme)
        self.another = QPushButton(self.tr("Another &Example"))
        self.recipe = QPushButton(self.tr("Show &Recipe…"))
        self.told = layout.muted()
        self._about = layout.muted()
        self._left, self._right, self._example = QWidget(), QWidget(), QWidget()
        self._template: Template | None = None
        self._problem = ""
        self._known = Known()
        self._number = 0
        self._is_changed = False
        self._making: JobWorker | None = None
        self._comparing: JobWorker | None = None
        self._matching: JobWorker | None = None
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(_SETTLE_MS)
        self._lay_out()
        self._connect()

    def heading(self) -> str:
        """What stands above the page."""
        return self.tr("Damage")

    def purpose(self) -> str:
        """What this page is for."""
        return self.tr(
            "A model learns from pairs: your clean music, and the same music damaged. Say here how "
            "it is damaged, and listen whether it sounds like your discs."
        )

    def enter(self) -> None:
        """Show what was said, and make it heard."""
        self._problem = ""
        try:
            self._template = chosen_template(
                self.work.plan.goal, self.work.catalog(), self.work.recipes
            )
        except EngineError as error:
            self._template, self._problem = None, str(error)
        self._show_sides()
        self._show_damage()
        self._show_what_matters()
        self._render()
        self.changed.emit()

    def leave(self) -> None:
        """Nobody looks at what is still being made."""
        super().leave()
        self._settle.stop()
        self._keep()
        for worker in (self._making, self._comparing, self._matching):
            if worker is not None:
                worker.cancel()

    def problem(self) -> str:
        """Why one cannot go on."""
        if self._problem:
            return self._problem
        if self._template is not None and self._can_damage() and self.list.is_harmless:
            return self.tr("Nothing damages the music; raise one of the shares.")
        return ""

    # What is shown.

    def _has_noise(self) -> bool:
        """Whether noise of the user's discs can be among the damage."""
        taken = any(each.is_taken for each in self.work.plan.noise.stretches)
        return self._template is not None and self._template.wants_noise and taken

    def _can_damage(self) -> bool:
        """Whether a model like this one learns from damaged music at all."""
        template = self._template
        return template is not None and (
            self._has_noise() or bool(base_steps(template, self.work.folder))
        )

    def _show_sides(self) -> None:
        """Offer the transfers of which noise was taken, the one with the most of it first."""
        seconds: dict[str, float] = {}
        for each in self.work.plan.noise.stretches:
            if each.is_taken:
                seconds[each.path] = seconds.get(each.path, 0.0) + each.stop_s - each.start_s
        paths = sorted(seconds, key=lambda path: -seconds[path])
        blocker = QSignalBlocker(self.side)
        self.side.clear()
        for path in paths:
            self.side.addItem(Path(path).name, path)
        damage = self.work.plan.damage
        chosen = damage.transfer if damage.transfer in paths else (paths or [""])[0]
        self.side.setCurrentIndex(max(0, self.side.findData(chosen)))
        blocker.unblock()
        if chosen != damage.transfer:
            self.work.change(damage=replace(damage, transfer=chosen, is_matched=False))

    def _show_damage(self) -> None:
        template, damage = self._template, self.work.plan.damage
        if template is None:
            return
        steps = damage.steps or base_steps(template, self.work.folder)
        material = damage.material or base_material(template)
        is_noisy = template.recipe.data.target == "noisy"
        self.list.show_damage(damage, steps, material, self._has_noise(), is_noisy)

    def _show_what_matters(self) -> None:
        can_damage, has_noise = self._can_damage(), self._has_noise()
        self._left.setVisible(can_damage)
        self._right.setVisible(can_damage and has_noise)
        self._example.setVisible(self._template is not None)
        self.heard.offer_damaged(can_damage)
        self.recipe.setEnabled(self._template is not None)
        self._about.setText(self._words_about(can_damage, has_noise))
        self._about.setVisible(bool(self._about.text()))

    def _words_about(self, can_damage: bool, has_noise: bool) -> str:
        if self._template is None:
            return ""
        if not can_damage:
            return self.tr(
                "This kind of model learns what music sounds like from clean music alone. There "
                "is nothing to set here."
            )
        if not has_noise and self._template.wants_noise:
            return self.tr(
                "No noise of your own discs is ticked, so simulated noise stands for it. With "
                "noise of your own, which you can choose on the page Noise of your discs, the "
                "model gets used to your discs."
            )
        return ""

    # Assembly.

    def _lay_out(self) -> None:
        left = QVBoxLayout(self._left)
        left.addWidget(layout.heading(self.tr("Share of the examples that it befalls")))
        left.addWidget(self.list)
        left.addStretch(1)
        self._lay_out_right()
        example = QVBoxLayout(self._example)
        example.setContentsMargins(0, 0, 0, 0)
        head = QHBoxLayout()
        head.addWidget(layout.heading(self.tr("An example to hear")))
        head.addWidget(self.told, 1)
        head.addWidget(self.another)
        head.addWidget(self.recipe)
        example.addLayout(head)
        example.addWidget(self.heard)
        left.setContentsMargins(0, 0, _BETWEEN, 0)
        both = FoldingRow((self._left, self._right), (6, 5))
        self.column.addWidget(self._about)
        self.column.addWidget(both)
        self.column.addWidget(self._example)
        self.column.addStretch(1)
        self.told.setAccessibleName(self.tr("What is being done"))

    def _lay_out_right(self) -> None:
        label = QLabel(self.tr("Yo&ur side"))
        label.setBuddy(self.side)
        self.side.setMinimumContentsLength(12)
        WheelGuard(self).guard(self.side, self.list.add)
        self.side.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.match.setObjectName("primary")
        self.match.setToolTip(
            self.tr("Measures your side and sets the damage so that it sounds alike")
        )
        row = QHBoxLayout()
        row.addWidget(label)
        row.addWidget(self.side, 1)
        buttons = QHBoxLayout()
        buttons.addWidget(self.match)
        buttons.addWidget(self.reset)
        buttons.addStretch(1)
        right = QVBoxLayout(self._right)
        right.setContentsMargins(0, 0, 0, 0)
        right.addWidget(layout.heading(self.tr("Beside your side")))
        right.addLayout(row)
        right.addLayout(buttons)
        right.addWidget(self.view)
        right.addStretch(1)

    def _connect(self) -> None:
        self.list.changed.connect(self._on_changed)
        self.side.activated.connect(self._on_side)
        self.match.clicked.connect(self._on_match)
        self.reset.clicked.connect(self._on_reset)
        self.another.clicked.connect(self._on_another)
        self.recipe.clicked.connect(self._on_recipe)
        self.heard.play_wanted.connect(self.work.excerpt.play)
        self._settle.timeout.connect(self._on_settled)

    # What is made of it.

    def _trial(self, template: Template) -> Trial:
        return Trial(self.work.plan, template, self.work.folder)

    def _keep(self) -> None:
        """Write what is said into the plan, if anything was changed."""
        if self._is_changed:
            self._is_changed = False
            self.work.change(damage=self.list.damage(self.work.plan.damage))

    def _render(self) -> None:
        """Make the example and the figures anew; what is still being made is not waited for."""
        for worker in (self._making, self._comparing):
            if worker is not None:
                worker.cancel()
        self._making = self._comparing = None
        template = self._template
        if template is None:
            self.heard.show_example(None)
            return
        job = ExampleJob(self._trial(template), self._number)
        self._making = self.work.submit(job, self._on_example, self._on_example_failed)
        if self._has_noise() and self.work.plan.damage.transfer:
            compare = CompareJob(self._trial(template), self._known)
            self._comparing = self.work.submit(
                compare, self._on_compared, self._on_compare_failed, self._on_progressed
            )

    # Slots.

    @Slot()
    def _on_changed(self) -> None:
        self._is_changed = True
        self._settle.start()
        self.changed.emit()

    @Slot()
    def _on_settled(self) -> None:
        self._keep()
        self._render()

    @Slot()
    def _on_side(self) -> None:
        damage = self.work.plan.damage
        chosen = str(self.side.currentData())
        if chosen != damage.transfer:
            self.work.change(damage=replace(damage, transfer=chosen, is_matched=False))
            self.view.show_comparison(None)
            self._render()

    @Slot()
    def _on_match(self) -> None:
        if self._template is None or self._matching is not None:
            return
        self._settle.stop()
        self._keep()
        for worker in (self._making, self._comparing):
            if worker is not None:
                worker.cancel()
        self.match.setEnabled(False)
        self.told.setText(self.tr("Matching your side…"))
        job = MatchJob(self._trial(self._template), self._known)
        self._matching = self.work.submit(
            job, self._on_matched, self._on_failed, self._on_progressed
        )
        self._matching.ended.connect(self._on_match_ended)

    @Slot(object)
    def _on_matched(self, matched: Matched) -> None:
        self.work.change(damage=matched.damage)
        self._show_damage()
        self.view.show_comparison(matched.comparison)
        self.told.setText(self.tr("Matched to {side}.").format(side=self.side.currentText()))
        self._number += 1
        if self._template is not None:
            job = ExampleJob(self._trial(self._template), self._number)
            self._making = self.work.submit(job, self._on_example, self._on_failed)
        self.changed.emit()

    @Slot()
    def _on_match_ended(self) -> None:
        self._matching = None
        self.match.setEnabled(True)

    @Slot()
    def _on_reset(self) -> None:
        usual = Damage(transfer=self.work.plan.damage.transfer)
        self.work.change(damage=usual)
        self._show_damage()
        self._render()
        self.changed.emit()

    @Slot()
    def _on_another(self) -> None:
        self._number += 1
        self.work.excerpt.stop()
        self._settle.stop()
        self._keep()
        self._render()

    @Slot()
    def _on_recipe(self) -> None:
        if self._template is None:
            return
        self._keep()
        try:
            text = recipe_text(recipe_tables(self.work.plan, self._template, self.work.folder))
        except EngineError as error:
            self.work.show_problem(str(error))
            return
        dialog = RecipeDialog(text, self.work.folder, self)
        dialog.open()

    @Slot(object)
    def _on_example(self, example: HeardExample) -> None:
        self._making = None
        self.heard.show_example(example)

    @Slot(object)
    def _on_compared(self, comparison: Comparison) -> None:
        self._comparing = None
        self.told.clear()
        self.view.show_comparison(comparison)

    @Slot(float, str)
    def _on_progressed(self, fraction: float, message: str) -> None:
        if message:
            words = translated(message)
            self.told.setText(words[:1].upper() + words[1:])

    @Slot(str)
    def _on_example_failed(self, sentence: str) -> None:
        self.heard.show_example(None)
        self._on_failed(sentence)

    @Slot(str)
    def _on_compare_failed(self, sentence: str) -> None:
        self.view.show_comparison(None, self.tr("Not measured"))
        self._on_failed(sentence)

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        self.told.clear()
        self.work.show_problem(sentence)
