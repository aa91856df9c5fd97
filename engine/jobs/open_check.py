"""OpenCheckJob: what the samples of a transfer tell against it, before anything is done."""

from dataclasses import dataclass

import numpy as np

from engine.audio import Recording
from engine.dsp.clip_level import find_clipped, find_levels
from engine.progress import Progress, ignore, part
from engine.units import amplitude_to_db

BLOCK_SAMPLES = 1 << 19
_LEVELS_SHARE = 0.7


@dataclass(frozen=True)
class SampleFacts:
    """What was found.

    Attributes:
        n_clipped: samples at a level that peaks were cut off at, over all channels.
        first_clipped_s: where the first of them is; None without any.
        offset_db: of each channel, the magnitude of its mean, dB relative to full scale.
    """

    n_clipped: int
    first_clipped_s: float | None
    offset_db: tuple[float, ...]


@dataclass(frozen=True, eq=False)
class OpenCheckJob:
    """Reads a recording twice: for the levels it was clipped at, then for what lies there."""

    recording: Recording
    title: str = "Checking the transfer"

    def run(self, progress: Progress = ignore) -> SampleFacts:
        """Find clipped samples and the offset of each channel.

        Raises:
            EngineError: the recording cannot be read.
            Cancelled: progress said so.
        """
        recording = self.recording
        levels = find_levels(recording, part(progress, 0.0, _LEVELS_SHARE))
        share = part(progress, _LEVELS_SHARE, 1.0)
        n_samples, sums = recording.n_samples, np.zeros(recording.n_channels)
        n_clipped, first = 0, -1
        for start in range(0, n_samples, BLOCK_SAMPLES):
            share(start / n_samples)
            audio = recording.read(start, min(start + BLOCK_SAMPLES, n_samples))
            sums += audio.samples.sum(axis=1, dtype=np.float64)
            if any(any(of_channel) for of_channel in levels):
                found = find_clipped(audio, levels)
                n_clipped += int(np.count_nonzero(found))
                if first < 0 and found.any():
                    first = start + int(np.argmax(found.any(axis=0)))
        share(1.0)
        means = np.abs(sums) / max(1, n_samples)
        return SampleFacts(
            n_clipped,
            None if first < 0 else first / recording.sample_rate,
            tuple(amplitude_to_db(float(mean)) for mean in means),
        )
