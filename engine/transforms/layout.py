"""Where the bands of a constant-Q transform lie, with what weights and how many frames.

Between two neighbouring band centres lies a cell of the spectrum. Over it the upper half of one
band falls while the lower half of the next one rises. With r = sin^2(pi t / 2), the flank of a Hann
window, the weights are

    rise = r / sqrt(r^2 + (1 - r)^2),   fall = (1 - r) / sqrt(r^2 + (1 - r)^2),   t in [0, 1),

so rise^2 + fall^2 = 1: the frame is tight, analysis and synthesis share one window, and no division
amplifies an edit. It is the canonical tight frame of the Hann frame, up to rounding of lengths. A
cell has one width for both its bands, so it stays tight where octaves of different numbers of bins
meet.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from engine.errors import SettingsError

Positions = NDArray[np.int64]

_LONGEST_WINDOW_EXPONENT = 21
# Five halvings of the number of frames stay whole; primes up to 11 are cheap to transform.
_MATRIX_FRAMES_STEP, _LARGEST_PRIME = 32, 11


def bins_of_octaves(n_octaves: int, bins_per_octave: int | Sequence[int]) -> tuple[int, ...]:
    """Bins of each octave, lowest first, of one number for all or of one for each.

    Raises:
        SettingsError: a number below 1, or another number of values than of octaves.
    """
    if n_octaves < 1:
        raise SettingsError(f"n_octaves = {n_octaves} must be at least 1")
    if isinstance(bins_per_octave, int):
        bins = (bins_per_octave,) * n_octaves
    else:
        bins = tuple(bins_per_octave)
    if len(bins) != n_octaves:
        raise SettingsError(
            f"bins_per_octave has {len(bins)} values for n_octaves = {n_octaves}; "
            "give one number, or one for each octave"
        )
    if min(bins) < 1:
        raise SettingsError(f"bins_per_octave = {min(bins)} must be at least 1")
    return bins


def shortest_grid(bins: Sequence[int]) -> int:
    """Samples that let the lowest bands of each octave lie a bin of the spectrum apart.

    Raises:
        SettingsError: no reasonable length does.
    """
    # Logarithms, as 2^n_octaves may be too large for a float.
    exponent = max(
        len(bins) - octave + 1 - math.log2(2.0 ** (1.0 / n_bins) - 1.0)
        for octave, n_bins in enumerate(bins)
    )
    if exponent > _LONGEST_WINDOW_EXPONENT:
        raise SettingsError(
            f"n_octaves = {len(bins)} with bins_per_octave = {max(bins)} needs windows "
            f"of more than 2^{_LONGEST_WINDOW_EXPONENT} samples; lower one of them"
        )
    return math.ceil(math.pow(2.0, exponent))


@dataclass(frozen=True)
class Layout:
    """Where the bands lie on the spectrum of a real signal.

    Attributes:
        grid: length of the signal.
        bins: bands of each octave, the lowest first.
        centres: (band) over Nyquist.
        positions: (band + 2) bin of the spectrum of each centre, with the neighbour below the
            lowest, and Nyquist.
    """

    grid: int
    bins: tuple[int, ...]
    centres: NDArray[np.float64]
    positions: Positions

    @classmethod
    def of(cls, grid: int, bins: tuple[int, ...]) -> Self:
        """Lay out octaves of so many bins each below Nyquist."""
        octaves = [
            np.exp2((np.arange(n_bins) + n_bins * (octave - len(bins))) / n_bins)
            for octave, n_bins in enumerate(bins)
        ]
        below = octaves[0][0] * 2.0 ** (-1.0 / bins[0])
        centres = np.concatenate(octaves)
        wide = np.concatenate(([below], centres, [1.0]))
        return cls(grid, bins, centres, np.round(wide * (grid // 2)).astype(np.int64))

    @property
    def edges(self) -> list[Positions]:
        """(band + 2) of each octave: the positions of its bands and of the neighbours of these."""
        stops = np.cumsum(self.bins).tolist()
        return [
            self.positions[stop - n_bins : stop + 2]
            for stop, n_bins in zip(stops, self.bins, strict=True)
        ]

    @property
    def lengths(self) -> list[int]:
        """Bins of the spectrum in the longest band of each octave."""
        return [int((edges[2:] - edges[:-2]).max()) for edges in self.edges]

    def per_octave(self, values: NDArray[np.float64]) -> list[NDArray[np.float64]]:
        """Values (band) as (bin) of each octave."""
        return np.split(values, np.cumsum(self.bins)[:-1])


def doubling_frames(lengths: Sequence[int]) -> tuple[int, ...]:
    """The least powers of two, each twice the one before, that hold these numbers of bins."""
    lowest = max((length - 1).bit_length() - octave for octave, length in enumerate(lengths))
    return tuple(1 << (max(lowest, 0) + octave) for octave in range(len(lengths)))


def common_frames(length: int) -> int:
    """The least multiple of 32 that holds this number of bins and is cheap to transform."""
    factor = -(-length // _MATRIX_FRAMES_STEP)
    while not _is_cheap(factor):
        factor += 1
    return factor * _MATRIX_FRAMES_STEP


def flank_weights(edges: Positions) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(rise, fall) of every bin in the cells between the edges."""
    lengths = np.diff(edges)
    bins = np.arange(edges[0], edges[-1], dtype=np.float64)
    t = (bins - np.repeat(edges[:-1], lengths)) / np.repeat(lengths, lengths)
    rise = np.sin(0.5 * np.pi * t) ** 2
    fall = 1.0 - rise
    norm = np.hypot(rise, fall)
    return rise / norm, fall / norm


def octave_scale(edges: Positions, n_frames: int) -> float:
    """Factor that gives the coefficients of white noise the noise's variance, over the octave.

    Args:
        edges: (band + 2) centres of the bands, with the neighbours below and above.
        n_frames: frames of the octave.
    """
    rise, _ = flank_weights(edges[:2])
    _, fall = flank_weights(edges[-2:])
    # Between the outermost centres rise^2 + fall^2 = 1.
    energy = float(np.sum(rise**2) + edges[-2] - edges[1] + np.sum(fall**2))
    return math.sqrt((len(edges) - 2) * n_frames / energy)


def end_weights(positions: Positions) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """What the octaves leave: weights of the bins from 0 Hz up, and of those from Nyquist down."""
    _, fall = flank_weights(positions[:2])
    rise, _ = flank_weights(positions[-2:])
    return np.concatenate((np.ones(positions[0]), fall)), np.append(rise, 1.0)[::-1].copy()


def end_scale(weights: NDArray[np.float64], n_frames: int) -> float:
    """`octave_scale` of the band around 0 Hz or Nyquist: it counts on both sides of its centre."""
    energy = 2.0 * float(np.sum(weights**2)) - 1.0
    return math.sqrt(n_frames / energy)


def _is_cheap(number: int) -> bool:
    for prime in range(2, _LARGEST_PRIME + 1):
        while number % prime == 0:
            number //= prime
    return number == 1
