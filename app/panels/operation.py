"""Operation: a chooser over presets and tasks, the settings, and the run."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app import settings as keys
from app.chosen_models import chosen_equipment, chosen_methods
from app.equaliser import Equaliser
from app.job_watch import JobWatch
from app.language import translated
from app.panels import layout
from app.panels.model_choice import ModelChoice
from app.panels.noise import NoisePart
from app.panels.preview import PreviewPart
from app.panels.replay import ReplayPart
from app.panels.steps import first_paragraph, told_missing, told_steps
from app.preview import Preview
from app.sentence import as_sentence
from app.session import Session
from app.widgets.folding_row import FoldingRow
from app.widgets.headed_choice import HeadedChoice
from app.widgets.parameter_form import ParameterForm
from app.widgets.region_text import region_text
from engine.catalog import Catalog
from engine.errors import SettingsError
from engine.params import Value
from engine.presets import Preset, with_noise
from engine.region import Region
from engine.tasks import TASKS, Task
from engine.tasks.denoise import Denoise
from engine.tasks.replay_eq import ReplayEq


class OperationPart(QWidget):
    """What R runs: one preset or one task with its settings.

    Attributes:
        foot: its lower end, from what is worked on to the buttons and how far the job is; whoever
            shows it may put that where it is always in sight.
    """

    changed = Signal()
    run_clicked = Signal()

    def __init__(
        self,
        session: Session,
        watch: JobWatch,
        presets: Mapping[str, Preset],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._session, self._watch, self._presets = session, watch, presets
        self.equaliser = Equaliser(session.player, self)
        self._kept: dict[str, Mapping[str, Value]] = {}
        self._form: ParameterForm | None = None
        self._models: ModelChoice | None = None
        self._shown = ""
        self._chooser = HeadedChoice()
        self._about = layout.muted()
        self._settings = QVBoxLayout()
        self.foot = QWidget()
        self._reset = QPushButton(self.tr("Reset to defaults"))
        self._invents = layout.muted()
        self._target = layout.muted()
        self._run = QPushButton(self.tr("Run"))
        self._cancel = QPushButton(self.tr("Cancel"))
        self._bar = QProgressBar()
        self._progress = layout.muted()
        self._catalog = Catalog()
        self.preview = Preview(session, self._suited, self._kinds, self._regions, self)
        self.preview_part = PreviewPart(self.preview)
        self.preview.changed.connect(self.changed)
        self._fill_chooser()
        self._lay_out()
        self._connect()
        kind, _, name = session.settings.get(keys.operation).partition(":")
        self.choose(kind, name)
        self._on_choice()
        self._on_changed()

    @property
    def can_run(self) -> bool:
        """Whether what is shown can run now."""
        return self._session.document is not None and not self._session.is_busy and not self.why

    @property
    def title(self) -> str:
        """What is shown: the title of a preset or a task, as the history keeps it: in English."""
        kind, name = self._chosen()
        return self._presets[name].title if kind == "preset" else TASKS[name].title

    @property
    def form(self) -> ParameterForm | None:
        """The form of the task shown; None while a preset is."""
        return self._form

    @property
    def models(self) -> ModelChoice | None:
        """Which model the method of the task shown works with; None while a preset is shown."""
        return self._models

    def choose(self, kind: str, name: str) -> None:
        """Show a `preset` or a `task` by its name; unknown ones change nothing."""
        index = self._chooser.findData(f"{kind}:{name}")
        if index >= 0:
            self._chooser.setCurrentIndex(index)

    @Slot()
    def run(self) -> None:
        """Run what is shown on the selection, or on the whole recording."""
        if not self.can_run:
            if self.why and not self._session.is_busy:  # a key asked for what Run does not offer
                self._session.failed.emit(self.why)
            return
        try:
            tasks = self.tasks()
        except SettingsError as error:
            self._session.failed.emit(str(error))
            return
        self._session.restore(self.title, tasks, self._regions())

    def _fill_chooser(self) -> None:
        if self._presets:
            self._chooser.add_heading(self.tr("Presets"))
            for preset in self._presets.values():
                self._chooser.addItem(translated(preset.title), f"preset:{preset.name}")
            self._chooser.add_heading(self.tr("Single steps"))
        for task in TASKS.values():
            self._chooser.addItem(translated(task.title), f"task:{task.name}")
        self._chooser.setCurrentIndex(1 if self._presets else 0)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(layout.SPACING)
        self._chooser.setAccessibleName(self.tr("Operation"))
        self._chooser.setToolTip(self.tr("A preset, or a single step with its settings"))
        self._chooser.setMaxVisibleItems(30)
        self._run.setObjectName("primary")
        self._run.setToolTip(self.tr("Run this operation"))
        self._cancel.setToolTip(self.tr("Stop the job; nothing is changed then (Esc)"))
        self._bar.setRange(0, 1000)
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(self.tr("Progress"))
        for button in (self._run, self._cancel, self._reset, self._chooser):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        for widget in (self._chooser, self._about):
            column.addWidget(widget)
        column.addLayout(self._settings)
        column.addWidget(self._reset, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._invents)
        column.addWidget(self.foot)
        foot = QVBoxLayout(self.foot)
        foot.setContentsMargins(0, 4, 0, 0)
        foot.setSpacing(layout.SPACING)
        foot.addWidget(self._target)
        foot.addWidget(FoldingRow((self._run, self._cancel), (2, 1)))
        for shown in (self.preview_part, self._bar, self._progress):
            foot.addWidget(shown)

    def _connect(self) -> None:
        self._chooser.currentIndexChanged.connect(self._on_choice)
        self._reset.clicked.connect(self._on_reset)
        self._run.clicked.connect(self._on_run_clicked)
        self._cancel.clicked.connect(self._session.runner.cancel_all)
        self._watch.changed.connect(self._on_changed)
        self.equaliser.changed.connect(self._on_changed)
        self._session.restored.connect(self.equaliser.on_restored)
        self._session.document_changed.connect(self._on_document_changed)
        self._session.models.changed.connect(self._on_models_changed)
        self._session.settings.changed.connect(self._on_setting_changed)
        self._session.view_state.selection_changed.connect(self._on_changed)
        self._on_document_changed()

    def _chosen(self) -> tuple[str, str]:
        kind, _, name = str(self._chooser.currentData() or "").partition(":")
        return kind, name

    def tasks(self) -> Sequence[Task]:
        """What is shown, with its settings.

        Raises:
            SettingsError: a setting is outside its range.
        """
        kind, name = self._chosen()
        if kind == "preset":
            return self._steps_of(name)
        if self._form is None:  # nothing is shown yet
            return ()
        return (TASKS[name].from_mapping(self._form.values()),)

    def _steps_of(self, name: str) -> tuple[Task, ...]:
        """The tasks of a preset; noise that was marked is what they learn from."""
        document = self._session.document
        return with_noise(self._presets[name].tasks, document.noise if document else None)

    def _kinds(self) -> Sequence[Task | type[Task]]:
        """The tasks of what is shown, whatever their settings."""
        kind, name = self._chosen()
        return self._presets[name].tasks if kind == "preset" else (TASKS[name],)

    def _suited(self) -> Sequence[Task]:
        """What would run: with what its settings leave open decided for the selection.

        Raises:
            SettingsError: a setting is outside its range.
        """
        return tuple(task.suited(self._regions()) for task in self.tasks())

    def _show_inventions(self) -> None:
        """What of the result would be made up, a sentence for each step that does so."""
        try:
            told = " ".join(translated(each.invents) for each in self._suited() if each.invents)
        except SettingsError:
            told = ""
        self._invents.setText(told)
        self._invents.setVisible(bool(told))

    def _regions(self) -> tuple[Region, ...]:
        return self._session.target(self._kinds())

    @property
    def why(self) -> str:
        """Why what is shown cannot run, as a sentence; empty if it can, or nothing is open."""
        document = self._session.document
        if document is None:
            return ""
        if self._form is not None and self._form.values().get("method", "") is None:
            return self.tr("Needs a model, and none is installed.")
        regions = self._regions()
        if any(task.needs_region for task in self._kinds()) and not regions:
            return self.tr("Needs a selection: drag over the damage, or type where it is above.")
        try:
            tasks = self.tasks()
            if len(tasks) != 1:  # among others a step that changes nothing does no harm
                return ""
            told = tasks[0].objection(regions, document.state, self._catalog)
        except SettingsError:
            return ""  # Run says which setting it is
        return as_sentence(translated(told))

    @Slot()
    def _on_run_clicked(self) -> None:
        self.run()
        self.run_clicked.emit()

    @Slot()
    def _on_choice(self) -> None:
        if self._form is not None:
            self._kept[self._shown] = self._form.values()
        self._clear_settings()
        self._catalog = catalog = chosen_equipment(self._session.settings).catalog
        kind, name = self._chosen()
        self._shown = name
        if kind == "preset":
            preset = self._presets[name]
            self._about.setText(translated(preset.description))
            self._settings.addWidget(told_steps(self._steps_of(name), catalog))
        else:
            self._about.setText(translated(first_paragraph(TASKS[name].__doc__ or "")))
            self._form = ParameterForm(TASKS[name].offered_params(catalog))
            self._form.set_values(self._kept.get(name, {}))
            self._settings.addWidget(self._form)
            self._models = ModelChoice(self._session.settings)
            self._settings.addWidget(self._models)
            self._form.changed.connect(self._on_settings_changed)
            if missing := TASKS[name].missing_methods(catalog):
                self._settings.addWidget(told_missing(missing))
            if name == ReplayEq.name:
                self._settings.addWidget(ReplayPart(self.equaliser, self._form))
            if name == Denoise.name:
                self._settings.addWidget(NoisePart(self._session, self._form))
            values = self._form.values()
            if values.get("noise") is None and values.get("profile") is None:
                self._take_noise()
        # only now that there is a form: others look at what is shown when a setting changes
        self._session.settings.set(keys.operation, f"{kind}:{name}")
        self._reset.setVisible(self._form is not None and not self._form.is_empty)
        self._on_changed()

    def _clear_settings(self) -> None:
        while (item := self._settings.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self._form = self._models = None

    @Slot()
    def _on_reset(self) -> None:
        if self._form is not None:
            self._form.reset()

    @Slot()
    def _on_document_changed(self) -> None:
        if self._session.document is not None:
            self._session.document.noise_changed.connect(self._on_noise_changed)
        self._on_changed()

    @Slot()
    def _on_models_changed(self) -> None:
        """Offer the methods that have a model now, or tell the models of steps; settings stay."""
        before, self._catalog = self._catalog, chosen_equipment(self._session.settings).catalog
        kind, name = self._chosen()
        task = TASKS[name] if kind == "task" else None
        if task is None or task.missing_methods(before) != task.missing_methods(self._catalog):
            self._on_choice()
        else:
            self._on_changed()

    @Slot(str)
    def _on_setting_changed(self, key: str) -> None:
        if key == keys.chosen_models.key:
            self._on_models_changed()
            self._take_method()

    @Slot()
    def _on_noise_changed(self) -> None:
        self._offer()
        self._take_noise()
        if self._form is None:
            self._on_choice()

    def _take_method(self) -> None:
        """Show the method of the model that was chosen last, if that serves the task shown."""
        form, task = self._form, TASKS.get(self._shown)
        if form is not None and task is not None and "method" in form.values():
            found = chosen_methods(self._session.settings, task, self._catalog)
            if found and form.values()["method"] not in found:
                form.set_values({"method": found[0]})

    def _take_noise(self) -> None:
        """The marked span is what a task with a `noise` setting learns from."""
        document = self._session.document
        if self._form is not None and document is not None and "noise" in self._form.values():
            self._form.set_values({"noise": document.noise})

    def _offer(self) -> None:
        document = self._session.document
        if self._form is not None and document is not None:
            self._form.offer_regions(self._session.view_state.selection, document.noise)

    @Slot()
    def _on_settings_changed(self) -> None:
        if self._models is not None and self._form is not None:
            method = str(self._form.values().get("method") or "")
            self._models.offer(TASKS[self._shown], method, self._catalog)
        self.preview.follow()
        self.preview_part.refresh()
        self._show_inventions()
        self._show_target()
        self.changed.emit()

    @Slot()
    def _on_changed(self) -> None:
        self._offer()
        self._on_settings_changed()
        running = self._watch.is_running
        self._cancel.setEnabled(running)
        self._bar.setVisible(running)
        self._progress.setVisible(running)
        self._bar.setValue(round(1000 * self._watch.fraction) if running else 0)
        self._progress.setText(self._watch.text)

    def _show_target(self) -> None:
        """What Run would work on, or why it cannot."""
        why = self.why
        self._run.setEnabled(self.can_run)
        self._target.setText((why or self._told_target()) if self._session.document else "")
        needs_one = any(task.needs_region for task in self._kinds())
        on_selection = needs_one or bool(self._regions())
        self._run.setText(
            self.tr("Run on selection") if on_selection else self.tr("Run on whole side")
        )

    def _told_target(self) -> str:
        regions = self._regions()
        if regions:
            return self.tr("{region}\nNothing outside changes.").format(
                region=region_text(regions[0])
            )
        if self._session.view_state.selection is None:
            return self.tr("Nothing is selected, so the whole side is worked on.")
        whole = next(task.title for task in self._kinds() if not task.takes_region)
        return self.tr("{task} works on the whole side; the selection is ignored.").format(
            task=translated(whole)
        )
