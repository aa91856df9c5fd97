"""Options of a batch: preset, output folder, names, what exists, how many at once."""

import os
from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSpinBox,
    QWidget,
)

from app import settings as keys
from app.batch.choices import ANEW, REPLACE, SKIP, Choices
from app.settings import Settings
from app.widgets.setting_fields import ChoiceField, TextField, TickField

MOST_JOBS = 64


class Options(QWidget):
    """What is chosen is in force at once, and remembered."""

    preset_chosen = Signal(str)
    """For all rows, and those to come."""
    changed = Signal()
    """Rows are going to become something else than before."""

    def __init__(
        self, settings: Settings, titles: Mapping[str, str], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._settings = settings
        self.preset = QComboBox()
        self.folder = TextField(settings, keys.batch_folder)
        self.name = TextField(settings, keys.batch_name)
        existing = {
            SKIP: self.tr("Skip what is finished"),
            REPLACE: self.tr("Replace what is out of date"),
            ANEW: self.tr("Make everything anew"),
        }
        self.existing = ChoiceField(settings, keys.batch_existing, existing)
        self.jobs = QSpinBox()
        self.analyse = TickField(settings, keys.batch_analyse, self.tr("Anal&yse only"))
        self.removed = TickField(settings, keys.batch_removed, self.tr("Write remo&ved too"))
        self.sound = TickField(settings, keys.batch_sound, self.tr("Soun&d at the end"))
        self._browse = QPushButton(self.tr("&Browse…"))
        for name, title in titles.items():
            self.preset.addItem(title, name)
        self._lay_out()
        self._show_preset()
        self.jobs.setValue(settings.get(keys.batch_jobs))
        self._connect()

    def choices(self) -> Choices | None:
        """How the batch is to be done; None while no folder is named."""
        get, folder = self._settings.get, self.folder.text().strip()
        if not folder:
            return None
        return Choices(
            Path(os.path.abspath(os.path.expanduser(folder))),
            get(keys.batch_name),
            get(keys.batch_existing),
            get(keys.batch_jobs),
            get(keys.batch_analyse),
            get(keys.batch_removed),
            get(keys.operator),
            get(keys.institution),
        )

    def take(self, choices: Choices) -> None:
        """Choose as a batch did that was left."""
        put = self._settings.set
        put(keys.batch_folder, str(choices.folder))
        put(keys.batch_name, choices.name)
        put(keys.batch_existing, choices.existing)
        put(keys.batch_analyse, choices.is_survey)
        put(keys.batch_removed, choices.write_removed)
        self.jobs.setValue(choices.n_jobs)

    def suggest(self, folder: Path) -> None:
        """Name an output folder where there is none yet."""
        if not self.folder.text().strip():
            self._settings.set(keys.batch_folder, str(folder))

    def lock(self, *, on: bool) -> None:
        """Let nothing be changed that a batch at work depends on."""
        for each in (self.preset, self.folder, self.name, self.existing, self.jobs, self.analyse,
                     self.removed, self._browse):  # fmt: skip
            each.setEnabled(not on)

    def _lay_out(self) -> None:
        self.folder.setPlaceholderText(self.tr("Where the restored sides go"))
        self.folder.setAccessibleName(self.tr("Output folder"))
        self.folder.setMinimumWidth(260)
        self.name.setAccessibleName(self.tr("Template of the names"))
        self.name.setToolTip(
            self.tr(
                "{base} is the name of the source, {preset} of the preset; folders are mirrored"
            )
        )
        self.existing.setToolTip(
            self.tr("What is done where the output folder holds a file of that name already")
        )
        self.jobs.setRange(0, MOST_JOBS)
        self.jobs.setSpecialValueText(self.tr("automatic"))
        self.jobs.setObjectName("amount")
        self.jobs.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.jobs.setAccessibleName(self.tr("Sides at once"))
        self.jobs.setToolTip(
            self.tr("How many sides at once on the CPU; on a GPU they queue, one at a time")
        )
        self.analyse.setToolTip(
            self.tr("Write no sound; report on the clicks, noise and bandwidth of each transfer")
        )
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(6)
        self._place(grid, 0, 0, self.tr("&Preset"), self.preset)
        where = QHBoxLayout()
        where.addWidget(self.folder, 1)
        where.addWidget(self._browse)
        self._place(grid, 0, 2, self.tr("&Output folder"), self.folder)
        grid.addLayout(where, 0, 3, 1, 3)
        self._place(grid, 1, 0, self.tr("If it e&xists"), self.existing)
        self._place(grid, 1, 2, self.tr("&Name"), self.name)
        self._place(grid, 1, 4, self.tr("Sides at on&ce"), self.jobs)
        ticks = QHBoxLayout()
        ticks.setSpacing(18)
        for each in (self.analyse, self.removed, self.sound):
            ticks.addWidget(each)
        ticks.addStretch(1)
        grid.addLayout(ticks, 2, 1, 1, 5)
        grid.setColumnStretch(3, 1)

    def _place(self, grid: QGridLayout, row: int, column: int, text: str, field: QWidget) -> None:
        label = QLabel(text)
        label.setBuddy(field)
        if not field.accessibleName():
            field.setAccessibleName(text.replace("&", ""))
        grid.addWidget(label, row, column)
        if field is not self.folder:
            grid.addWidget(field, row, column + 1)

    def _connect(self) -> None:
        self.preset.activated.connect(self._on_preset)
        self.jobs.valueChanged.connect(self._on_jobs)
        self._browse.clicked.connect(self._on_browse)
        self._settings.changed.connect(self._on_setting_changed)

    def _show_preset(self) -> None:
        at = self.preset.findData(self._settings.get(keys.batch_preset))
        self.preset.setCurrentIndex(max(0, at))

    @Slot()
    def _on_preset(self) -> None:
        name = str(self.preset.currentData())
        self._settings.set(keys.batch_preset, name)
        self.preset_chosen.emit(name)

    @Slot(int)
    def _on_jobs(self, count: int) -> None:
        self._settings.set(keys.batch_jobs, count)

    @Slot()
    def _on_browse(self) -> None:
        chosen = QFileDialog.getExistingDirectory(
            self, self.tr("Where the restored sides go"), self.folder.text()
        )
        if chosen:
            self._settings.set(keys.batch_folder, chosen)

    @Slot(str)
    def _on_setting_changed(self, key: str) -> None:
        shaping = (keys.batch_folder, keys.batch_name, keys.batch_existing, keys.batch_analyse,
                   keys.batch_removed)  # fmt: skip
        if key in [each.key for each in shaping]:
            self.changed.emit()
