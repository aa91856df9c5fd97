"""One channel of a stereo recording, its sum or its difference, read block by block.

A groove cut laterally has its music in the sum of the two channels; the difference holds what
moved the needle up and down: noise, and little else.

Shapes:
    samples   (channel time)   float32, full scale = 1.0
"""

from dataclasses import dataclass

import numpy as np

from engine.audio import Audio, Recording, Samples

ALL = "all"
CHANNELS = (ALL, "left", "right", "mid", "side")
"""What can be shown of a stereo recording: mid is (left + right) / 2, side (left - right) / 2."""
SINGLE = {"left": 0, "right": 1}
"""Those that are channels of the recording, and which."""


def picked(samples: Samples, kind: str) -> Samples:
    """One of CHANNELS of stereo samples (channel time); more or fewer channels stay as they are."""
    if kind == ALL or len(samples) != 2:
        return samples
    if kind in SINGLE:
        index = SINGLE[kind]
        return samples[index : index + 1]
    left, right = samples[:1], samples[1:]
    half = np.float32(0.5)
    return half * (left + right) if kind == "mid" else half * (left - right)


@dataclass(frozen=True)
class OneChannel:
    """A stereo recording as one of CHANNELS; the same one of the same recording is equal."""

    recording: Recording
    kind: str

    @property
    def sample_rate(self) -> int:
        """Samples per second."""
        return self.recording.sample_rate

    @property
    def n_channels(self) -> int:
        """Number of channels."""
        return 1

    @property
    def n_samples(self) -> int:
        """Number of samples of each channel."""
        return self.recording.n_samples

    def read(self, start: int, stop: int) -> Audio:
        """Read samples [start, stop)."""
        samples = picked(self.recording.read(start, stop).samples, self.kind)
        return Audio(samples, self.sample_rate)


def channel_of(recording: Recording, kind: str) -> Recording:
    """One of CHANNELS of a recording; the recording itself unless it is stereo."""
    if kind == ALL or kind not in CHANNELS or recording.n_channels != 2:
        return recording
    return OneChannel(recording, kind)


def suffix_of(recording: Recording) -> str:
    """What tells the pictures of one channel from those of the whole recording, fit for a name."""
    return f"-{recording.kind}" if isinstance(recording, OneChannel) else ""
