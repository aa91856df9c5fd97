"""The bands of a constant-Q transform: spectrum to coefficients and back.

Shapes, as einops patterns:
    spectrum       (signal bin)              complex
    buffer         (signal band_slot)        complex; n_bands rows of n_frames slots in a row
    coefficients   (signal band frame)       complex
"""

import math
from itertools import pairwise
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.transforms.layout import (
    Positions,
    end_scale,
    end_weights,
    flank_weights,
    octave_scale,
)

# Longer runs are copied one by one; an index of every bin would only cost memory.
_LONGEST_INDEXED_RUN = 4096


class Group(Protocol):
    """Bands whose coefficients make one tensor."""

    def analyse(self, spectrum: Tensor, transposed: bool) -> Tensor:
        """Coefficients (signal band frame); transposed: of the synthesis."""

    def synthesise(self, coefficients: Tensor, spectrum: Tensor, transposed: bool) -> None:
        """Add what coefficients hold to the spectrum; transposed: of the analysis."""


class Flank:
    """One half, rising or falling, of every band of an octave: runs of bins and their slots."""

    def __init__(
        self, edges: Positions, slots: Positions, weights: NDArray[np.float64], like: Tensor
    ) -> None:
        """Lay out the runs.

        Args:
            edges: (run + 1) first bin of each run, and the end of the last.
            slots: (run) where each run starts in the buffer.
            weights: of every bin in [edges[0], edges[-1]).
            like: a real tensor of the wanted type on the wanted device.
        """
        self._runs = list(zip(edges[:-1].tolist(), edges[1:].tolist(), slots.tolist(), strict=True))
        self._first, self._stop = int(edges[0]), int(edges[-1])
        self._weights = torch.from_numpy(weights).to(like)
        lengths = np.diff(edges)
        self._index: Tensor | None = None
        if lengths.max() <= _LONGEST_INDEXED_RUN:
            index = np.arange(self._first, self._stop) + np.repeat(slots - edges[:-1], lengths)
            self._index = torch.from_numpy(index).to(like.device)

    def write(self, spectrum: Tensor, buffer: Tensor) -> None:
        """Put the weighted bins into their slots of the buffer."""
        if self._index is not None:
            weighted = spectrum[:, self._first : self._stop] * self._weights
            # index_copy_ and index_select take five times as long for the same.
            buffer.scatter_(1, self._index.expand(len(buffer), -1), weighted)
            return
        for start, stop, slot in self._runs:
            weights = self._weights[start - self._first : stop - self._first]
            target = buffer[:, slot : slot + stop - start]
            torch.mul(spectrum[:, start:stop], weights, out=target)

    def add(self, buffer: Tensor, spectrum: Tensor, gain: float) -> None:
        """Add the weighted slots of the buffer, times a gain, to their bins."""
        if self._index is not None:
            bins = buffer.gather(1, self._index.expand(len(buffer), -1))
            spectrum[:, self._first : self._stop].addcmul_(bins, self._weights, value=gain)
            return
        for start, stop, slot in self._runs:
            weights = self._weights[start - self._first : stop - self._first]
            bins = buffer[:, slot : slot + stop - start]
            spectrum[:, start:stop].addcmul_(bins, weights, value=gain)


class Octave:
    """The bands of one octave: spectrum to coefficients and back."""

    def __init__(self, edges: Positions, n_frames: int, grid: int, like: Tensor) -> None:
        """Lay out the bands.

        Args:
            edges: (band + 2) their centres, with the neighbours below and above.
            n_frames: frames of the octave.
            grid: length of the real signal the spectrum belongs to.
            like: a real tensor of the wanted type on the wanted device.
        """
        self._n_bands = len(edges) - 2
        self._n_frames = n_frames
        self._scale = octave_scale(edges, n_frames)
        self._grid = grid
        norm = self._scale / math.sqrt(grid)
        rise, _ = flank_weights(edges[:-1])
        _, fall = flank_weights(edges[1:])
        rows = n_frames * np.arange(self._n_bands)
        # The centre of a band is slot 0 of its row; what lies below it wraps to the row's end.
        below = rows + n_frames - np.diff(edges[:-1])
        self._flanks = (
            Flank(edges[:-1], below, norm * rise, like),
            Flank(edges[1:], rows, norm * fall, like),
        )

    def analyse(self, spectrum: Tensor, transposed: bool) -> Tensor:
        """Coefficients (signal band frame); transposed: of the synthesis."""
        coefficients: Tensor = torch.fft.ifft(self._buffer(spectrum, transposed), norm="ortho")
        return coefficients

    def synthesise(self, coefficients: Tensor, spectrum: Tensor, transposed: bool) -> None:
        """Add what coefficients hold to the spectrum; transposed: of the analysis."""
        gain = 0.5 * self._grid if transposed else self._grid / self._scale**2
        buffer = torch.fft.fft(coefficients, norm="ortho").flatten(1)
        for flank in self._flanks:
            flank.add(buffer, spectrum, gain)

    def _buffer(self, spectrum: Tensor, transposed: bool) -> Tensor:
        """The weighted bins (signal band slot)."""
        buffer = spectrum.new_zeros(spectrum.shape[0], self._n_bands * self._n_frames)
        for flank in self._flanks:
            flank.write(spectrum, buffer)
        if transposed:
            buffer.mul_(2.0 / self._scale**2)
        return buffer.view(-1, self._n_bands, self._n_frames)


class Matrix:
    """The bands of all octaves in one tensor, with one number of frames."""

    def __init__(self, edges: list[Positions], n_frames: int, grid: int, like: Tensor) -> None:
        """Lay out the bands; edges of each octave, the rest as for an Octave."""
        self._octaves = [Octave(each, n_frames, grid, like) for each in edges]
        stops = np.cumsum([len(each) - 2 for each in edges]).tolist()
        self._rows = [slice(*each) for each in pairwise((0, *stops))]
        self._shape = (stops[-1], n_frames)

    def analyse(self, spectrum: Tensor, transposed: bool) -> Tensor:
        """Coefficients (signal band frame); transposed: of the synthesis."""
        matrix = spectrum.new_empty(len(spectrum), *self._shape)
        # One octave after another: a buffer of all bands would be as large as the matrix.
        for rows, octave in zip(self._rows, self._octaves, strict=True):
            matrix[:, rows] = octave.analyse(spectrum, transposed)
        return matrix

    def synthesise(self, coefficients: Tensor, spectrum: Tensor, transposed: bool) -> None:
        """Add what coefficients hold to the spectrum; transposed: of the analysis."""
        for rows, octave in zip(self._rows, self._octaves, strict=True):
            octave.synthesise(coefficients[:, rows], spectrum, transposed)


class End:
    """The band around 0 Hz or around Nyquist: a real sequence, as complex numbers.

    It is what the octaves leave at this end of the spectrum, at a low rate; around Nyquist, of the
    signal with every other sample negated. Imaginary parts are 0, and are not heard.
    """

    def __init__(
        self,
        weights: NDArray[np.float64],
        n_frames: int,
        grid: int,
        like: Tensor,
        *,
        is_nyquist: bool,
    ) -> None:
        """Lay out the band.

        Args:
            weights: of the bins from its centre on.
            n_frames: frames of the band, at least twice as many as weights.
            grid: length of the real signal the spectrum belongs to.
            like: a real tensor of the wanted type on the wanted device.
            is_nyquist: whether it lies there, or else around 0 Hz.
        """
        self._n_frames = n_frames
        self._scale = end_scale(weights, n_frames)
        self._grid = grid
        self._is_nyquist = is_nyquist
        self._weights = torch.from_numpy(weights * self._scale / math.sqrt(grid)).to(like)

    def analyse(self, spectrum: Tensor, transposed: bool) -> Tensor:
        """Coefficients (signal 1 frame); transposed: of the synthesis."""
        n_bins = len(self._weights)
        bins = spectrum[:, -n_bins:].flip(1).conj() if self._is_nyquist else spectrum[:, :n_bins]
        weights = self._weights / self._scale**2 if transposed else self._weights
        sequence: Tensor = torch.fft.irfft(bins * weights, self._n_frames, norm="ortho")
        return sequence.to(spectrum.dtype)[:, None]

    def synthesise(self, coefficients: Tensor, spectrum: Tensor, transposed: bool) -> None:
        """Add what coefficients hold to the spectrum; transposed: of the analysis."""
        n_bins = len(self._weights)
        gain = self._grid if transposed else self._grid / self._scale**2
        bins = torch.fft.rfft(coefficients[:, 0].real, norm="ortho")[:, :n_bins]
        bins = bins * (gain * self._weights)
        if self._is_nyquist:
            spectrum[:, -n_bins:] += bins.flip(1).conj()
        else:
            spectrum[:, :n_bins] += bins


class Residual:
    """What lies below the lowest and above the highest band, as bins of the spectrum."""

    def __init__(self, positions: Positions, grid: int, like: Tensor) -> None:
        """Lay out the bins.

        Args:
            positions: (band + 2) centres of all bands, and of the neighbours of the outermost.
            grid: length of the real signal the spectrum belongs to.
            like: a real tensor of the wanted type on the wanted device.
        """
        self._grid = grid
        self._stop, self._start = int(positions[1]), int(positions[-2])
        bass, top = end_weights(positions)
        # A band has no weight at its neighbour's centre: the first bin above is 0.
        weights = np.concatenate((bass, top[::-1])) / math.sqrt(grid)
        self._weights = torch.from_numpy(weights).to(like)
        # A bin inside stands for itself and its mirror image; 0 Hz and Nyquist have none.
        self._images = torch.full_like(self._weights, 2.0)
        self._images[0] = self._images[-1] = 1.0

    def analyse(self, spectrum: Tensor, transposed: bool) -> Tensor:
        """Coefficients (signal bin); transposed: of the synthesis."""
        bins = torch.cat((spectrum[:, : self._stop], spectrum[:, self._start :]), 1)
        return bins * (self._weights * self._images if transposed else self._weights)

    def synthesise(self, coefficients: Tensor, spectrum: Tensor, transposed: bool) -> None:
        """Add the coefficients to the spectrum; transposed: of the analysis."""
        weights = self._weights / self._images if transposed else self._weights
        bins = coefficients * (self._grid * weights)
        spectrum[:, : self._stop] += bins[:, : self._stop]
        spectrum[:, self._start :] += bins[:, self._stop :]
