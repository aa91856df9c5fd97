"""Step settings: fields for all that one kind of damage draws, made from its declared params.

Numbers have a range of which each example draws one, words one of them or any of several.
"""

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QAbstractSpinBox, QComboBox, QGridLayout, QLabel, QWidget

from app.language import translated
from app.widgets.parameter_form import shown_choice, shown_label
from app.widgets.wheel_guard import WheelGuard
from app.wizard.range_field import RangeField
from engine.params import Param
from training.degradations import DEGRADATIONS

_HIDDEN = ("seed",)


class StepSettings(QWidget):
    """Fields of one step; `values()` is what its table says besides name and share."""

    changed = Signal()

    def __init__(self, kind: str, values: Mapping[str, Any]) -> None:
        super().__init__()
        self._values = dict(values)
        self._read: dict[str, Callable[[], Any]] = {}
        self._guard = WheelGuard(self)
        self._rows = QGridLayout(self)
        self._rows.setContentsMargins(26, 2, 0, 8)
        self._rows.setHorizontalSpacing(10)
        self._rows.setVerticalSpacing(4)
        self._rows.setColumnStretch(1, 1)
        for param in DEGRADATIONS[kind].params():
            if param.kind != "file" and param.name not in _HIDDEN:
                self._add(param)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to set."""
        return not self._read

    def values(self) -> dict[str, Any]:
        """All settings that were named before or changed since; the rest is drawn as it comes."""
        return dict(self._values)

    def field(self, name: str) -> QWidget:
        """The field of a setting."""
        field = self.findChild(QWidget, name)
        assert isinstance(field, QWidget)
        return field

    def _add(self, param: Param) -> None:
        text = translated(shown_label(param))
        field = self._made(param, text)
        field.setObjectName(param.name)
        field.setToolTip(translated(param.description))
        for inner in (field, *field.findChildren(QWidget)):
            if isinstance(inner, QAbstractSpinBox | QComboBox):
                self._guard.guard(inner)
        label = QLabel(text)
        label.setBuddy(field)
        label.setWordWrap(True)
        row = self._rows.rowCount()
        self._rows.addWidget(label, row, 0)
        self._rows.addWidget(field, row, 1)

    def _made(self, param: Param, text: str) -> QWidget:
        said = self._values.get(param.name)
        if param.kind in ("int", "float"):
            return self._made_range(param, text, said)
        if param.kind == "bool":
            choices: list[tuple[str, Any]] = [
                (self.tr("in some"), [False, True]),
                (self.tr("always"), True),
                (self.tr("never"), False),
            ]
        else:
            choices = [(self.tr("any of them"), list(param.choices))]
            choices += [(translated(shown_choice(each)), each) for each in param.choices]
            if isinstance(said, list) and said != list(param.choices):
                named = ", ".join(translated(shown_choice(each)) for each in dict.fromkeys(said))
                choices.append((named, said))
        combo = QComboBox()
        combo.setAccessibleName(text)
        for words, value in choices:
            combo.addItem(words[:1].upper() + words[1:], value)
        shown = choices[0][1] if said is None else said
        combo.setCurrentIndex(next((n for n, c in enumerate(choices) if c[1] == shown), 0))
        self._read[param.name] = combo.currentData
        combo.activated.connect(self._on_changed)
        return combo

    def _made_range(self, param: Param, text: str, said: Any) -> QWidget:
        low, high = param.low, param.high
        default = float(param.default) if isinstance(param.default, int | float) else 0.0
        top = max(4.0 * default, 1.0) if high is None else high
        bottom = 0.0 if low is None else low
        field = RangeField(bottom, top, translated(param.unit), param.kind == "int")
        # what is not named is drawn from the whole range, or kept where there is no end to it
        drawn = [default, default] if low is None or high is None else [low, high]
        values = drawn if said is None else said if isinstance(said, list) else [said, said]
        field.set_values(values)
        field.name(text)
        self._read[param.name] = field.values
        field.changed.connect(self._on_changed)
        return field

    @Slot()
    def _on_changed(self) -> None:
        sender = self.sender()
        assert isinstance(sender, QWidget)
        name = sender.objectName()
        self._values[name] = self._read[name]()
        self.changed.emit()
