"""How a constant-Q transform holds its coefficients: which bands make one tensor.

Entry i of everything here is about entry i of `Coefficients.octaves`.
"""

import math
from collections.abc import Callable
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from engine.transforms.bands import End, Group, Matrix, Octave, Residual
from engine.transforms.layout import (
    Layout,
    common_frames,
    doubling_frames,
    end_scale,
    end_weights,
    octave_scale,
)

PerBin = NDArray[np.float64]


class Form(Protocol):
    """One way to hold the coefficients.

    Attributes:
        n_frames: frames of each tensor.
        centres: (bin) of each tensor, over Nyquist.
        sine_magnitudes: (bin) of each tensor, of its coefficients for a sine of amplitude 1.0.
    """

    n_frames: tuple[int, ...]
    centres: tuple[PerBin, ...]
    sine_magnitudes: tuple[PerBin, ...]

    def groups(self, like: Tensor) -> list[Group]:
        """The bands of each tensor, of the type and on the device of a real tensor."""

    def residual(self, like: Tensor) -> Residual | None:
        """What lies beyond the octaves, where no tensor holds it."""


class OctaveForm:
    """A tensor for each octave, with twice the frames of the octave below; and the residual."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self.n_frames = doubling_frames(layout.lengths)
        self.centres = tuple(layout.per_octave(layout.centres))
        self.sine_magnitudes = _octave_magnitudes(layout, self.n_frames)

    def groups(self, like: Tensor) -> list[Group]:
        """The bands of each tensor, of the type and on the device of a real tensor."""
        return [
            Octave(edges, n_frames, self._layout.grid, like)
            for edges, n_frames in zip(self._layout.edges, self.n_frames, strict=True)
        ]

    def residual(self, like: Tensor) -> Residual:
        """What lies beyond the octaves."""
        return Residual(self._layout.positions, self._layout.grid, like)


class CompleteForm:
    """A tensor for each octave, and one for each end of the spectrum."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._bass, self._top = end_weights(layout.positions)
        *lower, highest = layout.lengths
        # The band around Nyquist has the frames of the highest octave.
        octaves = doubling_frames((*lower, max(highest, 2 * len(self._top))))
        bass = 1 << (2 * len(self._bass) - 1).bit_length()
        self.n_frames = (max(bass, octaves[0]), *octaves, octaves[-1])
        self.centres = (np.zeros(1), *layout.per_octave(layout.centres), np.ones(1))
        self.sine_magnitudes = (
            self._end_magnitude(self._bass, self.n_frames[0]),
            *_octave_magnitudes(layout, octaves),
            self._end_magnitude(self._top, self.n_frames[-1]),
        )

    def groups(self, like: Tensor) -> list[Group]:
        """The bands of each tensor, of the type and on the device of a real tensor."""
        grid = self._layout.grid
        bass, *octaves, top = self.n_frames
        return [
            End(self._bass, bass, grid, like, is_nyquist=False),
            *(
                Octave(edges, n_frames, grid, like)
                for edges, n_frames in zip(self._layout.edges, octaves, strict=True)
            ),
            End(self._top, top, grid, like, is_nyquist=True),
        ]

    def residual(self, like: Tensor) -> None:
        """Nothing is left."""

    def _end_magnitude(self, weights: PerBin, n_frames: int) -> PerBin:
        return np.array([end_scale(weights, n_frames) * math.sqrt(self._layout.grid / n_frames)])


class MatrixForm:
    """One tensor of all bins, with one number of frames; and the residual."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        n_frames = common_frames(max(layout.lengths))
        self.n_frames: tuple[int, ...] = (n_frames,)
        self.centres: tuple[PerBin, ...] = (layout.centres,)
        per_octave = _octave_magnitudes(layout, (n_frames,) * len(layout.bins))
        self.sine_magnitudes: tuple[PerBin, ...] = (np.concatenate(per_octave),)

    def groups(self, like: Tensor) -> list[Group]:
        """The bands of the tensor, of the type and on the device of a real tensor."""
        return [Matrix(self._layout.edges, self.n_frames[0], self._layout.grid, like)]

    def residual(self, like: Tensor) -> Residual:
        """What lies beyond the octaves."""
        return Residual(self._layout.positions, self._layout.grid, like)


def _octave_magnitudes(layout: Layout, n_frames: tuple[int, ...]) -> tuple[PerBin, ...]:
    return tuple(
        np.full(n_bins, 0.5 * octave_scale(edges, frames) * math.sqrt(layout.grid / frames))
        for n_bins, edges, frames in zip(layout.bins, layout.edges, n_frames, strict=True)
    )


FORMS: dict[str, Callable[[Layout], Form]] = {
    "oct": OctaveForm,
    "oct_complete": CompleteForm,
    "matrix": MatrixForm,
}
