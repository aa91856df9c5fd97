"""Damage row: one kind of damage, how many of the examples it befalls, and its settings."""

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QGridLayout,
    QLabel,
    QSlider,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.panels import layout
from app.widgets.wheel_guard import WheelGuard
from app.wizard.damage_words import shown_percent
from app.wizard.range_field import RangeField
from app.wizard.step_settings import StepSettings

_OWN = ("name", "group", "probability", "held", "path", "folder")
_TITLE, _SLIDER, _SHARE = 180, 90, 52
SNR_LOW_DB, SNR_HIGH_DB = -10.0, 40.0


class ShareRow(QWidget):
    """A title, a slider from 0 to 100 % and the share it comes to."""

    moved = Signal()
    """The slider was."""
    changed = Signal()
    """Something else was."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.title = QLabel(title)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.told = QLabel()
        self.more = QToolButton()
        self.inside = QVBoxLayout()
        self.title.setWordWrap(True)
        self.title.setMinimumWidth(_TITLE)
        self.title.setMaximumWidth(_TITLE)
        self.title.setBuddy(self.slider)
        self.slider.setRange(0, 100)
        self.slider.setPageStep(10)
        self.slider.setMinimumWidth(_SLIDER)
        self.guard = WheelGuard(self)
        self.guard.guard(self.slider)
        self.slider.setAccessibleName(
            self.tr("{damage}: share of the examples").format(damage=title)
        )
        self.told.setMinimumWidth(_SHARE)
        self.told.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.more.setCheckable(True)
        self.more.setArrowType(Qt.ArrowType.RightArrow)
        self.more.setToolTip(self.tr("Settings"))
        self.more.setAccessibleName(self.tr("{damage}: settings").format(damage=title))
        row = QGridLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setHorizontalSpacing(8)
        row.setVerticalSpacing(2)
        row.addWidget(self.more, 0, 0)
        row.addWidget(self.title, 0, 1)
        row.addWidget(self.slider, 0, 2)
        row.addWidget(self.told, 0, 3)
        row.addLayout(self.inside, 1, 0, 1, 4)
        row.setColumnStretch(2, 1)
        self.slider.valueChanged.connect(self.moved)
        self.more.toggled.connect(self._on_more)

    @property
    def moved_to(self) -> float:
        """Where the slider stands, 0 to 1."""
        return self.slider.value() / 100.0

    def show_share(self, share: float) -> None:
        """Show a share of the examples; nothing is told."""
        blocker = QSignalBlocker(self.slider)
        self.slider.setValue(round(100 * share))
        blocker.unblock()
        self.told.setText(self.tr("{share} %").format(share=shown_percent(share)))

    def open_settings(self, on: bool) -> None:
        """Show what is inside, or hide it."""

    @Slot(bool)
    def _on_more(self, is_open: bool) -> None:
        self.more.setArrowType(Qt.ArrowType.DownArrow if is_open else Qt.ArrowType.RightArrow)
        self.open_settings(is_open)


class OwnNoiseRow(ShareRow):
    """The noise of the user's own discs: its share, and how far below the music it lies."""

    def __init__(self, title: str) -> None:
        super().__init__(title)
        font = self.title.font()
        font.setBold(True)
        self.title.setFont(font)
        self.snr = RangeField(SNR_LOW_DB, SNR_HIGH_DB, "dB")
        self.snr.name(self.tr("Noise of your own discs below the music"))
        words = layout.muted(self.tr("How far the noise lies below the music:"))
        self._box = QWidget()
        box = QVBoxLayout(self._box)
        box.setContentsMargins(26, 0, 0, 8)
        box.setSpacing(4)
        box.addWidget(words)
        box.addWidget(self.snr)
        self.inside.addWidget(self._box)
        self.snr.changed.connect(self.changed)
        self.guard.guard(self.snr.low, self.snr.high)
        self.more.setChecked(True)

    def open_settings(self, on: bool) -> None:
        """Show the range, or hide it."""
        self._box.setVisible(on)


class DamageRow(ShareRow):
    """A step; its settings are made when they are first looked at."""

    def __init__(self, title: str, table: Mapping[str, Any]) -> None:
        super().__init__(title)
        self._table = dict(table)
        self._settings: StepSettings | None = None
        self.probability = float(table.get("probability", 1.0))
        """As a recipe has it: of noises, the share of what the user's own leaves to them."""

    @property
    def table(self) -> dict[str, Any]:
        """As a recipe has it."""
        kept = {key: value for key, value in self._table.items() if key in _OWN}
        kept["probability"] = round(self.probability, 4)
        values = self._table if self._settings is None else self._settings.values()
        return {**kept, **{key: value for key, value in values.items() if key not in _OWN}}

    @property
    def settings(self) -> StepSettings:
        """Its fields."""
        if self._settings is None:
            values = {key: value for key, value in self._table.items() if key not in _OWN}
            self._settings = StepSettings(self._table["name"], values)
            self._settings.changed.connect(self.changed)
            self.inside.addWidget(self._settings)
        return self._settings

    def open_settings(self, on: bool) -> None:
        """Show the fields, or hide them."""
        self.settings.setVisible(on)
