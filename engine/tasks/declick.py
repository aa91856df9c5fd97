"""Declick: short impulses are found and replaced by what the sound around them says."""

from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from engine.audio import Audio
from engine.params import param
from engine.progress import Progress, ignore
from engine.tasks.base import LocalTask, Restored

_LIMIT = 4.0
"""Log-odds that a find must reach at half the sensitivity: 98 %."""
_LIMIT_RANGE = 8.0


@dataclass(frozen=True)
class Declick(LocalTask):
    """Clicks and pops; a sample in no detected click keeps its bits."""

    name: ClassVar[str] = "declick"
    title: ClassVar[str] = "Declick"
    context_s: ClassVar[float] = 0.75
    segment_s: ClassVar[float | None] = 15.0
    sensitivity: float = param(
        0.5,
        0.0,
        1.0,
        label="Sensitivity",
        description="How little must stand out to be taken for a click: 0 finds only the "
        "obvious ones, 1 takes fine attacks with it.",
    )
    max_width_ms: float = param(
        5.0,
        0.1,
        20.0,
        unit="ms",
        label="Longest click",
        description="What stands out for longer is left alone.",
    )

    def apply(self, degraded: Audio, inner: slice, progress: Progress = ignore) -> Restored:
        """Find and repair the clicks of each channel by itself."""
        from engine.dsp.click_detector import find_clicks
        from engine.dsp.click_events import restore_clicks

        find = partial(
            find_clicks,
            sample_rate=degraded.sample_rate,
            limit=_LIMIT + _LIMIT_RANGE * (0.5 - self.sensitivity),
            max_width_samples=round(self.max_width_ms * degraded.sample_rate / 1000.0),
        )
        samples, events = restore_clicks(degraded, inner, find, progress)
        return Restored(Audio(samples, degraded.sample_rate), events)
