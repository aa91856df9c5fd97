"""Level meter: peak, true peak and RMS of each channel, and how many samples have clipped.

The long bar is the RMS of 300 ms, the thin one around it the peak, the line the peak of the last
while. Numbers beside the bars tell the highest true peak and the clipped samples since they were
put back.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from app.widgets.colours import Colours, colours_of, paint_ring
from app.widgets.spoken import Canvas, Speaker
from engine.dsp.level import Level

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
TOLD_WIDTH = 70
TOLD_GAP = 9
TOLD_FROM = 150
"""Pixels; a meter that is narrower tells no numbers beside its bars."""
GAP = 2
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
MOST_TOLD = 10_000


@dataclass
class Bar:
    """What one channel shows: it rises at once, falls evenly and holds its peak for a while."""

    level_dbfs: float = LOWEST_DBFS
    held_dbfs: float = LOWEST_DBFS
    held_for_s: float = 0.0
    rms_dbfs: float = LOWEST_DBFS
    true_peak_dbfs: float = LOWEST_DBFS
    clipped: int = 0

    def rise(self, level: Level) -> None:
        """Take what was heard since the last time."""
        self.level_dbfs = max(self.level_dbfs, level.peak_dbfs)
        if level.peak_dbfs >= self.held_dbfs:
            self.held_dbfs, self.held_for_s = level.peak_dbfs, 0.0
        self.rms_dbfs = max(level.rms_dbfs, LOWEST_DBFS)
        self.true_peak_dbfs = max(self.true_peak_dbfs, level.true_peak_dbfs)
        self.clipped += level.clipped

    def put_back(self) -> None:
        """Forget what is remembered since the last time."""
        self.true_peak_dbfs, self.clipped = LOWEST_DBFS, 0

    def fall(self, seconds: float) -> None:
        """Let time pass."""
        self.level_dbfs = max(LOWEST_DBFS, self.level_dbfs - FALL_DB_PER_S * seconds)
        self.held_for_s += seconds
        if self.held_for_s > HOLD_S:
            self.held_dbfs = self.level_dbfs

    @property
    def is_at_rest(self) -> bool:
        """Whether time would change nothing."""
        return max(self.level_dbfs, self.held_dbfs) <= LOWEST_DBFS


class LevelMeter(Canvas):
    """Bars from -60 dBFS to full scale; a lamp stays lit after clipping until it is put out."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Output level"))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.bars: list[Bar] = [Bar(), Bar()]
        self._speaker = Speaker(self)
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._on_tick)
        self._tell()

    @property
    def has_clipped(self) -> bool:
        """Whether a sample has reached full scale since the lamp was put out."""
        return any(bar.clipped for bar in self.bars)

    @Slot(object)
    def show_levels(self, levels: Sequence[Level]) -> None:
        """Take the newest level of each channel; there are as many bars as levels."""
        missing = len(levels) - len(self.bars)
        self.bars = self.bars[: len(levels)] + [Bar() for _ in range(missing)]
        for bar, level in zip(self.bars, levels, strict=True):
            bar.rise(level)
        if not self._timer.isActive() and not self._is_at_rest:
            self._timer.start()
        self._tell()
        self.update()

    @Slot()
    def put_back(self) -> None:
        """Put the lamp out, and forget the highest true peak."""
        for bar in self.bars:
            bar.put_back()
        self._tell()
        self.update()

    @property
    def _is_at_rest(self) -> bool:
        return all(bar.is_at_rest for bar in self.bars)

    @override
    def spoken(self) -> tuple[str, ...]:
        """The same in words, in whole dB."""
        return (
            self.tr("Peak: {levels}").format(levels=self._told("held_dbfs", "dBFS")),
            self.tr("RMS of 300 ms: {levels}").format(levels=self._told("rms_dbfs", "dBFS")),
            self.tr("Highest true peak: {levels}").format(
                levels=self._told("true_peak_dbfs", "dBTP")
            ),
            self.tr("Clipped samples: {counts}").format(
                counts=", ".join(str(bar.clipped) for bar in self.bars)
            ),
            self.tr("Click, or press Enter, to begin true peak and count anew."),
        )

    def _tell(self) -> None:
        """Say it as a tip too, and to a screen reader that is here."""
        words = "\n".join(self.spoken())
        if words != self.toolTip():
            self.setToolTip(words)
            self._speaker.change()

    def _told(self, name: str, unit: str) -> str:
        """One kind of level of each channel."""
        levels = [float(getattr(bar, name)) for bar in self.bars]
        return ", ".join(
            self.tr("silent") if level <= LOWEST_DBFS else f"{level:.0f} {unit}" for level in levels
        )

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
        return QSize(220, 34)

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(80, 22)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.put_back()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.put_back()
        else:
            super().keyPressEvent(event)

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            self._paint(painter)

    def _paint(self, painter: QPainter) -> None:
        colours = colours_of(self.palette())
        width = float(self.width() - LAMP_WIDTH - GAP)
        if self.width() >= TOLD_FROM:
            width -= TOLD_WIDTH
        bottom = self.height()
        if bottom >= NUMBERED_FROM:
            bottom -= NUMBERS_HEIGHT
            self._paint_numbers(painter, width)
        if self.width() >= TOLD_FROM:
            self._paint_told(painter, colours, bottom)
        height = (bottom - GAP * (len(self.bars) + 1)) / len(self.bars)
        for index, bar in enumerate(self.bars):
            self._paint_bar(painter, bar, QRectF(0, GAP + index * (height + GAP), width, height))
        painter.setPen(self.palette().color(QPalette.ColorRole.Mid))
        for level_dbfs in SCALE_DBFS:
            x = round(level_to_x(level_dbfs, width))
            painter.drawLine(x, GAP, x, bottom - GAP - 1)
        if self.hasFocus():
            paint_ring(painter, self.rect(), colours.focus)

    def _paint_bar(self, painter: QPainter, bar: Bar, box: QRectF) -> None:
        colours, width = colours_of(self.palette()), box.width()
        painter.fillRect(box, colours.lane)
        thin = 0.25 * box.height()
        peak = QRectF(box.left(), box.top() + thin, 0.0, box.height() - 2 * thin)
        peak.setWidth(level_to_x(bar.level_dbfs, width))
        painter.fillRect(peak, colours.wave)
        whole = QRectF(box)
        whole.setWidth(min(level_to_x(bar.rms_dbfs, width), peak.width()))
        painter.fillRect(whole, colours.wave)
        if bar.held_dbfs > LOWEST_DBFS:
            held_x = level_to_x(bar.held_dbfs, width)
            painter.fillRect(QRectF(held_x - 2, box.top(), 2, box.height()), colours.text)
        lamp = colours.clipped if bar.clipped else colours.lane
        painter.fillRect(QRectF(width + GAP, box.top(), LAMP_WIDTH, box.height()), lamp)

    def _paint_told(self, painter: QPainter, colours: Colours, bottom: int) -> None:
        """The highest true peak of all channels and the clipped samples, right of the bars."""
        highest = max(bar.true_peak_dbfs for bar in self.bars)
        clipped = sum(bar.clipped for bar in self.bars)
        told = f"{highest:+.1f}".replace("-", "\N{MINUS SIGN}") if highest > LOWEST_DBFS else "–"
        font = self.font()
        font.setPixelSize(NUMBERS_HEIGHT)
        painter.setFont(font)
        left, width = self.width() - TOLD_WIDTH + TOLD_GAP, TOLD_WIDTH - TOLD_GAP
        # alone it stands in the middle of the bars
        box = QRectF(left, 0, width, bottom * (0.5 if clipped else 1.0))
        painter.setPen(colours.clipped if highest > 0.0 else colours.text)
        painter.drawText(box, LEFT, self.tr("TP {level}").format(level=told))
        if clipped:
            painter.setPen(colours.clipped)
            few = str(clipped) if clipped < MOST_TOLD else f"{MOST_TOLD - 1}+"
            box.translate(0, box.height())
            painter.drawText(box, LEFT, self.tr("{count} clip").format(count=few))

    def _paint_numbers(self, painter: QPainter, width: float) -> None:
        """The levels of some lines of the scale, below it."""
        font = self.font()
        font.setPixelSize(NUMBERS_HEIGHT - 2)
        painter.setFont(font)
        painter.setPen(colours_of(self.palette()).text)
        for level_dbfs in NUMBERED_DBFS if width >= 100 else NUMBERED_DBFS[::3]:
            x = level_to_x(level_dbfs, width)
            box = QRectF(x - 15, self.height() - NUMBERS_HEIGHT, 30, NUMBERS_HEIGHT)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, str(level_dbfs))


def level_to_x(level_dbfs: float, width: float) -> float:
    """How far a bar of this level reaches, of a width that stands for full scale."""
    share = (level_dbfs - LOWEST_DBFS) / -LOWEST_DBFS
    return min(max(share, 0.0), 1.0) * width
