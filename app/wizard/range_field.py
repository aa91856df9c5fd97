"""Range field: from one number to another, of which each example draws one in between."""

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from app.widgets.number_field import NumberField

_NARROWEST, _WIDEST = 86, 120


class RangeField(QWidget):
    """Two numbers; the one that is changed takes the other one along where they would cross."""

    changed = Signal()

    def __init__(self, low: float, high: float, unit: str = "", whole: bool = False) -> None:
        super().__init__()
        self.low = NumberField(low, high, unit, whole)
        self.high = NumberField(low, high, unit, whole)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self.low)
        row.addWidget(QLabel(self.tr("to")))
        row.addWidget(self.high)
        row.addStretch(1)
        for each in (self.low, self.high):
            each.setMinimumWidth(_NARROWEST)
            each.setMaximumWidth(_WIDEST)
        self.low.valueChanged.connect(self._on_low)
        self.high.valueChanged.connect(self._on_high)
        self.setFocusProxy(self.low)

    def name(self, text: str) -> None:
        """What readers of the screen call the two."""
        self.low.setAccessibleName(self.tr("{name}, from").format(name=text))
        self.high.setAccessibleName(self.tr("{name}, to").format(name=text))

    def values(self) -> list[float]:
        """Both ends."""
        return [self.low.number(), self.high.number()]

    def set_values(self, values: Sequence[float]) -> None:
        """Show both ends; nothing is told."""
        blockers = [QSignalBlocker(each) for each in (self.low, self.high)]
        self.low.set_number(values[0])
        self.high.set_number(values[-1])
        for each in blockers:
            each.unblock()

    @Slot()
    def _on_low(self) -> None:
        self._take_along(self.high, max(self.high.value(), self.low.value()))

    @Slot()
    def _on_high(self) -> None:
        self._take_along(self.low, min(self.low.value(), self.high.value()))

    def _take_along(self, field: NumberField, value: float) -> None:
        blocker = QSignalBlocker(field)
        field.set_number(value)
        blocker.unblock()
        self.changed.emit()
