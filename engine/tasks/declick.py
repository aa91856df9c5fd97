"""Declick: short impulses are found and replaced by what the sound around them says."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from engine.audio import Audio, Samples
from engine.event import Event
from engine.params import param
from engine.progress import Progress, ignore, part
from engine.tasks.base import LocalTask, Restored
from engine.units import amplitude_to_db

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
        restored = degraded.samples.copy()
        events: list[Event] = []
        for channel in range(degraded.n_channels):
            share = part(
                progress, channel / degraded.n_channels, (channel + 1) / degraded.n_channels
            )
            restored[channel], found = self._restore(
                degraded.samples[channel], degraded.sample_rate, channel, share
            )
            events += found
        return Restored(Audio(restored, degraded.sample_rate), tuple(sorted(events, key=_order)))

    def _restore(
        self, degraded: Samples, sample_rate: int, channel: int, progress: Progress
    ) -> tuple[Samples, list[Event]]:
        from engine.dsp.click_detector import find_clicks
        from engine.dsp.click_repair import repair_clicks

        exact = degraded.astype(np.float64)
        clicks = find_clicks(
            exact,
            sample_rate,
            limit=_LIMIT + _LIMIT_RANGE * (0.5 - self.sensitivity),
            max_width_samples=round(self.max_width_ms * sample_rate / 1000.0),
            progress=part(progress, 0.0, 0.5),
        )
        restored = degraded.copy()
        if not len(clicks.spans):
            return restored, []
        fresh = repair_clicks(
            exact, clicks.repaired, clicks.spans, sample_rate, part(progress, 0.5, 1.0)
        )
        events = []
        for (start, stop), odds in zip(clicks.spans, clicks.odds, strict=True):
            restored[start:stop] = fresh[start:stop]
            removed = exact[start:stop] - fresh[start:stop]
            removed_db = amplitude_to_db(float(np.sqrt(np.mean(removed**2))))
            confidence = float(1.0 / (1.0 + np.exp(-odds)))
            events.append(Event(int(start), int(stop), channel, confidence, removed_db))
        return restored, events


def _order(event: Event) -> tuple[int, int]:
    return event.start, event.channel
