"""The bands of a constant-Q transform: which bin of the spectrum goes where, with what weight.

Between two neighbouring band centres lies a cell of the spectrum. Over it the upper half of one
band falls while the lower half of the next one rises. With r = sin^2(pi t / 2), the flank of a Hann
window, the weights are

    rise = r / sqrt(r^2 + (1 - r)^2),   fall = (1 - r) / sqrt(r^2 + (1 - r)^2),   t in [0, 1),

so rise^2 + fall^2 = 1: the frame is tight, analysis and synthesis share one window, and no division
amplifies an edit. It is the canonical tight frame of the Hann frame, up to rounding of lengths.

Shapes, as einops patterns:
    spectrum   (signal bin)            complex
    buffer     (signal band_slot)      complex; n_bands rows of n_frames slots, one after the other
"""

import math

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

Positions = NDArray[np.int64]

# Longer runs are copied one by one; an index of every bin would only cost memory.
_LONGEST_INDEXED_RUN = 4096


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
        buffer = spectrum.new_zeros(spectrum.shape[0], self._n_bands * self._n_frames)
        for flank in self._flanks:
            flank.write(spectrum, buffer)
        if transposed:
            buffer.mul_(2.0 / self._scale**2)
        coefficients: Tensor = torch.fft.ifft(
            buffer.view(-1, self._n_bands, self._n_frames), norm="ortho"
        )
        return coefficients

    def synthesise(self, coefficients: Tensor, spectrum: Tensor, transposed: bool) -> None:
        """Add what coefficients hold to the spectrum; transposed: of the analysis."""
        gain = 0.5 * self._grid if transposed else self._grid / self._scale**2
        buffer = torch.fft.fft(coefficients, norm="ortho").flatten(1)
        for flank in self._flanks:
            flank.add(buffer, spectrum, gain)


class Residual:
    """What lies below the lowest and above the highest band, as bins of the spectrum."""

    def __init__(self, below: Positions, above: Positions, grid: int, like: Tensor) -> None:
        """Lay out the bins.

        Args:
            below: centre of the lowest band's neighbour and of the lowest band.
            above: centre of the highest band, and the bin of Nyquist.
            grid: length of the real signal the spectrum belongs to.
            like: a real tensor of the wanted type on the wanted device.
        """
        self._grid = grid
        self._stop, self._start = int(below[-1]), int(above[0])
        rest = np.ones(int(below[0]))
        (_, fall), (rise, _) = flank_weights(below), flank_weights(above)
        weights = np.concatenate((rest, fall, rise, [1.0])) / math.sqrt(grid)
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


def flank_weights(edges: Positions) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(rise, fall) of every bin in the cells between the edges."""
    lengths = np.diff(edges)
    bins = np.arange(edges[0], edges[-1], dtype=np.float64)
    t = (bins - np.repeat(edges[:-1], lengths)) / np.repeat(lengths, lengths)
    rise = np.sin(0.5 * np.pi * t) ** 2
    fall = 1.0 - rise
    norm = np.hypot(rise, fall)
    return rise / norm, fall / norm


def frames_per_octave(positions: Positions, bins_per_octave: int) -> tuple[int, ...]:
    """The least powers of two, each twice the one below, that hold the bands of each octave.

    Args:
        positions: centres of all bands, with the neighbour below the first and above the last.
        bins_per_octave: bands of an octave.
    """
    lengths = (positions[2:] - positions[:-2]).reshape(-1, bins_per_octave).max(1).tolist()
    lowest = max((length - 1).bit_length() - octave for octave, length in enumerate(lengths))
    return tuple(1 << (max(lowest, 0) + octave) for octave in range(len(lengths)))


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
