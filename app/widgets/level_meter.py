"""Level meter: the peak of each channel in dBFS, with a held peak and a lamp for clipping."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Slot
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from app.widgets.colours import colours_of

LOWEST_DBFS = -60.0
FALL_DB_PER_S = 30.0
HOLD_S = 1.5
TICK_MS = 40
SCALE_DBFS = (-48, -36, -24, -12, -6)
NUMBERED_DBFS = (-48, -24, -12, 0)
NUMBERS_HEIGHT = 11
NUMBERED_FROM = 32
"""Pixels; a meter that is lower has no room for numbers."""
LAMP_WIDTH = 8
GAP = 2


@dataclass
class Bar:
    """What one channel shows: it rises at once, falls evenly and holds its peak for a while."""

    level_dbfs: float = LOWEST_DBFS
    held_dbfs: float = LOWEST_DBFS
    held_for_s: float = 0.0
    has_clipped: bool = False

    def rise(self, level_dbfs: float) -> None:
        """Take a new peak."""
        self.level_dbfs = max(self.level_dbfs, level_dbfs)
        if level_dbfs >= self.held_dbfs:
            self.held_dbfs, self.held_for_s = level_dbfs, 0.0
        self.has_clipped |= level_dbfs >= 0.0

    def fall(self, seconds: float) -> None:
        """Let time pass."""
        self.level_dbfs = max(LOWEST_DBFS, self.level_dbfs - FALL_DB_PER_S * seconds)
        self.held_for_s += seconds
        if self.held_for_s > HOLD_S:
            self.held_dbfs = self.level_dbfs

    @property
    def is_at_rest(self) -> bool:
        """Whether time would change nothing."""
        return self.level_dbfs <= LOWEST_DBFS and self.held_dbfs <= LOWEST_DBFS


class LevelMeter(QWidget):
    """Bars from -60 dBFS to full scale; a lamp stays lit after clipping until it is clicked."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Output level"))
        self.bars: list[Bar] = [Bar(), Bar()]
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._on_tick)
        self._tell()

    @property
    def has_clipped(self) -> bool:
        """Whether a sample has reached full scale since the lamp was put out."""
        return any(bar.has_clipped for bar in self.bars)

    @Slot(object)
    def show_levels(self, levels_dbfs: Sequence[float]) -> None:
        """Take the newest peak of each channel; there are as many bars as levels."""
        missing = len(levels_dbfs) - len(self.bars)
        self.bars = self.bars[: len(levels_dbfs)] + [Bar() for _ in range(missing)]
        for bar, level_dbfs in zip(self.bars, levels_dbfs, strict=True):
            bar.rise(level_dbfs)
        if not self._timer.isActive() and not self._is_at_rest:
            self._timer.start()
        self._tell()
        self.update()

    @Slot()
    def clear_clip(self) -> None:
        """Put the lamp out."""
        for bar in self.bars:
            bar.has_clipped = False
        self._tell()
        self.update()

    @property
    def _is_at_rest(self) -> bool:
        return all(bar.is_at_rest for bar in self.bars)

    def _tell(self) -> None:
        """Say the same in words; in whole dB, so that a screen reader is not flooded."""
        held = [
            self.tr("silent") if bar.held_dbfs <= LOWEST_DBFS else f"{bar.held_dbfs:.0f} dBFS"
            for bar in self.bars
        ]
        words = self.tr("Peak: {0}").format(", ".join(held))
        if self.has_clipped:
            words += self.tr("; full scale was reached (click to put the lamp out)")
        if words != self.accessibleDescription():
            self.setAccessibleDescription(words)
            self.setToolTip(words)

    @Slot()
    def _on_tick(self) -> None:
        for bar in self.bars:
            bar.fall(TICK_MS / 1000)
        if self._is_at_rest:
            self._timer.stop()
        self._tell()
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(160, 34)

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(80, 22)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.clear_clip()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        palette = self.palette()
        colours = colours_of(palette)
        width = float(self.width() - LAMP_WIDTH - GAP)
        bottom = self.height()
        if bottom >= NUMBERED_FROM:
            bottom -= NUMBERS_HEIGHT
            self._paint_numbers(painter, width)
        height = (bottom - GAP * (len(self.bars) + 1)) / len(self.bars)
        for index, bar in enumerate(self.bars):
            top = GAP + index * (height + GAP)
            painter.fillRect(QRectF(0, top, width, height), colours.lane)
            painter.fillRect(
                QRectF(0, top, level_to_x(bar.level_dbfs, width), height), colours.wave
            )
            if bar.held_dbfs > LOWEST_DBFS:
                held_x = level_to_x(bar.held_dbfs, width)
                painter.fillRect(QRectF(held_x - 2, top, 2, height), colours.text)
            lamp = colours.clipped if bar.has_clipped else colours.lane
            painter.fillRect(QRectF(width + GAP, top, LAMP_WIDTH, height), lamp)
        painter.setPen(palette.color(QPalette.ColorRole.Mid))
        for level_dbfs in SCALE_DBFS:
            x = round(level_to_x(level_dbfs, width))
            painter.drawLine(x, GAP, x, bottom - GAP - 1)

    def _paint_numbers(self, painter: QPainter, width: float) -> None:
        """The levels of some lines of the scale, below it."""
        font = self.font()
        font.setPixelSize(NUMBERS_HEIGHT - 2)
        painter.setFont(font)
        painter.setPen(colours_of(self.palette()).text)
        for level_dbfs in NUMBERED_DBFS:
            x = level_to_x(level_dbfs, width)
            box = QRectF(x - 15, self.height() - NUMBERS_HEIGHT, 30, NUMBERS_HEIGHT)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, str(level_dbfs))


def level_to_x(level_dbfs: float, width: float) -> float:
    """How far a bar of this level reaches, of a width that stands for full scale."""
    share = (level_dbfs - LOWEST_DBFS) / -LOWEST_DBFS
    return min(max(share, 0.0), 1.0) * width
