"""The time axis all views share: pixels to seconds and back, round ticks, steps of the wheel.

Pure geometry in logical pixels; x grows to the right and time with it, in every language.
"""

import math
from dataclasses import dataclass

from engine.units import format_time

LEFT_AXIS = 64
"""Width of the axis at the left of every view."""
RIGHT_MARGIN = 12
TICK_GAP = 90
"""Least distance of two labelled ticks; a label within the first hour is up to 70 pixels wide."""
OUTSIDE = 100
"""How far outside the plot a thing is painted that begins or ends far away."""
_CHARACTER, _LABEL_RIM = 7, 12
"""Pixels that a character of a label takes, and room around the label."""
_LONG_STEPS_S = (10.0, 20.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1200.0, 1800.0, 3600.0, 7200.0)
_WHEEL_NOTCH = 120
_LARGEST_WHEEL_DELTA = 3 * _WHEEL_NOTCH
_ZOOM_PER_NOTCH = 0.8


@dataclass(frozen=True)
class TimeScale:
    """Seconds [start_s, stop_s) over `width` pixels from `left` on."""

    start_s: float
    stop_s: float
    left: int
    width: int

    @property
    def seconds_per_pixel(self) -> float:
        """Time that one pixel covers."""
        return (self.stop_s - self.start_s) / self.width

    def x_of(self, time_s: float) -> float:
        """Pixel of a time, which may lie outside."""
        return self.left + (time_s - self.start_s) / self.seconds_per_pixel

    def column_of(self, time_s: float) -> int:
        """Whole pixel of a time, at most OUTSIDE pixels outside: Qt paints in 32 bits."""
        x = round(self.x_of(time_s))
        return max(self.left - OUTSIDE, min(x, self.left + self.width + OUTSIDE))

    def time_at(self, x: float) -> float:
        """Time of a pixel, which may lie outside."""
        return self.start_s + (x - self.left) * self.seconds_per_pixel


@dataclass(frozen=True)
class Tick:
    """A mark on an axis: where, and its label if it has one."""

    value: float
    label: str = ""


def plot_width(width: int) -> int:
    """Width of the plot in a view of this width."""
    return max(1, width - LEFT_AXIS - RIGHT_MARGIN)


def round_step(least: float) -> float:
    """The smallest of 1, 2, 5 times a power of ten that is not below `least`."""
    power = 10.0 ** math.floor(math.log10(least))
    return next(f * power for f in (1.0, 2.0, 5.0, 10.0) if f * power >= least * (1 - 1e-9))


def time_step(least_s: float) -> float:
    """A round step of time not below `least_s`: 1, 2, 5 and above ten seconds parts of a minute."""
    if least_s <= _LONG_STEPS_S[0]:
        return round_step(least_s)
    fitting = [step for step in _LONG_STEPS_S if step >= least_s]
    return fitting[0] if fitting else math.ceil(least_s / 3600.0) * 3600.0


def time_ticks(scale: TimeScale, gap: int = TICK_GAP) -> list[Tick]:
    """Labelled ticks at least `gap` pixels apart, and four or five unlabelled ones between two."""
    step_s = time_step(gap * scale.seconds_per_pixel)
    decimals = max(0, math.ceil(-math.log10(step_s) - 1e-9))
    needed = _CHARACTER * len(format_time(scale.stop_s, decimals)) + _LABEL_RIM
    if needed > gap:  # beyond an hour, and with many decimals
        return time_ticks(scale, needed)
    n_parts = 4 if round(step_s / 10.0 ** math.floor(math.log10(step_s) + 1e-9)) == 2 else 5
    if step_s >= 60.0 or step_s == 20.0:
        n_parts = 4
    elif step_s == 30.0:
        n_parts = 3
    part_s = step_s / n_parts
    first, last = math.ceil(scale.start_s / part_s - 1e-9), math.floor(scale.stop_s / part_s + 1e-9)
    return [
        Tick(i * part_s, format_time(i * part_s, decimals) if i % n_parts == 0 else "")
        for i in range(first, last + 1)
    ]


def wheel_notches(delta: int) -> float:
    """Notches of one wheel event; the violent bursts some devices begin with are cut."""
    clamped = max(-_LARGEST_WHEEL_DELTA, min(_LARGEST_WHEEL_DELTA, delta))
    return clamped / _WHEEL_NOTCH


def zoom_factor(notches: float) -> float:
    """How much longer the visible span becomes; turning the wheel away shortens it."""
    return float(_ZOOM_PER_NOTCH**notches)
