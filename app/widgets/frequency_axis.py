"""The frequency axis: hertz to pixels and back on a log, linear or mel scale, ticks, note names."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.widgets.time_axis import Tick, round_step

FREQUENCY_SCALES = ("log", "linear", "mel")
_TICK_GAP = 26
_NOTES = ("C", "C♯", "D", "D♯", "E", "F", "F♯", "G", "G♯", "A", "A♯", "B")
_A4_HZ = 440.0
_A4_NUMBER = 57
"""Semitones from C0 to A4."""


@dataclass(frozen=True)
class FrequencyScale:
    """Hertz [low_hz, high_hz) over `height` pixels; `top` is the pixel of high_hz."""

    kind: str
    low_hz: float
    high_hz: float
    top: int
    height: int

    def y_of(self, hz: float) -> float:
        """Pixel of a frequency, which may lie outside."""
        low, high = self._warped(self.low_hz), self._warped(self.high_hz)
        return self.top + self.height * (high - self._warped(hz)) / (high - low)

    def hz_at(self, y: float) -> float:
        """Frequency of a pixel, which may lie outside."""
        low, high = self._warped(self.low_hz), self._warped(self.high_hz)
        return self._unwarped(high - (high - low) * (y - self.top) / self.height)

    def edges_hz(self, n_rows: int) -> NDArray[np.float64]:
        """Edges of `n_rows` equal rows, the lowest first: n_rows + 1 values."""
        y = self.top + self.height * np.arange(n_rows, -1, -1) / n_rows
        return np.array([self.hz_at(float(value)) for value in y])

    def zoomed(self, hz: float, factor: float) -> tuple[float, float]:
        """The band `factor` times as high that keeps a frequency where it is."""
        at, low, high = self._warped(hz), self._warped(self.low_hz), self._warped(self.high_hz)
        return (
            self._unwarped(at - (at - low) * factor),
            self._unwarped(at + (high - at) * factor),
        )

    def moved(self, pixels: float) -> tuple[float, float]:
        """The band that lies `pixels` further down on the screen."""
        return self.hz_at(self.top + self.height + pixels), self.hz_at(self.top + pixels)

    def _warped(self, hz: float) -> float:
        if self.kind == "log":
            return math.log(max(hz, 1e-3))
        return hz if self.kind == "linear" else math.log1p(max(hz, 0.0) / 700.0)

    def _unwarped(self, value: float) -> float:
        if self.kind == "log":
            return math.exp(value)
        return value if self.kind == "linear" else 700.0 * math.expm1(value)


def frequency_ticks(scale: FrequencyScale, gap: int = _TICK_GAP) -> list[Tick]:
    """Ticks at rounded frequencies, labels at least `gap` pixels apart."""
    ticks: list[Tick] = []
    taken: list[float] = []
    for hz in _round_frequencies(scale):
        y = scale.y_of(hz)
        inside = scale.top + 6 <= y <= scale.top + scale.height - 6
        if inside and all(abs(y - other) >= gap for other in taken):
            taken.append(y)
            ticks.append(Tick(hz, format_hz(hz)))
    return ticks


def _round_frequencies(scale: FrequencyScale) -> Iterator[float]:
    """Candidates inside the band, the roundest first."""
    low, high = max(scale.low_hz, 1.0), scale.high_hz
    if scale.kind != "linear":
        decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
        for digit in (1, 5, 2, 3, 7):
            yield from (hz for d in decades if low <= (hz := digit * 10.0**d) <= high)
        if high > 4 * low:
            return
    step = round_step((high - low) * _TICK_GAP / scale.height)
    yield from (i * step for i in range(math.ceil(low / step), math.floor(high / step) + 1))


def format_hz(hz: float) -> str:
    """Short label: 50, 800, 1k, 2.5k."""
    return f"{hz / 1000:.6g}k" if hz >= 1000 else f"{hz:.6g}"


def with_unit(label: str) -> str:
    """A label of an axis with its unit: `800 Hz`, `20 kHz`."""
    return f"{label[:-1]} kHz" if label.endswith("k") else f"{label} Hz"


def note_hz(number: int) -> float:
    """Frequency of a note of equal temperament, so many semitones above C0, at A4 = 440 Hz."""
    return float(_A4_HZ * 2.0 ** ((number - _A4_NUMBER) / 12))


def note_of(number: int) -> str:
    """Name of the note so many semitones above C0: `A4`."""
    return f"{_NOTES[number % 12]}{number // 12}"


def note_name(hz: float) -> str:
    """Nearest note of equal temperament, and the distance in cents: `A4 +12`."""
    if hz < 16.0:
        return "–"
    semitones = 12.0 * math.log2(hz / _A4_HZ) + _A4_NUMBER
    nearest = round(semitones)
    cents = round(100.0 * (semitones - nearest))
    return f"{note_of(nearest)} {cents:+d}"
