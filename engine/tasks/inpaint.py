"""Inpaint: a gap is filled by what lies around it."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from engine.audio import Audio
from engine.errors import SettingsError
from engine.params import param
from engine.progress import Progress, ignore, part
from engine.tasks.base import LocalTask, Restored

LIMIT_S = 0.1
"""Longest gap: beyond it a prediction from both sides has faded to silence in the middle."""


@dataclass(frozen=True)
class Inpaint(LocalTask):
    """Takes the samples of a region for unknown and makes new ones; each channel by itself."""

    name: ClassVar[str] = "inpaint"
    title: ClassVar[str] = "Inpaint"
    context_s: ClassVar[float] = 0.85
    segment_s: ClassVar[float | None] = None
    needs_region: ClassVar[bool] = True
    method: str = param(
        "ar",
        choices=("ar",),
        label="Method",
        description="How a gap is filled; ar continues the sound from both sides.",
    )

    def apply(self, degraded: Audio, inner: slice, progress: Progress = ignore) -> Restored:
        """Replace the samples `inner`, which are not looked at.

        Raises:
            SettingsError: the gap is too long, or nothing lies around it.
        """
        from engine.dsp.gap import fill_gap

        length_s = (inner.stop - inner.start) / degraded.sample_rate
        if length_s > LIMIT_S + 0.5 / degraded.sample_rate:
            raise SettingsError(
                f"the gap of {1000 * length_s:.0f} ms is too long for method ar, which fills up to "
                f"{1000 * LIMIT_S:.0f} ms; choose a shorter region"
            )
        if inner.start == 0 and inner.stop == degraded.n_samples:
            raise SettingsError("the gap is the whole recording; leave some sound around it")
        restored = degraded.samples.copy()
        for channel in range(degraded.n_channels):
            share = part(
                progress, channel / degraded.n_channels, (channel + 1) / degraded.n_channels
            )
            exact = degraded.samples[channel].astype(np.float64)
            filled = fill_gap(exact, inner, degraded.sample_rate, share)
            restored[channel, inner] = filled.astype(np.float32)
        return Restored(Audio(restored, degraded.sample_rate))
