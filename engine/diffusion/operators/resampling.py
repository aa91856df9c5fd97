"""Resampling: fewer samples for the same time, with or without a filter before.

Shapes:
    x   (batch channel time)
    y   (batch channel less time)

References:
    Smith & Gossett, "A Flexible Sampling-Rate Conversion Method", ICASSP 1984.
"""

from math import ceil, gcd

import torch
from torch import Tensor
from torch.nn.functional import conv1d, conv_transpose1d, pad

from engine.diffusion.operator import Operator

_N_ZEROS = 32
"""Zero crossings of the kernel on each side."""
_CUTOFF = 0.92
"""Middle of the filter's fall, of the lower Nyquist frequency; 80 dB down at that frequency."""
_BETA = 7.857


class Resample(Operator):
    """Another rate, by a windowed sinc; sample 0 stays where it is.

    Its transpose, scaled, undoes it for what lies in the pass band: that is the projection.
    """

    def __init__(self, old_rate: int, new_rate: int) -> None:
        shared = gcd(old_rate, new_rate)
        self._old, self._new = old_rate // shared, new_rate // shared
        self._taps, self._reach = _kernel(self._old, self._new)

    def __call__(self, x: Tensor) -> Tensor:
        """Samples at the new rate, ceil(time * new / old) of them."""
        n_frames = ceil(x.shape[-1] / self._old)
        after = (n_frames - 1) * self._old + self._taps.shape[-1] - self._reach - x.shape[-1]
        padded = pad(x.flatten(0, 1)[:, None], (self._reach, after))
        phases = conv1d(padded, self._taps.to(x), stride=self._old)
        samples = phases.transpose(1, 2).reshape(*x.shape[:2], -1)
        return samples[..., : self._n_new(x.shape[-1])]

    def project(self, denoised: Tensor, observed: Tensor) -> Tensor:
        """The observed in the pass band, the estimate above."""
        missing = self._transposed(observed - self(denoised), denoised.shape[-1])
        return denoised + self._old / self._new * missing

    def _transposed(self, y: Tensor, n_samples: int) -> Tensor:
        n_frames = ceil(n_samples / self._old)
        filled = pad(y.flatten(0, 1), (0, n_frames * self._new - y.shape[-1]))
        phases = filled.reshape(len(filled), n_frames, self._new).transpose(1, 2)
        spread = conv_transpose1d(phases, self._taps.to(y), stride=self._old)[:, 0]
        return spread[:, self._reach : self._reach + n_samples].reshape(*y.shape[:2], n_samples)

    def _n_new(self, n_samples: int) -> int:
        return -(-n_samples * self._new // self._old)


class Decimate(Operator):
    """Every n-th sample and nothing before it: what was above folds down."""

    def __init__(self, factor: int) -> None:
        self._factor = factor

    def __call__(self, x: Tensor) -> Tensor:
        """Samples 0, factor, 2 factor, ..."""
        return x[..., :: self._factor]

    def project(self, denoised: Tensor, observed: Tensor) -> Tensor:
        """The observed where it was taken from, the estimate between."""
        projected = denoised.clone()
        projected[..., :: self._factor] = observed
        return projected


def _kernel(old: int, new: int) -> tuple[Tensor, int]:
    """Taps (new 1 tap) for each phase of the new samples, and how far they reach back."""
    cutoff = 0.5 * _CUTOFF * min(1.0, new / old)  # cycles in an old sample
    half = _N_ZEROS / (2.0 * cutoff)
    reach = ceil(half)
    phase = torch.arange(new, dtype=torch.float64)[:, None] * old / new
    distance = torch.arange(2 * reach + old, dtype=torch.float64) - reach - phase
    inside = (1.0 - (distance / half).square()).clamp_min(0.0)
    window = torch.special.i0(_BETA * inside.sqrt()) / torch.special.i0(torch.tensor(_BETA))
    taps = 2.0 * cutoff * torch.special.sinc(2.0 * cutoff * distance) * window * (inside > 0.0)
    return taps[:, None], reach
