"""Cell spectra: the mean level in dB of each bin over an eighth of a second, of a whole recording.

A mean of dB, not of power: clicks of a disc, loud in few frames, hardly move it, and noise has a
known spread in it whatever its level.

Shapes:
    levels_db   (cell bin)   float16
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.audio import Recording, Samples
from engine.progress import Progress, ignore

CELL_S = 0.125
_HOPS = 5
"""Frames that begin in a cell; each is four of their hops long, so that bins are 10 Hz wide."""
_OVERLAP = 4
_TOP_HZ = 6000.0
"""Partials above it always have others below it."""
_TOP_SHARE = 0.84
"""Of Nyquist: what lies above it is the slope of somebody's filter."""
_CELLS_AT_ONCE = 64
_TINY = 1e-13


@dataclass(frozen=True, eq=False)
class CellSpectra:
    """What is known of each cell.

    Attributes:
        cell_s: how long one is.
        hz: centre of each bin.
        levels_db: of each bin (cell bin), a mean over frames and the sum of all channels.
        powers: mean square over all channels, without offset (cell).
        weakest: the least power of a hop in it (cell); digital silence has none.
    """

    cell_s: float
    hz: NDArray[np.float64]
    levels_db: NDArray[np.float16]
    powers: NDArray[np.float64]
    weakest: NDArray[np.float64]


def cell_spectra(recording: Recording, progress: Progress = ignore) -> CellSpectra:
    """Read a recording once, in blocks; what is left of it after the last whole cell is left out.

    Raises:
        EngineError: it cannot be read.
        Cancelled: progress said so.
    """
    rate = recording.sample_rate
    hop = max(1, round(CELL_S * rate / _HOPS))
    frame = _OVERLAP * hop
    hz = np.arange(frame // 2 + 1, dtype=np.float64) * (rate / frame)
    n_bins = int(np.searchsorted(hz, min(_TOP_HZ, 0.5 * _TOP_SHARE * rate)))
    n_cells = max(0, (recording.n_samples - frame + hop) // (_HOPS * hop))
    levels_db = np.empty((n_cells, n_bins), np.float16)
    powers, weakest = np.empty(n_cells), np.empty(n_cells)
    window = np.hanning(frame + 1)[:-1].astype(np.float32)
    window *= np.float32(1.0 / np.sqrt(np.sum(np.square(window))))
    for first, samples in _blocks(recording, n_cells, hop, frame, progress):
        last = first + (samples.shape[1] - frame + hop) // (_HOPS * hop)
        levels_db[first:last] = _levels_db(samples, hop, window, n_bins)
        hops = samples[:, : (last - first) * _HOPS * hop].astype(np.float64)
        hops = hops.reshape(len(samples), last - first, _HOPS, hop)
        squares = np.square(hops - hops.mean(axis=(2, 3), keepdims=True)).mean(axis=3)
        powers[first:last] = squares.mean(axis=(0, 2))
        weakest[first:last] = hops.var(axis=3).max(axis=0).min(axis=1)
    return CellSpectra(
        _HOPS * hop / rate, np.asarray(hz[:n_bins], np.float64), levels_db, powers, weakest
    )


def _blocks(
    recording: Recording, n_cells: int, hop: int, frame: int, progress: Progress
) -> Iterator[tuple[int, Samples]]:
    """The first cell of each block, and its samples with those that its last frames reach into."""
    for first in range(0, n_cells, _CELLS_AT_ONCE):
        progress(first / n_cells)
        last = min(first + _CELLS_AT_ONCE, n_cells)
        stop = last * _HOPS * hop + frame - hop
        yield first, recording.read(first * _HOPS * hop, stop).samples


def _levels_db(
    samples: Samples, hop: int, window: NDArray[np.float32], n_bins: int
) -> NDArray[np.float32]:
    """Mean levels (cell bin) of a block."""
    power: NDArray[np.float32] | None = None
    for channel in samples:
        frames = np.lib.stride_tricks.sliding_window_view(channel, len(window))[::hop]
        spectrum = np.fft.rfft(frames * window)[:, :n_bins]
        own = np.square(spectrum.real) + np.square(spectrum.imag)
        power = own if power is None else power + own
    assert power is not None
    frames_db = 10.0 * np.log10(power + np.float32(_TINY))
    levels: NDArray[np.float32] = frames_db.reshape(-1, _HOPS, n_bins).mean(axis=1)
    return levels
