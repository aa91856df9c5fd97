"""Hear stretch: a stretch of noise to be heard and seen before it is ticked."""

from dataclasses import dataclass

import numpy as np

from engine.audio import Audio, MemoryRecording, Samples
from engine.audio_file import open_audio, shown
from engine.errors import StorageError
from engine.progress import Progress, ignore
from engine.thumbnail import thumbnail
from training.wizard.plan import Stretch

LEAST_HEARD_S = 2.0
"""What is shorter is repeated: nobody hears in half a second whether there is a note in it."""
_MOST_S = 30.0
_FADE_S = 0.03


@dataclass(frozen=True)
class HearStretchJob:
    """Reads a stretch to be played."""

    stretch: Stretch
    title: str = "Reading a stretch of noise"

    def run(self, progress: Progress = ignore) -> Audio:
        """The stretch, over and over if it is short.

        Raises:
            EngineError: its transfer cannot be read.
        """
        audio = read_stretch(self.stretch)
        progress(0.9)
        return Audio(_repeated(audio.samples, audio.sample_rate), audio.sample_rate)


def picture_of(stretch: Stretch) -> bytes:
    """A small spectrogram as a PNG file: noise is even, a note is a line.

    Raises:
        EngineError: its transfer cannot be read.
    """
    return thumbnail(MemoryRecording(read_stretch(stretch)))


def read_stretch(stretch: Stretch) -> Audio:
    """Its samples.

    Raises:
        EngineError: its transfer cannot be read, or ends before it.
    """
    with open_audio(stretch.path) as file:
        start = round(stretch.start_s * file.sample_rate)
        stop = min(round(stretch.stop_s * file.sample_rate), file.n_samples)
        if stop <= start:
            raise StorageError(
                f"{shown(file.path)} is shorter than when it was searched for noise; search it "
                "again"
            )
        return file.read(start, min(stop, start + round(_MOST_S * file.sample_rate)))


def _repeated(samples: Samples, rate: int) -> Samples:
    """So often that it lasts, each time faded into the next."""
    fade = min(round(_FADE_S * rate), samples.shape[1] // 2)
    step = samples.shape[1] - fade
    times = int(np.ceil((LEAST_HEARD_S * rate - fade) / max(1, step)))
    if times <= 1:
        return samples
    up = np.sin(0.5 * np.pi * (np.arange(fade, dtype=np.float32) + 0.5) / max(1, fade))
    shaped = samples.copy()
    shaped[:, :fade] *= up
    shaped[:, step:] *= up[::-1]
    repeated = np.zeros((samples.shape[0], times * step + fade), np.float32)
    for number in range(times):
        repeated[:, number * step : number * step + samples.shape[1]] += shaped
    return repeated
