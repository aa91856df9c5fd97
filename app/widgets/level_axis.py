"""The level axis of a waveform lane: amplitude to pixels and back, linear or in dB, and ticks."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from app.widgets.time_axis import Tick, round_step
from engine.units import db_to_amplitude

LEVEL_SCALES = ("linear", "db")
DB_RANGE = 60.0
"""A lane in dB goes this far down from its edges to its middle."""
_TICK_GAP = 22


@dataclass(frozen=True)
class LevelScale:
    """Amplitudes -peak .. peak over `height` pixels from `top` on; positive ones are above."""

    kind: str
    peak: float
    top: int
    height: int

    @property
    def middle(self) -> float:
        """Pixel of silence."""
        return self.top + self.height / 2

    def y_of(self, amplitude: ArrayLike) -> NDArray[np.float64]:
        """Pixels of amplitudes; those beyond the peak lie outside the lane."""
        share = np.asarray(amplitude, np.float64) / self.peak
        if self.kind == "db":
            floor = 10.0 ** (-DB_RANGE / 20.0)
            level_db = 20.0 * np.log10(np.maximum(np.abs(share), floor))
            share = np.sign(share) * (1.0 + level_db / DB_RANGE)
        y: NDArray[np.float64] = self.middle - share * (self.height / 2)
        return y

    def amplitude_at(self, y: float) -> float:
        """Amplitude of a pixel."""
        share = (self.middle - y) / (self.height / 2)
        if self.kind == "db":
            sign = 1.0 if share >= 0.0 else -1.0
            share = sign * db_to_amplitude((abs(share) - 1.0) * DB_RANGE)
        return share * self.peak


def level_ticks(scale: LevelScale, gap: int = _TICK_GAP) -> list[Tick]:
    """Ticks from the top to the bottom of a lane; amplitudes, or levels in dB full scale."""
    if scale.kind == "db":
        return _db_ticks(scale, gap)
    step = round_step(2.0 * scale.peak * gap / scale.height)
    n_steps = int(scale.peak / step + 1e-9)
    return [Tick(i * step, f"{i * step:.6g}") for i in range(-n_steps, n_steps + 1)]


def _db_ticks(scale: LevelScale, gap: int) -> list[Tick]:
    ticks = []
    taken = [scale.middle]
    for level_db in (0, -12, -24, -36, -48, -6, -18, -30, -42):
        amplitude = db_to_amplitude(level_db)
        y = float(scale.y_of(amplitude))
        if scale.top <= y and all(abs(y - other) >= gap for other in taken):
            taken.append(y)
            ticks += [Tick(amplitude, f"{level_db}"), Tick(-amplitude, f"{level_db}")]
    return [*ticks, Tick(0.0, "−∞")]
