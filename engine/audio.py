"""Audio in memory, and recordings that are read block by block.

Shapes:
    samples   (channel time)   float32, full scale = 1.0
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from engine.mapped import let_go

Samples = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Audio:
    """Samples (channel time), float32 with full scale 1.0, and their rate in Hz."""

    samples: Samples
    sample_rate: int

    def __post_init__(self) -> None:
        assert self.samples.ndim == 2, self.samples.shape
        assert self.samples.dtype == np.float32, self.samples.dtype

    @property
    def n_channels(self) -> int:
        """Number of channels."""
        return int(self.samples.shape[0])

    @property
    def n_samples(self) -> int:
        """Number of samples of each channel."""
        return int(self.samples.shape[1])

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return self.n_samples / self.sample_rate


class Recording(Protocol):
    """Something that can be read block by block: a file, or a file with repairs over it."""

    @property
    def sample_rate(self) -> int:
        """Samples per second."""

    @property
    def n_channels(self) -> int:
        """Number of channels."""

    @property
    def n_samples(self) -> int:
        """Number of samples of each channel."""

    def read(self, start: int, stop: int) -> Audio:
        """Read samples [start, stop), which must lie inside; the caller may write into them."""


@dataclass(frozen=True)
class AudioFormat:
    """How a file holds its samples.

    container: WAV, RF64, W64, AIFF, FLAC, OGG, MP3, as soundfile names them;
    subtype likewise: PCM_24, FLOAT, ...
    """

    container: str
    subtype: str
    sample_rate: int
    n_channels: int
    n_samples: int
    bits: int
    is_float: bool
    is_lossy: bool

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return self.n_samples / self.sample_rate


@dataclass(frozen=True, eq=False)
class MemoryRecording:
    """Audio in memory, or mapped into it, read like a file."""

    audio: Audio

    @property
    def sample_rate(self) -> int:
        """Samples per second."""
        return self.audio.sample_rate

    @property
    def n_channels(self) -> int:
        """Number of channels."""
        return self.audio.n_channels

    @property
    def n_samples(self) -> int:
        """Number of samples of each channel."""
        return self.audio.n_samples

    def read(self, start: int, stop: int) -> Audio:
        """Read samples [start, stop)."""
        samples = self.audio.samples[:, start:stop].copy()
        let_go([self.audio.samples])
        return Audio(samples, self.audio.sample_rate)
