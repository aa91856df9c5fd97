"""Decrackle: dense short impulses are found by their shape and weighed against the sound."""

from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from engine.audio import Audio
from engine.params import param
from engine.progress import Progress, ignore
from engine.tasks.base import LocalTask, Restored

_LIMIT = 0.0
"""Log-odds that a find must reach at half the sensitivity: 50 %."""
_LIMIT_RANGE = 2.0


@dataclass(frozen=True)
class Decrackle(LocalTask):
    """Crackle: dense impulses shorter than 0.5 ms; declick before it takes the wide ones."""

    name: ClassVar[str] = "decrackle"
    title: ClassVar[str] = "Decrackle"
    context_s: ClassVar[float] = 0.75
    segment_s: ClassVar[float | None] = 15.0
    sensitivity: float = param(
        0.5,
        0.0,
        1.0,
        label="Sensitivity",
        description="How little must stand out to be taken for crackle: 0 finds only the "
        "obvious, 1 smooths some of the music with it.",
    )
    max_width_ms: float = param(
        0.5,
        0.02,
        0.5,
        unit="ms",
        label="Longest impulse",
        description="Longer impulses are not looked for; they are the work of declick.",
    )

    def apply(self, degraded: Audio, inner: slice, progress: Progress = ignore) -> Restored:
        """Find and repair the crackle of each channel by itself."""
        from engine.dsp.click_events import restore_clicks
        from engine.dsp.crackle_detector import find_crackle

        find = partial(
            find_crackle,
            sample_rate=degraded.sample_rate,
            limit=_LIMIT + _LIMIT_RANGE * (0.5 - self.sensitivity),
            max_width_samples=round(self.max_width_ms * degraded.sample_rate / 1000.0),
        )
        samples, events = restore_clicks(degraded, inner, find, progress)
        return Restored(Audio(samples, degraded.sample_rate), events)
