"""Publish page: what the model is called, who signs it, and into the catalogue with it."""

import re
from dataclasses import replace
from typing import ClassVar

from PySide6.QtCore import Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
)
from typing_extensions import override

from app import paths
from app.chosen_models import choose_model
from app.jobs import JobWorker
from app.language import translated
from app.panels import layout
from app.sentence import as_sentence
from app.wizard.page import Page
from app.wizard.work import Work
from engine.catalog import Entry
from engine.catalog_file import load_catalog
from engine.errors import EngineError, ModelError
from training.wizard.publish import Publication, PublishJob, licence_of, name_problem
from training.wizard.result import FindResultJob, Found, Result
from training.wizard.template import Template, chosen_template
from training.wizard.verdict import Advice, give_verdict

_WIDEST = 420


class PublishPage(Page):
    """The last step: from weights in a folder to a model that can be chosen."""

    name: ClassVar[str] = "publish"

    def __init__(self, work: Work) -> None:
        super().__init__(work)
        self._result: Result | None = None
        self._worker: JobWorker | None = None
        self._template: Template | None = None
        self._taken: tuple[str, ...] = ()
        self._is_done = False
        self.verdict = QLabel()
        self.verdict.setWordWrap(True)
        self.title = QLineEdit()
        self.title.setMaxLength(80)
        self.model = QLineEdit()
        self.model.setMaxLength(64)
        self.licence = layout.muted()
        self.signed = QLineEdit()
        self.signed.setMaxLength(80)
        self.signed.setPlaceholderText(self.tr("Nobody yet"))
        self.badge = layout.muted()
        self.everyday = QCheckBox()
        self.wrong = QLabel()
        self.wrong.setWordWrap(True)
        self.publish = QPushButton(self.tr("&Publish"))
        self.publish.setObjectName("primary")
        self.use = QPushButton(self.tr("&Use It on a Side Now"))
        self.bar = QProgressBar()
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("How far publishing is"))
        self.done = QLabel()
        self.done.setWordWrap(True)
        self._lay_out()
        self._connect()

    @override
    def heading(self) -> str:
        return self.tr("Publish the model")

    @override
    def purpose(self) -> str:
        return self.tr(
            "It is entered among your models on this computer, with a card that says what it was "
            "trained on and how it did. Nothing is sent anywhere."
        )

    @override
    def enter(self) -> None:
        plan = self.work.plan
        self._is_done = False
        try:
            catalog = self.work.catalog()
            self._template = chosen_template(plan.goal, catalog, self.work.recipes)
            self._taken = _shipped()
        except EngineError as error:
            self._template = None
            self.work.show_problem(str(error))
        if not self.title.text():
            self.title.setText(plan.goal.title)
        if not self.model.text():
            self.model.setText(plan.goal.name or suggested_name(plan.goal.title))
        if not self.signed.text():
            self.signed.setText(plan.judged.signed)
        self.work.submit(FindResultJob(self.work.folder), self._on_found)
        self._refresh()

    @override
    def problem(self) -> str:
        if self._worker is not None:
            return self.tr("The model is being published.")
        return ""

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setSpacing(8)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        for text, field in (
            (self.tr("T&itle in menus"), self.title),
            (self.tr("Na&me"), self.model),
            (self.tr("&Signed by"), self.signed),
        ):
            label = QLabel(text)
            label.setBuddy(field)
            field.setMaximumWidth(_WIDEST)
            form.addRow(label, field)
        form.insertRow(2, QLabel(self.tr("Licence")), self.licence)
        self.everyday.setToolTip(
            self.tr("Else it is taken only where you choose it. Wants a signature.")
        )
        row = QHBoxLayout()
        for button in (self.publish, self.use):
            row.addWidget(button)
        row.addStretch(1)
        self.column.addWidget(self.verdict)
        self.column.addLayout(form)
        for part in (self.badge, self.everyday, self.wrong):
            self.column.addWidget(part)
        self.column.addLayout(row)
        self.column.addWidget(self.bar)
        self.column.addWidget(self.done)
        self.column.addStretch(1)

    def _connect(self) -> None:
        for field in (self.title, self.model, self.signed):
            field.textEdited.connect(self._on_edited)
        self.everyday.toggled.connect(self._refresh)
        self.publish.clicked.connect(self._on_publish)
        self.use.clicked.connect(self._on_use)

    @Slot()
    def _on_edited(self) -> None:
        self._is_done = False
        judged = replace(self.work.plan.judged, signed=self.signed.text().strip())
        goal = replace(self.work.plan.goal, title=self.title.text(), name=self.model.text())
        self.work.change(judged=judged, goal=goal)
        self._refresh()

    @Slot(object)
    def _on_found(self, found: Found) -> None:
        self._result = found.result if not found.problem else None
        self.verdict.setText(
            self.tr("Judge the model first; what is published is what was judged.")
        )
        if found.problem:
            self.verdict.setText(as_sentence(translated(found.problem)))
        elif self._result is not None:
            verdict = give_verdict(self._result)
            self.verdict.setText("\n\n".join(translated(each) for each in verdict.sentences))
            is_worse = verdict.advice is Advice.REFUSE
            self.publish.setText(
                self.tr("&Publish All the Same") if is_worse else self.tr("&Publish")
            )
        self._refresh()

    @Slot()
    def _on_publish(self) -> None:
        assert self._template is not None
        job = PublishJob(
            self.work.plan,
            self._template,
            self.work.folder,
            self._said(),
            paths.user_models(),
            paths.cache() / "recordings",
            self._taken,
        )
        self._worker = self.work.submit(
            job, self._on_published, self._on_failed, self._on_progressed
        )
        self._worker.ended.connect(self._on_ended)
        self._refresh()

    def _said(self) -> Publication:
        signed = self.signed.text().strip()
        is_default = self.everyday.isChecked() and bool(signed)
        return Publication(self.model.text().strip(), self.title.text(), signed, is_default)

    @Slot(object)
    def _on_published(self, entry: Entry) -> None:
        self._is_done = True
        self.work.change(judged=replace(self.work.plan.judged, published=entry.name))
        self.work.session.models.look()

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        self.work.show_problem(sentence)

    @Slot()
    def _on_ended(self) -> None:
        self._worker = None
        self._refresh()

    @Slot(float, str)
    def _on_progressed(self, fraction: float, _message: str) -> None:
        self.bar.setValue(round(1000.0 * fraction))

    @Slot()
    def _on_use(self) -> None:
        entry = self._published()
        if entry is None:
            self.work.show_problem(
                self.tr("The model {name} is no longer there; publish it again.").format(
                    name=self.work.plan.judged.published
                )
            )
            return
        task = self.work.plan.goal.task
        self.work.use_wanted.emit(task if task in entry.tasks else entry.tasks[0])
        # only now, as choosing a model brings up its method where its task is shown
        choose_model(self.work.session.settings, entry)

    def _published(self) -> Entry | None:
        """The model that came of this training, if it is still there."""
        name = self.work.plan.judged.published
        return next((each for each in self.work.catalog().entries if each.name == name), None)

    @Slot()
    def _refresh(self) -> None:
        plan, is_running = self.work.plan, self._worker is not None
        signed = bool(self.signed.text().strip())
        self.everyday.setEnabled(signed and not is_running)
        self.badge.setText(
            self.tr(
                "Your name says that you have heard what it does and find it fit for use. It "
                "stands in the card and with the model."
            )
            if signed
            else self.tr(
                "Without a name it is marked experimental: it can be chosen, but nothing takes it "
                "by itself."
            )
        )
        if self._template is not None:
            self.licence.setText(licence_of(plan, self._template))
            base = translated(self._template.entry.title)
            self.everyday.setText(
                self.tr("&Take it in place of {base} from now on").format(base=base)
            )
        wrong = "" if self._is_done or is_running else self._wrong()
        self.wrong.setText(wrong)
        is_there = self.model.text().strip() == plan.judged.published
        self.wrong.setVisible(bool(wrong) and self._result is not None and not is_there)
        for field in (self.title, self.model, self.signed):
            field.setEnabled(not is_running)
        self.publish.setEnabled(not is_running and not wrong and not self._is_done)
        self.use.setEnabled(not is_running and bool(plan.judged.published))
        self.bar.setVisible(is_running)
        published = plan.judged.published
        self.done.setVisible(bool(published))
        self.done.setText(
            self.tr("Published as {name}. It is among the models now, without a restart.").format(
                name=published
            )
        )
        self.changed.emit()

    def _wrong(self) -> str:
        """Why it cannot be published so; empty if it can."""
        if self._template is None or self._result is None:
            return self.tr("It has not been judged.")
        problem = name_problem(self.model.text().strip(), paths.user_models(), self._taken)
        return as_sentence(translated(problem)) if problem else ""


def suggested_name(title: str) -> str:
    """A name for a model of that title."""
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:60] or "own-model"


def _shipped() -> tuple[str, ...]:
    """Names of the models that ship."""
    return tuple(each.name for each in load_catalog([paths.models()], _pass_over).entries)


def _pass_over(_error: ModelError) -> None:
    """Whoever lists the models tells of damaged files."""
