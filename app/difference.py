"""Difference: what was taken out of a recording, read like any other."""

from dataclasses import dataclass

from engine.audio import Audio, Recording


@dataclass(frozen=True, eq=False)
class Difference:
    """The recording of what was taken out: original minus result."""

    original: Recording
    result: Recording

    @property
    def sample_rate(self) -> int:
        """Samples per second."""
        return self.original.sample_rate

    @property
    def n_channels(self) -> int:
        """Number of channels."""
        return self.original.n_channels

    @property
    def n_samples(self) -> int:
        """Number of samples of each channel."""
        return self.original.n_samples

    def read(self, start: int, stop: int) -> Audio:
        """Read samples [start, stop)."""
        removed = self.original.read(start, stop).samples - self.result.read(start, stop).samples
        return Audio(removed, self.sample_rate)
