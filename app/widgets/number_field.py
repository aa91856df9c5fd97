"""Fields for numbers: a spin box that keeps every digit it is given, and a field for times."""

from decimal import Decimal

from PySide6.QtCore import QLocale, QSize, Signal
from PySide6.QtGui import QKeyEvent, Qt, QValidator
from PySide6.QtWidgets import QAbstractSpinBox, QDoubleSpinBox, QWidget
from typing_extensions import override

from app.language import translated
from engine.errors import SettingsError
from engine.units import format_time, parse_time

TIME_DECIMALS = 4
LARGEST = 1e12
RIM = 7
"""Pixels between a number and its frame."""
FRAME = 8
"""Pixels of frame and padding on each side."""
LONGEST_TIME = "00:00.0000"
"""What a field for times is at least wide enough for."""


class NumberField(QDoubleSpinBox):
    """A number with its unit; decimals and step follow from the range."""

    def __init__(
        self,
        low: float | None,
        high: float | None,
        unit: str = "",
        whole: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._whole = whole
        self.setLocale(QLocale(QLocale.Language.C))  # a point in every country, as in reports
        low, high = (-LARGEST if low is None else low), (LARGEST if high is None else high)
        self.setDecimals(0 if whole else _decimals(low, high))
        self._grow(low)
        self._grow(high)
        self.setRange(low, high)
        self.setSingleStep(1.0 if whole and high - low < 1000 else _step(low, high, whole))
        if unit:
            self.setSuffix(f" {unit}")
        self.setKeyboardTracking(False)
        self.lineEdit().setTextMargins(RIM, 0, RIM, 0)
        self.setAccelerated(True)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)

    def set_number(self, value: float) -> None:
        """Show a value with all its digits."""
        self._grow(value)
        self.setValue(value)

    def number(self) -> int | float:
        """The value; an int where whole numbers are asked for."""
        return round(self.value()) if self._whole else self.value()

    def _grow(self, value: float) -> None:
        if self._whole or abs(value) >= LARGEST:
            return
        exponent = Decimal(repr(float(value))).normalize().as_tuple().exponent
        assert isinstance(exponent, int), value
        self.setDecimals(max(self.decimals(), -exponent))

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.setValue(self.value())  # what was typed is forgotten
        super().keyPressEvent(event)

    @override
    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        return super().validate(with_point(text), position)

    @override
    def textFromValue(self, value: float) -> str:
        text = super().textFromValue(value)
        return text.rstrip("0").rstrip(".") if "." in text else text


class TimeField(QAbstractSpinBox):
    """A time as m:ss.mmm; steps by milliseconds. Wrong text is marked and not taken."""

    edited = Signal()
    """The user has entered another time."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._time_s: float | None = None
        self.lineEdit().setTextMargins(RIM, 0, RIM, 0)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setAccelerated(True)
        self.editingFinished.connect(self._on_editing_finished)

    def set_time(self, time_s: float | None) -> None:
        """Show a time; None empties the field."""
        self._time_s = time_s
        self.lineEdit().setText("" if time_s is None else format_time(time_s, TIME_DECIMALS))
        self._mark(wrong=False)

    def time_s(self) -> float | None:
        """The time that was shown or entered last."""
        return self._time_s

    def _on_editing_finished(self) -> None:
        text = self.lineEdit().text().strip()
        shown = "" if self._time_s is None else format_time(self._time_s, TIME_DECIMALS)
        if text == shown:
            self._mark(wrong=False)
            return
        try:
            self._time_s = parse_time(text) if text else None
        except SettingsError as error:
            self.setToolTip(translated(str(error)))
            self._mark(wrong=True)
            return
        self.set_time(self._time_s)
        self.edited.emit()

    def _mark(self, *, wrong: bool) -> None:
        if bool(self.property("wrong")) != wrong:
            self.setProperty("wrong", wrong)
            self.style().polish(self)

    @override
    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        text = self.fontMetrics().horizontalAdvance(LONGEST_TIME)
        return QSize(text + 2 * (RIM + FRAME), hint.height())

    @override
    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    @override
    def focusNextPrevChild(self, on: bool) -> bool:
        self._on_editing_finished()  # what it sets free, as a band by a stop, is next in turn
        return super().focusNextPrevChild(on)

    @override
    def stepBy(self, steps: int) -> None:
        if self._time_s is not None:
            self.set_time(max(0.0, self._time_s + steps * 0.001))
            self.edited.emit()

    @override
    def stepEnabled(self) -> QAbstractSpinBox.StepEnabledFlag:
        if self._time_s is None:
            return QAbstractSpinBox.StepEnabledFlag.StepNone
        return (
            QAbstractSpinBox.StepEnabledFlag.StepUpEnabled
            | QAbstractSpinBox.StepEnabledFlag.StepDownEnabled
        )

    @override
    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        allowed = all(letter in "0123456789:., " for letter in text)
        state = QValidator.State.Acceptable if allowed else QValidator.State.Invalid
        return (state, with_point(text), position)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.set_time(self._time_s)
        super().keyPressEvent(event)


def with_point(text: str) -> str:
    """A number as it was typed, with a point where half of the world types a comma."""
    return text.replace(",", ".")


def _decimals(low: float, high: float) -> int:
    span = high - low
    if span <= 2:
        return 3
    if span <= 20:
        return 2
    return 1 if span <= 500 else 0


def _step(low: float, high: float, whole: bool) -> float:
    """About a hundredth of the range, as 1, 2 or 5 times a power of ten."""
    if high - low >= LARGEST:
        return 1.0
    power = Decimal(repr(float((high - low) / 100))).normalize()
    exponent = power.adjusted()
    lead = int(power.as_tuple().digits[0])
    nice = 1 if lead < 2 else 2 if lead < 5 else 5
    step = float(Decimal(nice).scaleb(exponent))
    return max(1.0, step) if whole else step
