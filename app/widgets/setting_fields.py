"""Setting fields: a widget for each kind of setting; what is chosen is in force at once."""

from collections.abc import Mapping

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QValidator
from PySide6.QtWidgets import QCheckBox, QComboBox, QDoubleSpinBox, QLineEdit
from typing_extensions import override

from app.settings import Setting, Settings
from app.widgets.number_field import with_point


class ChoiceField(QComboBox):
    """One of several texts, each with a sentence for it."""

    def __init__(self, settings: Settings, setting: Setting[str], texts: Mapping[str, str]) -> None:
        super().__init__()
        self._settings, self._setting = settings, setting
        self.setMinimumContentsLength(22)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.offer(texts)
        self.activated.connect(self._on_activated)
        settings.changed.connect(self._on_setting_changed)

    def offer(self, texts: Mapping[str, str]) -> None:
        """Offer these; what is set stays on offer, also where it is none of them."""
        current = self._settings.get(self._setting)
        self.clear()
        offered = dict(texts)
        offered.setdefault(current, current)
        for value, text in offered.items():
            self.addItem(text, value)
        self._show()

    def _show(self) -> None:
        self.setCurrentIndex(self.findData(self._settings.get(self._setting)))

    @Slot()
    def _on_activated(self) -> None:
        self._settings.set(self._setting, str(self.currentData()))

    @Slot(str)
    def _on_setting_changed(self, key: str) -> None:
        if key == self._setting.key:
            self._show()


class TickField(QCheckBox):
    """On or off."""

    def __init__(self, settings: Settings, setting: Setting[bool], text: str) -> None:
        super().__init__(text)
        self._settings, self._setting = settings, setting
        self.setChecked(settings.get(setting))
        self.toggled.connect(self._on_toggled)
        settings.changed.connect(self._on_setting_changed)

    @Slot(bool)
    def _on_toggled(self, is_on: bool) -> None:
        self._settings.set(self._setting, is_on)

    @Slot(str)
    def _on_setting_changed(self, key: str) -> None:
        if key == self._setting.key:
            self.setChecked(self._settings.get(self._setting))


class TextField(QLineEdit):
    """A line of text."""

    def __init__(self, settings: Settings, setting: Setting[str]) -> None:
        super().__init__(settings.get(setting))
        self._settings, self._setting = settings, setting
        self.textEdited.connect(self._on_edited)
        settings.changed.connect(self._on_setting_changed)

    @Slot(str)
    def _on_edited(self, text: str) -> None:
        self._settings.set(self._setting, text)

    @Slot(str)
    def _on_setting_changed(self, key: str) -> None:
        value = self._settings.get(self._setting)
        if key == self._setting.key and self.text() != value:
            self.setText(value)


class AmountField(QDoubleSpinBox):
    """A number with its unit."""

    def __init__(
        self,
        settings: Settings,
        setting: Setting[float],
        span: tuple[float, float],
        step: float,
        unit: str,
    ) -> None:
        super().__init__()
        self._settings, self._setting = settings, setting
        self.setObjectName("amount")
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setRange(*span)
        self.setSingleStep(step)
        self.setDecimals(1)
        self.setSuffix(f" {unit}")
        self.setKeyboardTracking(False)
        self.setValue(settings.get(setting))
        self.valueChanged.connect(self._on_changed)
        settings.changed.connect(self._on_setting_changed)

    @override
    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        return super().validate(with_point(text), position)

    @Slot(float)
    def _on_changed(self, value: float) -> None:
        self._settings.set(self._setting, value)

    @Slot(str)
    def _on_setting_changed(self, key: str) -> None:
        if key == self._setting.key:
            self.setValue(self._settings.get(self._setting))
