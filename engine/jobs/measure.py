"""Measure: the peak of a recording and how much of it lies beyond full scale."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.audio import Recording
from engine.progress import Progress, ignore
from engine.units import amplitude_to_db

BLOCK_SAMPLES = 1 << 19


@dataclass(frozen=True)
class Peak:
    """The highest magnitude, and how many samples (over all channels) lie beyond full scale."""

    peak: float
    over: int

    @property
    def peak_dbfs(self) -> float:
        """The highest magnitude, dB relative to full scale."""
        return amplitude_to_db(self.peak)


@dataclass(frozen=True, eq=False)
class MeasureJob:
    """Measures spans of a recording, by default all of it."""

    title: str
    recording: Recording
    spans: tuple[tuple[int, int], ...] | None = None

    def run(self, progress: Progress = ignore) -> Peak:
        """Read the spans once."""
        spans = ((0, self.recording.n_samples),) if self.spans is None else self.spans
        return measure(self.recording, spans, progress)


def measure(
    recording: Recording, spans: Sequence[tuple[int, int]], progress: Progress = ignore
) -> Peak:
    """Peak of some spans of a recording; a block of it in memory at a time."""
    peak, over, done = 0.0, 0, 0
    total = max(1, sum(stop - start for start, stop in spans))
    for first, last in spans:
        for start in range(first, last, BLOCK_SAMPLES):
            stop = min(start + BLOCK_SAMPLES, last)
            samples = recording.read(start, stop).samples
            highest = max(float(samples.max()), -float(samples.min()))
            peak = max(peak, highest)
            if highest > 1.0:
                over += int(np.count_nonzero(np.abs(samples) > 1.0))
            done += stop - start
            progress(done / total)
    return Peak(peak, over)
