"""Region fields: the selection as numbers that can be edited."""

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QWidget
from typing_extensions import override

from app.widgets.folding_row import FoldingRow
from app.widgets.number_field import NumberField, TimeField
from engine.region import Region

SHORTEST_S = 1e-6
_GAP = 8
SHOWN_DECIMALS = 1
"""Of hertz; an edge drawn with the mouse has more, and keeps them until it is typed over."""


class RegionFields(QWidget):
    """Start, stop, length and band of a region, and how changes fade in it; knows no session."""

    edited = Signal(object)
    """The region the user has entered, or None when the fields were emptied."""
    feather_edited = Signal(float)
    """How long changes fade in and out, ms; 0 leaves it to the task."""
    noise_asked = Signal()
    """Mark this region as groove noise only."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._region: Region | None = None
        self._rows: list[tuple[QLabel, QWidget]] = []
        self._across = 0
        self._start, self._stop, self._length = (TimeField() for _ in range(3))
        self._low, self._high = (NumberField(0.0, 1e6, "Hz") for _ in range(2))
        self._feather = NumberField(0.0, 1000.0, "ms")
        self._feather.setSpecialValueText(self.tr("as needed"))
        self._feather.setSingleStep(5.0)
        self._feather.setDecimals(1)
        for field in (self._low, self._high):
            field.setSpecialValueText(self.tr("all"))
            field.setSingleStep(50.0)
            field.setDecimals(SHOWN_DECIMALS)
        self._clear = QPushButton(self.tr("Clear"))
        self._clear.setToolTip(self.tr("Select nothing; a step then works on the whole side"))
        self._noise = QPushButton(self.tr("Mark as noise"))
        self._noise.setToolTip(self.tr("Tell that here is groove noise only and no music"))
        self._lay_out()
        for time_field in (self._start, self._stop):
            time_field.edited.connect(self._on_edges_edited)
        self._length.edited.connect(self._on_length_edited)
        for number_field in (self._low, self._high):
            number_field.valueChanged.connect(self._on_band_edited)
        self._feather.valueChanged.connect(self.feather_edited)
        self._clear.clicked.connect(self._on_clear)
        self._noise.clicked.connect(self.noise_asked)
        self.show_region(None, 22050.0)

    def show_region(self, region: Region | None, nyquist_hz: float) -> None:
        """Show a region of a recording with this highest frequency."""
        self._region = region
        self._start.set_time(region.start_s if region else None)
        self._stop.set_time(region.stop_s if region else None)
        self._length.set_time(region.duration_s if region else None)
        low, high = (region.low_hz, region.high_hz) if region else (None, None)
        for field, value in ((self._low, low), (self._high, high)):
            field.blockSignals(True)
            field.setMaximum(nyquist_hz)
            field.setValue(value or 0.0)
            field.setEnabled(region is not None)
            field.blockSignals(False)
        for each in (self._length, self._clear, self._noise):
            each.setEnabled(region is not None)

    def take_focus(self) -> None:
        """Hand the keys to the first number."""
        self._start.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def show_feather(self, feather_ms: float) -> None:
        """Show how long changes fade in and out."""
        self._feather.blockSignals(True)
        self._feather.setValue(feather_ms)
        self._feather.blockSignals(False)

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSizeConstraint(QGridLayout.SizeConstraint.SetNoConstraint)
        grid.setHorizontalSpacing(_GAP)
        grid.setVerticalSpacing(7)
        for text, field in (
            (self.tr("&Start"), self._start),
            (self.tr("St&op"), self._stop),
            (self.tr("&Length"), self._length),
            (self.tr("Lo&w"), self._low),
            (self.tr("Hi&gh"), self._high),
            (self.tr("&Fade"), self._feather),
        ):
            # Alt with a letter belongs to the menus here: Alt+S would open none otherwise
            label = QLabel(text.replace("&", ""))
            label.setBuddy(field)
            field.setAccessibleName(self.tr("Region") + " " + text.replace("&", "").lower())
            self._rows.append((label, field))
        self._low.setToolTip(self.tr("Lower edge of the band; empty: all frequencies"))
        self._high.setToolTip(self.tr("Upper edge of the band; empty: all frequencies"))
        self._feather.setToolTip(
            self.tr("How long a change fades in and out inside the selection; some steps need more")
        )
        self._buttons = FoldingRow((self._noise, self._clear))
        self._fold(across=2)

    def _fold(self, across: int) -> None:
        """Let one or two fields stand side by side."""
        grid = self.layout()
        assert isinstance(grid, QGridLayout)
        if across == self._across:
            return
        self._across = across
        per_column = len(self._rows) // across
        for index, (label, field) in enumerate(self._rows):
            column, row = divmod(index, per_column)
            for at, widget in ((2 * column, label), (2 * column + 1, field)):
                grid.removeWidget(widget)
                grid.addWidget(widget, row, at)
        grid.removeWidget(self._buttons)
        grid.addWidget(self._buttons, per_column, 0, 1, 2 * across)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(3, across - 1)
        self.updateGeometry()

    def _needed(self, across: int) -> int:
        """How wide so many fields side by side are."""
        per_column = len(self._rows) // across
        needed = (across - 1) * _GAP
        for first in range(0, len(self._rows), per_column):
            rows = self._rows[first : first + per_column]
            for at in (0, 1):
                needed += max(each[at].minimumSizeHint().width() for each in rows)
            needed += _GAP
        return needed

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fold(across=2 if self._needed(2) <= self.width() else 1)

    @override
    def minimumSizeHint(self) -> QSize:
        least = max(self._needed(1), self._buttons.minimumSizeHint().width())
        return QSize(least, super().minimumSizeHint().height())

    @Slot()
    def _on_edges_edited(self) -> None:
        start, stop = self._start.time_s(), self._stop.time_s()
        if start is None and stop is None:
            self.edited.emit(None)
        elif start is not None and stop is not None and start < stop:
            self._tell(start, stop)
        elif start is not None and self._region is not None:
            self._tell(start, start + self._region.duration_s)  # the edge that moved leads

    @Slot()
    def _on_length_edited(self) -> None:
        length, start = self._length.time_s(), self._start.time_s()
        if length is not None and start is not None:
            self._tell(start, start + max(length, SHORTEST_S))

    @Slot()
    def _on_band_edited(self) -> None:
        if self._region is not None:
            self._tell(self._region.start_s, self._region.stop_s)

    def _tell(self, start: float, stop: float) -> None:
        kept = self._region
        low = _edge(self._low, kept.low_hz if kept else None)
        high = _edge(self._high, kept.high_hz if kept else None)
        if high <= 0.0 < low:
            high = self._high.maximum()
        if 0.0 <= low < high:
            self.edited.emit(Region(start, stop, low, high))
        else:
            self.edited.emit(Region(start, stop))

    @Slot()
    def _on_clear(self) -> None:
        self.edited.emit(None)


def _edge(field: NumberField, kept_hz: float | None) -> float:
    """The edge that was typed, or the one that is shown with fewer digits than it has."""
    if kept_hz is not None and field.value() == round(kept_hz, SHOWN_DECIMALS):
        return kept_hz
    return field.value()
