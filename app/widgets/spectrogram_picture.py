"""Spectrogram tiles as pictures: bins mapped to rows of a frequency axis, values to colours.

Shapes:
    values   (bin frame)   uint8, as engine/spectrogram.py makes them
    rows     (row frame)   uint8, the highest frequency first
"""

import numpy as np
from numpy.typing import NDArray

_RIM = 1.06
"""How far, as a ratio, the first and the last bin are taken to reach: a semitone."""


class RowMap:
    """Which bins each row shows: the largest of several, or one between two neighbours."""

    def __init__(self, bins_hz: NDArray[np.float64], edges_hz: NDArray[np.float64]) -> None:
        """Prepare the map.

        Args:
            bins_hz: centre of each bin, rising.
            edges_hz: edges of the rows, rising, one more than there are rows.
        """
        n_bins = len(bins_hz)
        place = np.interp(edges_hz, bins_hz, np.arange(n_bins, dtype=np.float64))
        centre = 0.5 * (place[:-1] + place[1:])
        # a row with the centre of a bin in it shows that bin, or the peak of a tone would be lost
        bin_inside = np.ceil(place[:-1])
        centre = np.where(bin_inside < place[1:], bin_inside, centre)
        self._is_wide = np.diff(place) >= 1.0
        first = np.clip(np.rint(place[:-1]), 0, n_bins - 1).astype(np.intp)
        self._starts = first[self._is_wide]
        self._stop = int(np.clip(np.rint(place[-1]), 1, n_bins))
        self._stop = max(self._stop, int(self._starts[-1]) + 1) if len(self._starts) else 0
        below = np.minimum(centre[~self._is_wide].astype(np.intp), max(n_bins - 2, 0))
        self._below = below
        self._weight = np.rint(256 * (centre[~self._is_wide] - below)).astype(np.uint16)[:, None]
        middle_hz = 0.5 * (edges_hz[:-1] + edges_hz[1:])
        self._is_outside = (middle_hz < bins_hz[0] / _RIM) | (middle_hz > bins_hz[-1] * _RIM)

    def rows(self, values: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Rows (row frame) of a tile."""
        rows = np.zeros((len(self._is_wide), values.shape[1]), np.uint8)
        if len(self._starts):
            rows[self._is_wide] = np.maximum.reduceat(values[: self._stop], self._starts, axis=0)
        if len(self._below):
            lower = values[self._below].astype(np.uint16) * (256 - self._weight)
            upper = values[self._below + 1].astype(np.uint16) * self._weight
            rows[~self._is_wide] = ((lower + upper) >> 8).astype(np.uint8)
        rows[self._is_outside] = 0
        return rows[::-1]
