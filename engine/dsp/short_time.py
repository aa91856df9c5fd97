"""Short-time spectra on a grid of whole milliseconds, for methods that scale bins.

The hop is a whole number of milliseconds wherever the sample rate allows it, so that pieces of a
recording that start at whole seconds share one grid and come out alike.

Shapes:
    samples    (channel time)        float32
    spectrum   (channel frame bin)   complex64
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.fft import irfft, rfft

from engine.audio import Samples

Spectrum = NDArray[np.complex64]


@dataclass(frozen=True)
class ShortTime:
    """Frames of `overlap` hops under a square-root Hann window, before and after."""

    hop_samples: int
    overlap: int

    @staticmethod
    def of(sample_rate: int, hop_ms: int, overlap: int) -> "ShortTime":
        """The grid for a sample rate in Hz."""
        return ShortTime(max(1, round(sample_rate * hop_ms / 1000)), overlap)

    @property
    def frame_samples(self) -> int:
        """Length of a frame."""
        return self.hop_samples * self.overlap

    @property
    def n_bins(self) -> int:
        """Bins of a frame."""
        return self.frame_samples // 2 + 1

    def window(self) -> NDArray[np.float32]:
        """Square root of a periodic Hann window."""
        phase = np.arange(self.frame_samples) * (np.pi / self.frame_samples)
        window: NDArray[np.float32] = np.sin(phase).astype(np.float32)
        return window

    def forward(self, samples: Samples) -> Spectrum:
        """Spectrum of all samples; frames reach over both ends, where silence is assumed."""
        n_channels, n_samples = samples.shape
        lead = self.frame_samples - self.hop_samples
        n_frames = -(-n_samples // self.hop_samples) + self.overlap - 1
        padded = np.zeros(
            (n_channels, (n_frames - 1) * self.hop_samples + self.frame_samples), np.float32
        )
        padded[:, lead : lead + n_samples] = samples
        return self.inside(padded)

    def inside(self, samples: Samples) -> Spectrum:
        """Spectrum of the frames that lie wholly inside of the samples."""
        frames = np.lib.stride_tricks.sliding_window_view(samples, self.frame_samples, axis=1)
        spectrum: Spectrum = rfft(frames[:, :: self.hop_samples] * self.window(), axis=2)
        return spectrum

    def inverse(self, spectrum: Spectrum, n_samples: int) -> Samples:
        """Samples of a spectrum that `forward` made."""
        frames = irfft(spectrum, self.frame_samples, axis=2) * self.window()
        n_channels, n_frames, _ = frames.shape
        hops = frames.reshape(n_channels, n_frames, self.overlap, self.hop_samples)
        summed = np.zeros((n_channels, n_frames + self.overlap - 1, self.hop_samples), np.float32)
        for k in range(self.overlap):
            summed[:, k : k + n_frames] += hops[:, :, k]
        lead = self.frame_samples - self.hop_samples
        flat = summed.reshape(n_channels, -1)[:, lead : lead + n_samples]
        # squared windows add up to overlap / 2
        return np.ascontiguousarray(flat * np.float32(2.0 / self.overlap))
