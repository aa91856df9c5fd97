"""A stationary Gaussian prior: its ideal denoiser and its posteriors are known in closed form.

Signals are periodic, (example 1 time) float64; a spectrum has time // 2 + 1 bins, and white noise
of standard deviation s has s^2 in each of them.
"""

from collections.abc import Callable

import torch
from torch import Tensor

from engine.diffusion.denoise import Draw
from engine.diffusion.noise import FieldDraw


class GaussianPrior:
    """Draws, and the ideal estimate of what is clean: E[x0 | x] at noise level sigma."""

    def __init__(self, psd: Tensor, mean: float = 0.0) -> None:
        self.psd = psd
        self.mean = mean
        self.n_samples = 2 * (len(psd) - 1)

    def __call__(self, x: Tensor, sigma: Tensor) -> Tensor:
        psd = self.psd.to(x.dtype)
        gain = psd / (psd + sigma.square()[:, None, None])
        return self.mean + filtered(x - self.mean, gain)

    def draw(self, n_examples: int, seed: int) -> Tensor:
        return self.mean + filtered(white(n_examples, self.n_samples, seed), self.psd.sqrt())


def filtered(x: Tensor, gain: Tensor) -> Tensor:
    shaped: Tensor = torch.fft.irfft(torch.fft.rfft(x) * gain, x.shape[-1])
    return shaped


def white(n_examples: int, n_samples: int, seed: int) -> Tensor:
    like = torch.zeros(n_examples, 1, n_samples, dtype=torch.float64)
    return examples_draw(n_examples, seed)(like)


def examples_draw(n_examples: int, seed: int) -> FieldDraw:
    """Independent noise for each example: places of one field that are far apart."""
    return FieldDraw((seed,), tuple(range(0, n_examples * 65536, 65536)))


def coloured_psd(n_samples: int, level: float = 0.06, range_db: float = 30.0) -> Tensor:
    """A spectrum that falls by range_db from the bottom to the top; mean square level^2."""
    bins = torch.linspace(0.0, 1.0, n_samples // 2 + 1, dtype=torch.float64)
    psd = 10.0 ** (-0.1 * range_db * bins)
    return psd * level**2 / mean_power(psd)


def mean_power(psd: Tensor) -> float:
    """Mean square of a signal of that spectrum."""
    return float((psd[0] + psd[-1] + 2.0 * psd[1:-1].sum()) / (2 * (len(psd) - 1)))


def measured_psd(x: Tensor) -> Tensor:
    """Mean over all examples, (bin)."""
    power: Tensor = torch.fft.rfft(x).abs().square().mean((0, 1)) / x.shape[-1]
    return power


def covariance(psd: Tensor) -> Tensor:
    """Of all samples of one period, (time time)."""
    n = 2 * (len(psd) - 1)
    row: Tensor = torch.fft.irfft(psd.to(torch.complex128), n)
    lag = torch.arange(n)
    return row[(lag[:, None] - lag) % n]


def fresh(seed: int) -> Draw:
    """Independent noise in every example and channel."""
    generator = torch.Generator().manual_seed(seed)

    def draw(like: Tensor) -> Tensor:
        return torch.randn(like.shape, generator=generator, dtype=like.dtype)

    return draw


def transfer(solve: Callable[[Tensor], Tensor], n_samples: int) -> Tensor:
    """The matrix of a linear map, by its action on unit impulses: (time out, time in)."""
    impulses = torch.eye(n_samples, dtype=torch.float64)[:, None]
    return solve(impulses)[:, 0].T
