"""Preconditioning of a network as a denoiser, its loss, and the noise levels to train it on.

    D(x; sigma) = c_skip x + c_out F(c_in x, c_noise)

keeps what F takes and what F must give at unit variance at every level of noise. F = 0 is the best
linear estimate of white data of deviation sigma_data. The loss is weighted by 1 / c_out^2, so it is
the plain mean square of F's own error, and 1 for F = 0.

Shapes:
    clean, noise, x, denoised   (batch channel time)   float32
    sigma                       (batch)

References:
    Karras, Aittala, Aila & Laine, "Elucidating the design space of diffusion-based generative
    models", NeurIPS 2022; table 1 and sections 5 and B.6.
"""

from typing import NamedTuple

import torch
from torch import Tensor

from engine.models.network import Network


class Preconditioning(NamedTuple):
    """The factors for one level of noise per example, (batch 1 1); c_noise is (batch)."""

    c_skip: Tensor
    c_out: Tensor
    c_in: Tensor
    c_noise: Tensor


def preconditioning(sigma: Tensor, sigma_data: float) -> Preconditioning:
    """Table 1, column "Ours"."""
    wide = sigma[:, None, None]
    total = (wide**2 + sigma_data**2).sqrt()
    return Preconditioning(
        c_skip=(sigma_data / total) ** 2,
        c_out=wide * sigma_data / total,
        c_in=1.0 / total,
        c_noise=0.25 * sigma.log(),
    )


class EDM:
    """A network as a denoiser of white noise; channels are denoised each by itself.

    Attributes:
        network: a prior, F.
        sigma_data: standard deviation of the clean training data.
    """

    def __init__(self, network: Network, sigma_data: float) -> None:
        self.network = network
        self.sigma_data = sigma_data

    def __call__(self, x: Tensor, sigma: Tensor) -> Tensor:
        """Estimate the clean samples; sigma > 0."""
        c = preconditioning(sigma, self.sigma_data)
        return c.c_skip * x + c.c_out * self._raw(c.c_in * x, c.c_noise)

    def loss(self, clean: Tensor, sigma: Tensor, noise: Tensor) -> Tensor:
        """Error (batch) of the network's output for clean + sigma noise."""
        c = preconditioning(sigma, self.sigma_data)
        x = clean + sigma[:, None, None] * noise
        target = (clean - c.c_skip * x) / c.c_out
        error = self._raw(c.c_in * x, c.c_noise) - target
        loss: Tensor = error.square().mean((1, 2))
        return loss

    def _raw(self, x: Tensor, c_noise: Tensor) -> Tensor:
        n_channels = x.shape[1]
        mono = x.reshape(-1, 1, x.shape[-1])
        output: Tensor = self.network(mono, c_noise.repeat_interleave(n_channels))
        return output.reshape(x.shape)


def warped_sigmas(
    n_examples: int, sigma_min: float, sigma_max: float, rho: float, generator: torch.Generator
) -> Tensor:
    """Levels (batch) uniform in sigma^(1 / rho), one in each of as many equal parts of the range.

    So every batch spans the range, which makes its gradient steadier than free draws.
    """
    u = torch.rand(n_examples, generator=generator)
    u = (torch.randperm(n_examples, generator=generator) + u) / n_examples
    low, high = sigma_min ** (1.0 / rho), sigma_max ** (1.0 / rho)
    sigmas: Tensor = (high + u * (low - high)) ** rho
    return sigmas


def log_normal_sigmas(
    n_examples: int, sigma_data: float, generator: torch.Generator, spread: float = 1.2
) -> Tensor:
    """Levels (batch) whose logarithm is Gaussian around that of 0.6 sigma_data (section 5)."""
    centre = 2.0 * sigma_data * torch.tensor(-1.2).exp()
    logarithms = centre.log() + spread * torch.randn(n_examples, generator=generator)
    return logarithms.exp()
