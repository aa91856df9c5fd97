"""Declip: peaks that were cut off grow back; the result may rise above full scale."""

from dataclasses import dataclass, field, replace
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from engine.audio import Audio, MemoryRecording, Recording, Samples
from engine.dsp.clip_level import Levels, find_above, find_clipped, find_levels
from engine.event import Event
from engine.params import param
from engine.progress import Progress, ignore, part
from engine.tasks.base import LocalTask, Restored
from engine.units import amplitude_to_db

_JOIN_S = 0.01
"""Clipped samples closer together than this are one event."""


@dataclass(frozen=True)
class Declip(LocalTask):
    """Estimates clipped peaks anew; intact samples keep their bits.

    A clipped sample comes out with its sign and at least its magnitude, so restored peaks need
    headroom: they may lie well above full scale, which floating-point files hold and export tells.
    """

    name: ClassVar[str] = "declip"
    title: ClassVar[str] = "Declip"
    context_s: ClassVar[float] = 0.5
    segment_s: ClassVar[float | None] = 15.0
    clip_level: float = param(
        0.0,
        0.0,
        1.0,
        label="Clip level",
        description="Magnitude from which samples count as clipped, full scale being 1; "
        "0 finds the levels of each channel and polarity by their flat tops.",
    )
    rounds: int = param(
        300,
        20,
        2000,
        label="Rounds",
        description="How often the estimate is refined; more bring higher peaks back and take "
        "longer.",
    )
    levels: tuple[Levels, ...] | None = field(default=None, repr=False, compare=False)
    """What `fit` has learnt: the clip levels of each channel."""

    def fit(self, recording: Recording, progress: Progress = ignore) -> Self:
        """Find the clip levels of the whole recording, unless one is given."""
        if self.clip_level > 0.0:
            return self
        return replace(self, levels=find_levels(recording, progress))

    def apply(self, degraded: Audio, inner: slice, progress: Progress = ignore) -> Restored:
        """Restore the clipped samples of each channel by itself."""
        from engine.dsp.declip import declip

        progress(0.0, "restoring clipped peaks")
        damaged = self._damaged(degraded)
        restored = degraded.samples.copy()
        events: list[Event] = []
        for channel in range(degraded.n_channels):
            if not damaged[channel, inner].any():
                continue
            restored[channel] = declip(
                degraded.samples[channel],
                damaged[channel],
                degraded.sample_rate,
                self.rounds,
                part(progress, channel / degraded.n_channels, (channel + 1) / degraded.n_channels),
            )
            events += _events(
                degraded.samples[channel],
                restored[channel],
                inner,
                channel,
                round(_JOIN_S * degraded.sample_rate),
            )
        events.sort(key=lambda event: (event.start, event.channel))
        return Restored(Audio(restored, degraded.sample_rate), tuple(events))

    def _damaged(self, degraded: Audio) -> NDArray[np.bool_]:
        if self.clip_level > 0.0:
            return find_above(degraded.samples, self.clip_level)
        levels = self.levels
        if levels is None:
            levels = find_levels(MemoryRecording(degraded))
        return find_clipped(degraded, levels)


def _events(
    before: Samples, after: Samples, inner: slice, channel: int, join_samples: int
) -> list[Event]:
    """Events that cover every changed sample of `inner` and reach out of it nowhere."""
    from engine.dsp.declip import clipped_spans

    events = []
    for start, stop in clipped_spans(before[inner] != after[inner], join_samples) + inner.start:
        removed = before[start:stop].astype(np.float64) - after[start:stop]
        removed_db = amplitude_to_db(float(np.sqrt(np.mean(removed**2))))
        events.append(Event(int(start), int(stop), channel, 1.0, removed_db))
    return events
