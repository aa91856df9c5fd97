"""Constant-Q transform with exact reconstruction, by a tight nonstationary Gabor frame.

One Fourier transform of the whole segment, then one inverse Fourier transform per octave of all
its bands at once. Octaves end at Nyquist; the bins of an octave lie at equal ratios, and one octave
may have more of them than another. Gradients pass through both directions. The form says how the
coefficients are held; `inverse(forward(x))` is `x` in each, bass and Nyquist included:

    oct            Every octave has a power of two of frames, twice as many as the octave below.
                   What lies below the lowest and above the highest band is the residual.
    oct_complete   The same octaves, and two bands of one bin with frames of their own in place of
                   the residual: the first lies around 0 Hz, the last around Nyquist. Both are real
                   sequences (their imaginary part is 0), so the first is the bass at a low rate.
    matrix         All bins of all octaves in one tensor with one number of frames, a multiple of
                   32, and the residual.

White noise has the same variance in each octave, and in both bands at the ends.

The segment is a circle: what an edit puts at its end leaks into its start, over about the length
of the longest window, `longest_window_s`. Give it that much context.

Shapes, as einops patterns:
    samples     (batch channel time)        float32 or float64, full scale = 1.0
    octave      (batch channel bin frame)   complex64 or complex128, low bins first; in form
                                            matrix all octaves, in oct_complete the ends too
    residual    (batch channel bin)         complex; bins of the spectrum of the segment

References:
    Balazs, Doerfler, Jaillet, Holighaus, Velasco, "Theory, implementation and applications of
    nonstationary Gabor frames", J. Comput. Appl. Math. 236(6), 2011.
    Velasco, Holighaus, Doerfler, Grill, "Constructing an invertible constant-Q transform with
    nonstationary Gabor frames", DAFx 2011.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, Self

import numpy as np
import torch
from torch import Tensor

from engine.errors import SettingsError
from engine.transforms.bands import Group, Residual
from engine.transforms.eager import eager
from engine.transforms.forms import FORMS, PerBin
from engine.transforms.layout import Layout, bins_of_octaves, shortest_grid
from engine.transforms.real_fft import RealFFT, cheap_length


class Coefficients(NamedTuple):
    """What `CQT.forward` gives: nothing of the segment is missing in it.

    Attributes:
        octaves: (batch channel bin frame) of each octave, the lowest first, between the bands at
            0 Hz and Nyquist in form oct_complete; a single one of all bins in form matrix.
        residual: (batch channel bin), what no octave covers; without bins in form oct_complete.
            Leave it as it is to keep the lowest bass and the edge of Nyquist of the segment;
            zero it to remove them.
    """

    octaves: tuple[Tensor, ...]
    residual: Tensor


class CQT:
    """Constant-Q transform of segments of one length.

    Nothing of it changes but its caches: a deep copy is the transform itself.

    Attributes:
        n_samples: length of the segments.
        sample_rate: in Hz.
        n_octaves: octaves below Nyquist.
        bins_per_octave: bins of each octave, the lowest first.
        form: how the coefficients are held.
    """

    def __init__(
        self,
        n_samples: int,
        sample_rate: int,
        n_octaves: int = 8,
        bins_per_octave: int | Sequence[int] = 32,
        form: str = "oct",
    ) -> None:
        """Lay out the bands; tables are made at the first use on a device, and kept.

        Args:
            n_samples: length of the segments.
            sample_rate: in Hz.
            n_octaves: octaves below Nyquist.
            bins_per_octave: one number for all octaves, or one for each, the lowest first.
            form: "oct", "oct_complete" or "matrix".

        Raises:
            SettingsError: a length, rate, form or number of bands that no transform can have.
        """
        for name, value in (("n_samples", n_samples), ("sample_rate", sample_rate)):
            if value < 1:
                raise SettingsError(f"{name} = {value} must be at least 1")
        if form not in FORMS:
            raise SettingsError(f"form = {form} must be one of {', '.join(FORMS)}")
        self.n_samples = n_samples
        self.sample_rate = sample_rate
        self.n_octaves = n_octaves
        self.bins_per_octave = bins_of_octaves(n_octaves, bins_per_octave)
        self.form = form
        self._grid = cheap_length(max(n_samples, shortest_grid(self.bins_per_octave)))
        self._fft = RealFFT(self._grid)
        self._form = FORMS[form](Layout.of(self._grid, self.bins_per_octave))
        self._parts_of: dict[tuple[torch.device, torch.dtype], _Parts] = {}

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self

    @property
    def n_frames(self) -> tuple[int, ...]:
        """Frames of each tensor in `Coefficients.octaves`."""
        return self._form.n_frames

    @property
    def frequencies_hz(self) -> tuple[PerBin, ...]:
        """(bin) of each tensor in `Coefficients.octaves`: the centre of each bin."""
        return tuple(0.5 * self.sample_rate * each for each in self._form.centres)

    @property
    def redundancy(self) -> float:
        """Real numbers per sample; it jumps where a longer segment needs twice the frames."""
        bins = (len(each) for each in self._form.centres)
        n_numbers = sum(n_bins * n for n_bins, n in zip(bins, self.n_frames, strict=True))
        return 2.0 * n_numbers / self.n_samples

    @property
    def longest_window_s(self) -> float:
        """Length of the longest window, that of the lowest bin of an octave."""
        lowest_hz = 0.5 * self.sample_rate * 2.0 ** (np.arange(self.n_octaves) - self.n_octaves)
        widths_hz = lowest_hz * (2.0 ** (1.0 / np.array(self.bins_per_octave)) - 1.0)
        return float(2.0 / widths_hz.min())

    @property
    def sine_magnitudes(self) -> tuple[PerBin, ...]:
        """(bin) of each tensor: the magnitude of its coefficients for a sine of amplitude 1.0.

        The sine lies at the centre of a bin; divide by it to read levels. In the bands at 0 Hz and
        Nyquist, which are real, it is the peak of the sequence.
        """
        return self._form.sine_magnitudes

    def times_s(self, octave: int) -> PerBin:
        """Time of each frame of a tensor; the last ones may lie beyond the end of the segment."""
        n_frames = self.n_frames[octave]
        hop_s = self._grid / n_frames / self.sample_rate
        return hop_s * np.arange(n_frames, dtype=np.float64)

    @eager
    def forward(self, samples: Tensor) -> Coefficients:
        """Coefficients of samples (batch channel time); half precision is computed in float32."""
        assert samples.ndim == 3, samples.shape
        assert samples.shape[-1] == self.n_samples, (samples.shape, self.n_samples)
        signals = samples.flatten(0, 1)
        wide = signals if signals.dtype == torch.float64 else signals.float()
        residual, *octaves = _analysed(self, False, wide)
        batch_channel = samples.shape[:2]
        return Coefficients(
            tuple(octave.view(*batch_channel, *octave.shape[1:]) for octave in octaves),
            residual.view(*batch_channel, residual.shape[1]),
        )

    @eager
    def inverse(self, coefficients: Coefficients) -> Tensor:
        """Samples (batch channel time) of coefficients, edited ones too."""
        octaves, residual = coefficients
        assert len(octaves) == len(self.n_frames), len(octaves)
        signals: Tensor = _synthesised(
            self, False, residual.flatten(0, 1), *(octave.flatten(0, 1) for octave in octaves)
        )
        return signals.view(*residual.shape[:2], self._grid)[..., : self.n_samples]

    def _parts(self, like: Tensor) -> "_Parts":
        key = (like.device, like.dtype)
        if key not in self._parts_of:
            self._parts_of[key] = _Parts(self._form.groups(like), self._form.residual(like))
        return self._parts_of[key]

    def _analyse(self, samples: Tensor, transposed: bool) -> tuple[Tensor, ...]:
        """Residual and octaves of samples (signal time); transposed: of the inverse."""
        groups, rest = self._parts(samples)
        with torch.autocast(samples.device.type, enabled=False):
            spectrum = self._fft.forward(samples)
            residual = rest.analyse(spectrum, transposed) if rest else spectrum[:, :0].clone()
            # The highest octave first: all others fit into the memory its work leaves free.
            octaves = [group.analyse(spectrum, transposed) for group in reversed(groups)]
            return residual, *reversed(octaves)

    def _synthesise(self, transposed: bool, residual: Tensor, *octaves: Tensor) -> Tensor:
        """Samples (signal time) of the whole grid; transposed: of the forward transform."""
        groups, rest = self._parts(residual.real)
        with torch.autocast(residual.device.type, enabled=False):
            spectrum = residual.new_zeros(len(residual), self._grid // 2 + 1)
            if rest:
                rest.synthesise(residual, spectrum, transposed)
            for group, coefficients in zip(reversed(groups), reversed(octaves), strict=True):
                group.synthesise(coefficients, spectrum, transposed)
            # A real signal has no imaginary parts at 0 Hz and Nyquist; CUDA may hear those given.
            torch.view_as_real(spectrum)[:, :: self._grid // 2, 1] = 0.0
            return self._fft.inverse(spectrum)


class _Parts(NamedTuple):
    """The tables of one type on one device."""

    groups: list[Group]
    residual: Residual | None


class _Analysis(torch.autograd.Function):
    """Samples to coefficients; the gradient is the transpose, without a graph in between."""

    @staticmethod
    def forward(ctx: Any, cqt: CQT, transposed: bool, samples: Tensor) -> tuple[Tensor, ...]:
        ctx.cqt, ctx.transposed, ctx.n_samples = cqt, transposed, samples.shape[-1]
        return cqt._analyse(samples, transposed)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[None, None, Tensor]:
        samples = _synthesised(ctx.cqt, not ctx.transposed, *gradients)
        return None, None, samples[:, : ctx.n_samples]


class _Synthesis(torch.autograd.Function):
    """Coefficients to samples; the gradient is the transpose, without a graph in between."""

    @staticmethod
    def forward(ctx: Any, cqt: CQT, transposed: bool, residual: Tensor, *octaves: Tensor) -> Tensor:
        ctx.cqt, ctx.transposed = cqt, transposed
        return cqt._synthesise(transposed, residual, *octaves)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:
        coefficients = _analysed(ctx.cqt, not ctx.transposed, gradient)
        return None, None, *coefficients


# torch gives `apply` no types
_analysed: Callable[..., Any] = _Analysis.apply
_synthesised: Callable[..., Any] = _Synthesis.apply
