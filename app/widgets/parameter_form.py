"""Parameter form: fields made from declared params; knows no session.

A new task appears with a field for each of its settings, with range, unit and tooltip.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QCheckBox,
    QComboBox,
    QGridLayout,
    QLabel,
    QWidget,
)
from typing_extensions import override

from app.language import translated
from app.widgets.file_choice import FileChoice
from app.widgets.number_field import NumberField
from app.widgets.region_choice import RegionChoice
from engine.params import Param, Value, matters
from engine.region import Region


class ParameterForm(QWidget):
    """One field per setting. `values()` is fit for `Params.from_mapping`."""

    changed = Signal()

    def __init__(self, params: Iterable[Param], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._params = tuple(params)
        self._fields: dict[str, QWidget] = {}
        self._read: dict[str, Callable[[], Value]] = {}
        self._write: dict[str, Callable[[Any], object]] = {}
        self._rows: dict[str, list[QWidget]] = {}
        rows = QGridLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setHorizontalSpacing(10)
        rows.setColumnStretch(1, 1)
        for param in self._params:
            self._add(rows, param)
        self.reset()
        self._show_what_matters()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to set."""
        return not self._params

    def field(self, name: str) -> QWidget:
        """The field of a setting."""
        return self._fields[name]

    def values(self) -> dict[str, Value]:
        """All settings by name."""
        return {name: read() for name, read in self._read.items()}

    def set_values(self, values: Mapping[str, Value]) -> None:
        """Show these settings; those not named stay as they are."""
        for name, value in values.items():
            self._write[name](value)

    def reset(self) -> None:
        """Show the defaults."""
        self.set_values({param.name: param.default for param in self._params})

    def offer_regions(self, selection: Region | None, noise: Region | None) -> None:
        """Tell region settings what is selected and marked now."""
        for field in self._fields.values():
            if isinstance(field, RegionChoice):
                field.offer(selection, noise)

    def _add(self, rows: QGridLayout, param: Param) -> None:
        text = translated(shown_label(param))
        field = self._made(param, text)
        field.setAccessibleName(text)
        field.setAccessibleDescription(translated(param.description))
        field.setToolTip(_tip(param))
        field.setFocusPolicy(_focus_policy(field))
        field.installEventFilter(self)
        self._fields[param.name] = field
        self._rows[param.name] = [field]
        row = rows.rowCount()
        if isinstance(field, QCheckBox):
            rows.addWidget(field, row, 0, 1, 2)
            return
        label = QLabel(text)
        self._rows[param.name].append(label)
        label.setBuddy(field)
        label.setToolTip(_tip(param))
        rows.addWidget(label, row, 0)
        if isinstance(field, RegionChoice):
            rows.addWidget(field, row + 1, 0, 1, 2)
        else:
            rows.addWidget(field, row, 1)

    def _made(self, param: Param, text: str) -> QWidget:
        if param.kind == "bool":
            box = QCheckBox(text)
            box.toggled.connect(self._on_changed)
            self._read[param.name], self._write[param.name] = box.isChecked, box.setChecked
            return box
        if param.kind == "choice":
            return self._made_choice(param)
        if param.kind == "file":
            file = FileChoice()
            file.changed.connect(self._on_changed)
            self._read[param.name], self._write[param.name] = file.path, file.set_path
            return file
        if param.kind == "region":
            choice = RegionChoice()
            choice.changed.connect(self._on_changed)
            self._read[param.name], self._write[param.name] = choice.region, choice.set_region
            return choice
        number = NumberField(param.low, param.high, translated(param.unit), param.kind == "int")
        number.valueChanged.connect(self._on_changed)
        self._read[param.name], self._write[param.name] = number.number, number.set_number
        return number

    def _made_choice(self, param: Param) -> QWidget:
        combo = QComboBox()
        for choice in param.choices:
            text = translated(shown_choice(choice))
            combo.addItem(text[:1].upper() + text[1:], choice)
        combo.currentIndexChanged.connect(self._on_changed)

        def show(value: str) -> None:
            # a choice that is not offered here leaves what is shown
            index = combo.findData(value)
            combo.setCurrentIndex(combo.currentIndex() if index < 0 else index)

        self._read[param.name], self._write[param.name] = combo.currentData, show
        return combo

    @Slot()
    def _on_changed(self) -> None:
        if len(self._read) == len(self._params):  # else it is still being built
            self._show_what_matters()
            self.changed.emit()

    def _show_what_matters(self) -> None:
        values = self.values()
        for param in self._params:
            if param.when:
                for widget in self._rows[param.name]:
                    widget.setVisible(matters(param, self._params, values))

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # scrolling the panel must not change a setting the pointer passes over
        passing = isinstance(watched, QAbstractSpinBox | QComboBox) and not watched.hasFocus()
        if event.type() is QEvent.Type.Wheel and passing:
            event.ignore()
            return True
        return super().eventFilter(watched, event)


def _focus_policy(field: QWidget) -> Qt.FocusPolicy:
    """A box ticked with the mouse does not take the space bar from playing."""
    by_mouse_too = isinstance(field, QAbstractSpinBox)
    return Qt.FocusPolicy.StrongFocus if by_mouse_too else Qt.FocusPolicy.TabFocus


def shown_label(param: Param) -> str:
    """What a setting is called, in English."""
    return param.label or param.name.replace("_", " ").capitalize()


def shown_choice(choice: str) -> str:
    """A choice as people read it; very short ones are abbreviations."""
    return choice.upper() if len(choice) <= 3 else choice.replace("_", " ")


def told_setting(param: Param, value: object) -> str:
    """A setting and its value as they stand in a line."""
    label = shown_label(param)
    named = translated(label)
    shown = f"{value:g}" if isinstance(value, float) else str(value)
    if param.kind == "choice":
        shown = translated(shown_choice(shown))
    unit = f" {translated(param.unit)}" if param.unit else ""
    # English names are small within a line; other languages have their own rules
    return f"{named.lower() if named == label else named} {shown}{unit}"


def _tip(param: Param) -> str:
    parts = [translated(param.description)] if param.description else []
    if param.low is not None and param.high is not None:
        unit = f" {translated(param.unit)}" if param.unit else ""
        parts.append(f"{param.low:g} .. {param.high:g}{unit}")
    if param.kind not in ("region", "file", "bool"):
        is_number = param.kind in ("int", "float")
        usual = f"{param.default:g}" if is_number else translated(shown_choice(str(param.default)))
        parts.append(translated("default {value}").format(value=usual))
    return "\n".join(parts)
