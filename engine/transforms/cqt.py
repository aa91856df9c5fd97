"""Constant-Q transform with exact reconstruction, by a tight nonstationary Gabor frame.

One Fourier transform of the whole segment, then one inverse Fourier transform per octave of all
its bands at once. Bands lie at f_k = sample_rate / 2 * 2^(k / bins_per_octave - n_octaves). Every
octave has a power of two of frames, twice as many as the octave below, and white noise has the same
variance in each. What lies below the lowest and above the highest band is the residual, so
`inverse(forward(x))` is `x`, bass and Nyquist included. Gradients pass through both directions.

The segment is a circle: what an edit puts at its end leaks into its start, over about the length
of the longest window, `longest_window_s`. Give it that much context.

Shapes, as einops patterns:
    samples     (batch channel time)        float32 or float64, full scale = 1.0
    octave      (batch channel bin frame)   complex64 or complex128, low bins first
    residual    (batch channel bin)         complex; bins of the spectrum of the segment

References:
    Balazs, Doerfler, Jaillet, Holighaus, Velasco, "Theory, implementation and applications of
    nonstationary Gabor frames", J. Comput. Appl. Math. 236(6), 2011.
    Velasco, Holighaus, Doerfler, Grill, "Constructing an invertible constant-Q transform with
    nonstationary Gabor frames", DAFx 2011.
"""

import math
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.errors import SettingsError
from engine.transforms.bands import Octave, Residual, frames_per_octave, octave_scale
from engine.transforms.real_fft import RealFFT, cheap_length

_LONGEST_WINDOW_EXPONENT = 21


class Coefficients(NamedTuple):
    """What `CQT.forward` gives: nothing of the segment is missing in it.

    Attributes:
        octaves: (batch channel bin frame) of each octave, the lowest first.
        residual: (batch channel bin), what no octave covers. Leave it as it is to keep the
            lowest bass and the edge of Nyquist of the segment; zero it to remove them.
    """

    octaves: tuple[Tensor, ...]
    residual: Tensor


class CQT:
    """Constant-Q transform of segments of one length.

    Attributes:
        n_samples: length of the segments.
        sample_rate: in Hz.
        n_octaves: octaves below Nyquist.
        bins_per_octave: bins of each octave.
        n_frames: frames of each octave, the lowest first.
        frequencies_hz: (octave bin) centre of each bin, float64.
    """

    def __init__(
        self, n_samples: int, sample_rate: int, n_octaves: int = 8, bins_per_octave: int = 32
    ) -> None:
        """Lay out the bands; tables are made at the first use on a device, and kept.

        Raises:
            SettingsError: a length, rate or number of bands that no transform can have.
        """
        shortest_grid = _shortest_grid(n_samples, sample_rate, n_octaves, bins_per_octave)
        self.n_samples = n_samples
        self.sample_rate = sample_rate
        self.n_octaves = n_octaves
        self.bins_per_octave = bins_per_octave
        self._grid = cheap_length(max(n_samples, shortest_grid))
        n_bands = n_octaves * bins_per_octave
        fractions = 2.0 ** ((np.arange(-1, n_bands + 1) - n_bands) / bins_per_octave)
        self._positions = np.round(fractions * (self._grid // 2)).astype(np.int64)
        self.frequencies_hz: NDArray[np.float64] = (
            0.5 * sample_rate * fractions[1:-1].reshape(n_octaves, bins_per_octave)
        )
        self.n_frames = frames_per_octave(self._positions, bins_per_octave)
        self._fft = RealFFT(self._grid)
        self._octave_edges = [
            self._positions[first : first + bins_per_octave + 2]
            for first in range(0, n_bands, bins_per_octave)
        ]
        self._bands_of: dict[tuple[torch.device, torch.dtype], _Bands] = {}

    @property
    def redundancy(self) -> float:
        """Real numbers per sample; it jumps where a longer segment needs twice the frames."""
        return 2.0 * self.bins_per_octave * sum(self.n_frames) / self.n_samples

    @property
    def longest_window_s(self) -> float:
        """Length of the window of the lowest bin."""
        return float(2.0 / (self.frequencies_hz[0, 0] * (2.0 ** (1 / self.bins_per_octave) - 1.0)))

    @property
    def sine_magnitudes(self) -> tuple[float, ...]:
        """For each octave, the magnitude of its coefficients for a sine of amplitude 1.0.

        The sine lies at the centre of a bin; divide by it to read levels.
        """
        return tuple(
            0.5 * octave_scale(edges, frames) * math.sqrt(self._grid / frames)
            for edges, frames in zip(self._octave_edges, self.n_frames, strict=True)
        )

    def times_s(self, octave: int) -> NDArray[np.float64]:
        """Time of each frame of an octave; the last ones may lie beyond the end of the segment."""
        n_frames = self.n_frames[octave]
        hop_s = self._grid / n_frames / self.sample_rate
        return hop_s * np.arange(n_frames, dtype=np.float64)

    def forward(self, samples: Tensor) -> Coefficients:
        """Coefficients of samples (batch channel time); half precision is computed in float32."""
        assert samples.ndim == 3, samples.shape
        assert samples.shape[-1] == self.n_samples, (samples.shape, self.n_samples)
        signals = samples.flatten(0, 1)
        wide = signals if signals.dtype == torch.float64 else signals.float()
        residual, *octaves = _Analysis.apply(self, False, wide)  # type: ignore[no-untyped-call]
        batch_channel = samples.shape[:2]
        return Coefficients(
            tuple(octave.view(*batch_channel, *octave.shape[1:]) for octave in octaves),
            residual.view(*batch_channel, -1),
        )

    def inverse(self, coefficients: Coefficients) -> Tensor:
        """Samples (batch channel time) of coefficients, edited ones too."""
        octaves, residual = coefficients
        assert len(octaves) == self.n_octaves, len(octaves)
        signals: Tensor = _Synthesis.apply(  # type: ignore[no-untyped-call]
            self, False, residual.flatten(0, 1), *(octave.flatten(0, 1) for octave in octaves)
        )
        return signals.view(*residual.shape[:2], -1)[..., : self.n_samples]

    def _bands(self, like: Tensor) -> "_Bands":
        key = (like.device, like.dtype)
        if key not in self._bands_of:
            octaves = [
                Octave(edges, frames, self._grid, like)
                for edges, frames in zip(self._octave_edges, self.n_frames, strict=True)
            ]
            residual = Residual(self._positions[:2], self._positions[-2:], self._grid, like)
            self._bands_of[key] = _Bands(octaves, residual)
        return self._bands_of[key]

    def _analyse(self, samples: Tensor, transposed: bool) -> tuple[Tensor, ...]:
        """Residual and octaves of samples (signal time); transposed: of the inverse."""
        bands = self._bands(samples)
        with torch.autocast(samples.device.type, enabled=False):
            spectrum = self._fft.forward(samples)
            residual = bands.residual.analyse(spectrum, transposed)
            # The highest octave first: all others fit into the memory its work leaves free.
            octaves = [octave.analyse(spectrum, transposed) for octave in reversed(bands.octaves)]
            return residual, *reversed(octaves)

    def _synthesise(self, transposed: bool, residual: Tensor, *octaves: Tensor) -> Tensor:
        """Samples (signal time) of the whole grid; transposed: of the forward transform."""
        bands = self._bands(residual.real)
        with torch.autocast(residual.device.type, enabled=False):
            spectrum = residual.new_zeros(len(residual), self._grid // 2 + 1)
            bands.residual.synthesise(residual, spectrum, transposed)
            for octave, coefficients in zip(
                reversed(bands.octaves), reversed(octaves), strict=True
            ):
                octave.synthesise(coefficients, spectrum, transposed)
            return self._fft.inverse(spectrum)


class _Bands(NamedTuple):
    """The tables of one type on one device."""

    octaves: list[Octave]
    residual: Residual


class _Analysis(torch.autograd.Function):
    """Samples to coefficients; the gradient is the transpose, without a graph in between."""

    @staticmethod
    def forward(ctx: Any, cqt: CQT, transposed: bool, samples: Tensor) -> tuple[Tensor, ...]:
        ctx.cqt, ctx.transposed, ctx.n_samples = cqt, transposed, samples.shape[-1]
        return cqt._analyse(samples, transposed)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[None, None, Tensor]:
        samples = _Synthesis.apply(ctx.cqt, not ctx.transposed, *gradients)  # type: ignore[no-untyped-call]
        return None, None, samples[:, : ctx.n_samples]


class _Synthesis(torch.autograd.Function):
    """Coefficients to samples; the gradient is the transpose, without a graph in between."""

    @staticmethod
    def forward(ctx: Any, cqt: CQT, transposed: bool, residual: Tensor, *octaves: Tensor) -> Tensor:
        ctx.cqt, ctx.transposed = cqt, transposed
        return cqt._synthesise(transposed, residual, *octaves)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:
        coefficients = _Analysis.apply(ctx.cqt, not ctx.transposed, gradient)  # type: ignore[no-untyped-call]
        return None, None, *coefficients


def _shortest_grid(n_samples: int, sample_rate: int, n_octaves: int, bins_per_octave: int) -> int:
    """Samples that let the bands of the lowest octave lie a bin apart.

    Raises:
        SettingsError: a length, rate or number of bands that no transform can have.
    """
    settings = {
        "n_samples": n_samples,
        "sample_rate": sample_rate,
        "n_octaves": n_octaves,
        "bins_per_octave": bins_per_octave,
    }
    for name, value in settings.items():
        if value < 1:
            raise SettingsError(f"{name} = {value} must be at least 1")
    # Logarithms, as 2^n_octaves may be too large for a float.
    exponent = n_octaves + 1 - math.log2(2.0 ** (1.0 / bins_per_octave) - 1.0)
    if exponent > _LONGEST_WINDOW_EXPONENT:
        raise SettingsError(
            f"n_octaves = {n_octaves} with bins_per_octave = {bins_per_octave} needs windows "
            f"of more than 2^{_LONGEST_WINDOW_EXPONENT} samples; lower one of them"
        )
    return math.ceil(math.pow(2.0, exponent))
