"""The average spectrum of a span: mean power of overlapping windows, as levels in dB.

Windows of a Hann shape overlap by half. A span with more of them than MOST_WINDOWS is looked at in
BLOCKS places, evenly spread. The level of a bin is the mean power over the channels; a sine of full
scale has 0 dB, as in the spectrogram.

References:
    P. D. Welch, "The use of fast Fourier transform for the estimation of power spectra", IEEE
    Trans. Audio and Electroacoustics 15(2), 1967.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.audio import Recording, Samples
from engine.progress import Progress, ignore
from engine.spectrogram import read_padded, window_of
from engine.units import power_to_db

LOWEST_DB = -160.0
LONGEST_WINDOW, SHORTEST_WINDOW = 8192, 256
BLOCKS, BLOCK_WINDOWS = 64, 16
MOST_WINDOWS = BLOCKS * BLOCK_WINDOWS


@dataclass(frozen=True, eq=False)
class Spectrum:
    """Levels (bin) in dB at frequencies (bin) in Hz, rising from 0 to Nyquist."""

    bins_hz: NDArray[np.float64]
    level_db: NDArray[np.float32]


def average_spectrum(
    recording: Recording, start: int, stop: int, progress: Progress = ignore
) -> Spectrum:
    """The spectrum of samples [start, stop), at least one."""
    n_fft = LONGEST_WINDOW
    while n_fft > SHORTEST_WINDOW and n_fft > stop - start:
        n_fft //= 2
    window = window_of("hann", n_fft).astype(np.float32)
    window /= 0.5 * window.sum()
    power = np.zeros(n_fft // 2 + 1)
    n_windows = 0
    blocks = _blocks(start, stop, n_fft)
    for i, (first, last) in enumerate(blocks):
        progress(i / len(blocks))
        samples = _read(recording, first, last, n_fft)
        frames = np.lib.stride_tricks.sliding_window_view(samples, n_fft, axis=1)[:, :: n_fft // 2]
        spectrum = np.fft.rfft(frames * window)
        power += np.square(np.abs(spectrum)).mean(axis=0).sum(axis=0)
        n_windows += frames.shape[1]
    progress(1.0)
    return Spectrum(
        np.linspace(0.0, recording.sample_rate / 2, len(power)),
        power_to_db(power / n_windows, LOWEST_DB),
    )


def _blocks(start: int, stop: int, n_fft: int) -> list[tuple[int, int]]:
    """Spans whose windows are averaged; each begins on the grid of half windows."""
    hop = n_fft // 2
    n_windows = max(1, (stop - start - n_fft) // hop + 1)
    if n_windows <= MOST_WINDOWS:
        edges = list(range(0, n_windows, BLOCK_WINDOWS))
        counts = [min(BLOCK_WINDOWS, n_windows - edge) for edge in edges]
    else:
        edges = [round(i * (n_windows - BLOCK_WINDOWS) / (BLOCKS - 1)) for i in range(BLOCKS)]
        counts = [BLOCK_WINDOWS] * BLOCKS
    return [
        (start + edge * hop, min(stop, start + (edge + count - 1) * hop + n_fft))
        for edge, count in zip(edges, counts, strict=True)
    ]


def _read(recording: Recording, first: int, last: int, n_fft: int) -> Samples:
    """Samples of a block; one shorter than a window is taken to lie in silence."""
    samples = read_padded(recording, first, last)
    missing = n_fft - samples.shape[1]
    if missing <= 0:
        return samples
    return np.pad(samples, ((0, 0), (missing // 2, missing - missing // 2)))
