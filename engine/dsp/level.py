"""Levels of a programme that comes block by block: peak, true peak, RMS, clipped samples.

The true peak is the highest value of the wave between the samples as well, read from four times as
many points. Those in between are interpolated by a sinc of 12 samples under a Kaiser window; the
samples themselves need no filter, so it is never below the peak. At most 0.6 dB are missed, below
0.45 of the sample rate.

Shapes:
    block   (channel time)   float32, full scale = 1.0

References:
    ITU-R BS.1770-5, "Algorithms to measure audio programme loudness and true-peak audio level",
    annex 2.
"""

from collections import deque
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.audio import Samples
from engine.units import SILENCE_DB, amplitude_to_db

TAPS = 12
KAISER_BETA = 5.0
RMS_S = 0.3
FULL_SCALE = 1.0 - 2.0**-15
"""The highest positive value of 16 bits; what reaches it counts as clipped."""


@dataclass(frozen=True)
class Level:
    """What one channel has come to.

    clipped: samples that reached full scale.
    """

    peak_dbfs: float = SILENCE_DB
    true_peak_dbfs: float = SILENCE_DB
    rms_dbfs: float = SILENCE_DB
    clipped: int = 0


class LevelWatch:
    """Takes blocks; tells the peaks since it was asked last, and the RMS of the last 300 ms."""

    def __init__(self, sample_rate: int, n_channels: int) -> None:
        self._filters = _filters()
        self._before = np.zeros((n_channels, TAPS - 1), np.float32)
        self._rms_samples = round(RMS_S * sample_rate)
        self._energies: deque[tuple[int, NDArray[np.float32]]] = deque()
        self._n_held = 0
        self._begin()

    def add(self, block: Samples) -> None:
        """Take the samples that follow."""
        highest = np.maximum(block.max(axis=1), -block.min(axis=1))
        joined = np.concatenate((self._before, block), axis=1)
        self._before = joined[:, -(TAPS - 1) :]
        windows = np.lib.stride_tricks.sliding_window_view(joined, TAPS, axis=1)
        between = np.abs(windows @ self._filters).max(axis=(1, 2))
        np.maximum(self._peaks, highest, out=self._peaks)
        np.maximum(self._true_peaks, np.maximum(between, highest), out=self._true_peaks)
        if highest.max() >= FULL_SCALE:
            self._clipped += np.count_nonzero(np.abs(block) >= FULL_SCALE, axis=1)
        self._energies.append((block.shape[1], np.einsum("ct,ct->c", block, block)))
        self._n_held += block.shape[1]
        while self._n_held - self._energies[0][0] >= self._rms_samples:
            self._n_held -= self._energies.popleft()[0]

    def take(self) -> tuple[Level, ...]:
        """Each channel's levels since this was asked last."""
        energy = sum((each for _, each in self._energies), np.zeros(len(self._peaks), np.float32))
        rms = np.sqrt(energy / max(1, self._n_held, self._rms_samples))
        levels = tuple(
            Level(amplitude_to_db(peak), amplitude_to_db(true_peak), amplitude_to_db(mean), clipped)
            for peak, true_peak, mean, clipped in zip(
                self._peaks.tolist(),
                self._true_peaks.tolist(),
                rms.tolist(),
                self._clipped.tolist(),
                strict=True,
            )
        )
        self._begin()
        return levels

    def _begin(self) -> None:
        n_channels = len(self._before)
        self._peaks = np.zeros(n_channels, np.float32)
        self._true_peaks = np.zeros(n_channels, np.float32)
        self._clipped = np.zeros(n_channels, np.int64)


def _filters() -> NDArray[np.float32]:
    """What interpolates a quarter, a half and three quarters past a sample: (tap 3)."""
    taps = np.arange(TAPS) - (TAPS // 2 - 1)
    columns = []
    for share in (0.25, 0.5, 0.75):
        distance = taps - share
        window = np.i0(KAISER_BETA * np.sqrt(1.0 - (distance / (TAPS / 2)) ** 2)) / np.i0(
            KAISER_BETA
        )
        column = np.sinc(distance) * window
        columns.append(column / column.sum())
    filters: NDArray[np.float32] = np.array(columns, np.float32).T
    return filters
