"""From clicks that were found to restored samples and the events a person reviews.

Every sample that is changed lies in exactly one event of its channel, so that putting back the
degraded samples of all events gives the degraded recording, bit for bit.

Shapes:
    samples   (channel time)   float32
"""

from typing import Protocol

import numpy as np

from engine.audio import Audio, Samples
from engine.dsp.ar import Real
from engine.dsp.click_detector import Clicks
from engine.dsp.click_repair import repair_clicks
from engine.event import Event
from engine.progress import Progress, ignore, part
from engine.units import amplitude_to_db


class FindClicks(Protocol):
    """Finds the clicks of samples (time,)."""

    def __call__(self, samples: Real, *, progress: Progress) -> Clicks:
        """Find them; progress is asked between the steps."""


def restore_clicks(
    degraded: Audio, inner: slice, find: FindClicks, progress: Progress = ignore
) -> tuple[Samples, tuple[Event, ...]]:
    """Find and repair the clicks of each channel by itself.

    Args:
        degraded: with context around `inner`; never written to.
        inner: nothing outside of it is changed; an event that reaches out is cut at its edge,
            where the events of the next piece begin.
        find: finds the clicks of one channel.
        progress: asked between the steps.

    Returns:
        Samples (channel time), and events by start and channel; those of one channel share no
        sample.
    """
    restored = degraded.samples.copy()
    events: list[Event] = []
    n_channels = degraded.n_channels
    for channel in range(n_channels):
        share = part(progress, channel / n_channels, (channel + 1) / n_channels)
        before = degraded.samples[channel].astype(np.float64)
        clicks = find(before, progress=part(share, 0.0, 0.5))
        if not len(clicks.spans):
            continue
        after = repair_clicks(
            before, clicks.repaired, clicks.spans, degraded.sample_rate, part(share, 0.5, 1.0)
        )
        events += _write(restored[channel], before, after, clicks, channel, inner)
    return restored, tuple(sorted(events, key=lambda event: (event.start, event.channel)))


def _write(
    restored: Samples, before: Real, after: Real, clicks: Clicks, channel: int, inner: slice
) -> list[Event]:
    """Write the repairs inside `inner` over the restored samples (time,) of a channel."""
    starts = np.maximum(clicks.spans[:, 0], inner.start)
    stops = np.minimum(clicks.spans[:, 1], inner.stop)
    confidences = 1.0 / (1.0 + np.exp(-clicks.odds))
    events = []
    for start, stop, confidence in zip(
        starts.tolist(), stops.tolist(), confidences.tolist(), strict=True
    ):
        if start < stop:
            restored[start:stop] = after[start:stop]
            removed = before[start:stop] - after[start:stop]
            removed_db = amplitude_to_db(float(np.sqrt(removed @ removed / (stop - start))))
            events.append(Event(start, stop, channel, confidence, removed_db))
    return events
