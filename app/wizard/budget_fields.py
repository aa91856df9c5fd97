"""Budget fields: how long, where, and behind "Advanced settings" what few need."""

import os
from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QCheckBox,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QSlider,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.panels import layout
from app.widgets.number_field import NumberField
from engine.device import AUTO, CPU, Device
from training.wizard.plan import Budget

MINUTES = (10, 20, 30, 60, 120, 240, 480, 720, 1440)
"""What the slider goes through."""
_MOST_MINUTES, _MOST_BATCH, _MOST_RATE = 10_080, 256, 0.1
_SHORT, _USUAL = 20, 180
_GB = 1e9
_FIELD = 200


class BudgetFields(QWidget):
    """Shows a budget and changes it."""

    changed = Signal()
    """`budget` is another one."""

    def __init__(self) -> None:
        super().__init__()
        self._budget = Budget()
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.minutes = NumberField(1, _MOST_MINUTES, self.tr("min"), whole=True)
        self.meaning = layout.muted()
        self.device = QComboBox()
        self.advanced = QToolButton()
        self.threads = NumberField(0, os.cpu_count() or 1, whole=True)
        self.batch = NumberField(0, _MOST_BATCH, whole=True)
        self.half = QCheckBox(self.tr("&Half precision"))
        self.rate = NumberField(0.0, _MOST_RATE)
        self.previews = NumberField(10, 100_000, self.tr("steps"), whole=True)
        self._more = QWidget()
        self._lay_out()
        self._connect()
        self.show_devices(())

    @property
    def budget(self) -> Budget:
        """What is said."""
        return self._budget

    def show_budget(self, budget: Budget) -> None:
        """Show a budget; nothing is told."""
        self._budget = budget
        parts = (self.slider, self.minutes, self.device, self.threads, self.batch, self.half,
                 self.rate, self.previews)  # fmt: skip
        blockers = [QSignalBlocker(each) for each in parts]
        self.minutes.setValue(budget.minutes)
        self.threads.setValue(min(budget.threads, self.threads.maximum()))
        self.batch.setValue(budget.batch)
        self.half.setChecked(budget.half)
        self.rate.setValue(budget.learning_rate)
        self.previews.setValue(budget.preview_steps)
        self._choose_device(budget.device)
        for each in blockers:
            each.unblock()
        self._tell_minutes()

    def show_devices(self, devices: Sequence[Device]) -> None:
        """Offer devices, those that were found."""
        blocker = QSignalBlocker(self.device)
        self.device.clear()
        self.device.addItem(self.tr("Automatic: the fastest there is"), AUTO)
        for each in devices or (Device(CPU, "", 0),):
            kind = self.tr("Processor") if each.name == CPU else self.tr("Graphics card")
            told = self.tr("{kind}: {title}, {gb} GB of memory").format(
                kind=kind, title=each.title, gb=f"{each.memory_bytes / _GB:.0f}"
            )
            words = told if each.title else kind
            self.device.addItem(words, each.name)
        self._choose_device(self._budget.device)
        blocker.unblock()

    def lock(self, on: bool) -> None:
        """Grey everything out, while a trainer goes by it."""
        self.setEnabled(not on)

    # Assembly.

    def _lay_out(self) -> None:
        self.slider.setRange(0, len(MINUTES) - 1)
        self.slider.setPageStep(1)
        self.slider.setTickPosition(QSlider.TickPosition.TicksBelow)
        self.slider.setMaximumWidth(2 * _FIELD)
        self.slider.setAccessibleName(self.tr("Time for the training, in steps"))
        self.device.setMinimumContentsLength(24)
        self.threads.setSpecialValueText(self.tr("all of them"))
        self.batch.setSpecialValueText(self.tr("as the model it starts from"))
        self.rate.setDecimals(7)
        self.rate.setSingleStep(0.00005)
        self.rate.setSpecialValueText(self.tr("as suggested"))
        time = QHBoxLayout()
        time.addWidget(self.minutes)
        time.addWidget(self.slider, 1)
        time.addStretch(1)
        grid = _grid()
        _row(grid, 0, self.tr("&Time for the training"), self.minutes, time)
        grid.addWidget(self.meaning, 1, 1)
        _row(grid, 2, self.tr("&Where it computes"), self.device)
        self.advanced.setText(self.tr("Ad&vanced settings"))
        self.advanced.setAutoRaise(True)
        self.advanced.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.advanced.setArrowType(Qt.ArrowType.RightArrow)
        self._more.setVisible(False)
        self._lay_out_more()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addLayout(grid)
        column.addWidget(self.advanced, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._more)

    def _lay_out_more(self) -> None:
        grid = _grid()
        self._more.setLayout(grid)
        rows: tuple[tuple[str, QAbstractSpinBox, str], ...] = (
            (self.tr("Th&reads"), self.threads,
             self.tr("Cores of the processor that it may use; leave one for other work.")),
            (self.tr("Batch (exam&ples a step)"), self.batch,
             self.tr("More are steadier and need more memory and time for each step.")),
            (self.tr("&Learning rate"), self.rate,
             self.tr("How far each step goes. Too far forgets what the model knew.")),
            (self.tr("P&ictures every"), self.previews,
             self.tr("How often an example is drawn and kept to listen to.")),
        )  # fmt: skip
        for number, (words, field, meaning) in enumerate(rows):
            _row(grid, number, words, field)
            grid.addWidget(layout.muted(meaning), number, 2)
        grid.addWidget(self.half, len(rows), 1)
        told = self.tr("Faster and smaller on newer graphics cards, a little less exact.")
        grid.addWidget(layout.muted(told), len(rows), 2)
        grid.setColumnStretch(1, 0)
        grid.setColumnStretch(2, 1)
        for field in (self.threads, self.batch, self.rate, self.previews):
            field.setMinimumWidth(_FIELD)

    def _connect(self) -> None:
        self.slider.valueChanged.connect(self._on_slider)
        self.advanced.clicked.connect(self._on_advanced)
        for field in (self.minutes, self.threads, self.batch, self.rate, self.previews):
            field.valueChanged.connect(self._on_changed)
        self.device.activated.connect(self._on_changed)
        self.half.toggled.connect(self._on_changed)

    def _choose_device(self, name: str) -> None:
        index = self.device.findData(name)
        if index < 0:
            self.device.addItem(self.tr("{device} (not found here)").format(device=name), name)
            index = self.device.count() - 1
        self.device.setCurrentIndex(index)

    def _tell_minutes(self) -> None:
        minutes = self.minutes.value()
        nearest = min(range(len(MINUTES)), key=lambda i: abs(MINUTES[i] - minutes))
        blocker = QSignalBlocker(self.slider)
        self.slider.setValue(nearest)
        blocker.unblock()
        if minutes < _SHORT:
            words = self.tr("Short: enough to see whether it learns from your material at all.")
        elif minutes <= _USUAL:
            words = self.tr("Usual: for a model that gets used to the noise of your discs.")
        else:
            words = self.tr("Long: for much music, or for a model that starts from scratch.")
        also = self.tr("You can pause, stop early and keep the best, or give it more later.")
        self.meaning.setText(self.tr("{first} {second}").format(first=words, second=also))

    @Slot(int)
    def _on_slider(self, index: int) -> None:
        self.minutes.setValue(MINUTES[index])

    @Slot()
    def _on_advanced(self) -> None:
        is_open = self._more.isHidden()
        arrow = Qt.ArrowType.DownArrow if is_open else Qt.ArrowType.RightArrow
        self.advanced.setArrowType(arrow)
        self._more.setVisible(is_open)

    @Slot()
    def _on_changed(self) -> None:
        self._budget = replace(
            self._budget,
            device=str(self.device.currentData()),
            minutes=self.minutes.value(),
            threads=int(self.threads.value()),
            batch=int(self.batch.value()),
            half=self.half.isChecked(),
            learning_rate=self.rate.value(),
            preview_steps=int(self.previews.value()),
        )
        self._tell_minutes()
        self.changed.emit()


def _grid() -> QGridLayout:
    grid = QGridLayout()
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(14)
    grid.setVerticalSpacing(8)
    grid.setColumnStretch(1, 1)
    return grid


def _row(
    grid: QGridLayout, row: int, words: str, field: QWidget, inside: QHBoxLayout | None = None
) -> None:
    """A field with its label; it may stand in a row of its own."""
    label = QLabel(words)
    label.setBuddy(field)
    grid.addWidget(label, row, 0)
    if inside is None:
        grid.addWidget(field, row, 1, Qt.AlignmentFlag.AlignLeft)
    else:
        grid.addLayout(inside, row, 1)
