import math

import pytest
import torch
from torch import Tensor

from engine.diffusion.edm import EDM, log_normal_sigmas, preconditioning, warped_sigmas
from engine.models.network import Config, Network

SIGMA_DATA = 0.06
SIGMAS = (1e-4, 0.005, 0.06, 0.3, 10.0)


class Given(Network):
    """A network that gives what it is told to, and keeps what it was given."""

    name = "given"
    kind = "prior"
    config_type = Config
    presets = {}

    def __init__(self, answer: Tensor | float) -> None:
        super().__init__(Config())
        self._answer = answer
        self.seen: tuple[Tensor, Tensor] | None = None

    def forward(self, samples: Tensor, c_noise: Tensor) -> Tensor:
        self.seen = (samples, c_noise)
        return samples.new_zeros(samples.shape) + self._answer


def white(n_examples: int, seed: int, n_channels: int = 1, n_samples: int = 50_000) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(n_examples, n_channels, n_samples, generator=generator)


def test_without_a_network_it_is_the_best_estimate_of_white_data():
    sigma = torch.tensor(SIGMAS)
    clean, noise = SIGMA_DATA * white(len(SIGMAS), 1), white(len(SIGMAS), 2)
    x = clean + sigma[:, None, None] * noise
    denoised = EDM(Given(0.0), SIGMA_DATA)(x, sigma)
    expected = SIGMA_DATA**2 / (SIGMA_DATA**2 + sigma**2)[:, None, None] * x
    assert torch.allclose(denoised, expected, rtol=1e-5)
    error = (denoised - clean).square().mean((1, 2))
    least = SIGMA_DATA**2 * sigma**2 / (SIGMA_DATA**2 + sigma**2)
    assert torch.allclose(error, least, rtol=0.02)


def test_network_sees_and_owes_unit_variance_at_every_level():
    sigma = torch.tensor(SIGMAS)
    clean, noise = SIGMA_DATA * white(len(SIGMAS), 1), white(len(SIGMAS), 2)
    network = Given(0.0)
    loss = EDM(network, SIGMA_DATA).loss(clean, sigma, noise)
    assert torch.allclose(loss, torch.ones(len(SIGMAS)), atol=0.02)  # mean square of the target
    assert network.seen is not None
    samples, c_noise = network.seen
    assert torch.allclose(samples.square().mean((1, 2)), torch.ones(len(SIGMAS)), atol=0.02)
    assert c_noise.tolist() == pytest.approx([math.log(each) / 4 for each in SIGMAS], rel=1e-6)


def test_the_loss_is_the_weighted_error_of_the_estimate():
    sigma = torch.tensor([0.01, 0.2])
    clean, noise = SIGMA_DATA * white(2, 1), white(2, 2)
    edm = EDM(Given(0.3), SIGMA_DATA)
    c = preconditioning(sigma, SIGMA_DATA)
    error = edm(clean + sigma[:, None, None] * noise, sigma) - clean
    weighted = (error / c.c_out).square().mean((1, 2))
    assert torch.allclose(edm.loss(clean, sigma, noise), weighted, rtol=1e-4)


def test_channels_are_examples_of_their_own_at_the_level_of_their_example():
    network = Given(0.0)
    x = white(2, 1, n_channels=3, n_samples=10)
    assert EDM(network, SIGMA_DATA)(x, torch.tensor([0.1, 0.2])).shape == x.shape
    assert network.seen is not None
    samples, c_noise = network.seen
    assert samples.shape == (6, 1, 10)
    assert c_noise[:3].unique().numel() == c_noise[3:].unique().numel() == 1


def test_warped_levels_fill_every_part_of_the_range_once():
    generator = torch.Generator().manual_seed(1)
    sigma = warped_sigmas(64, 1e-4, 1.0, 10.0, generator)
    places = (sigma**0.1 - 1e-4**0.1) / (1.0 - 1e-4**0.1)
    assert (places * 64).floor().sort().values.tolist() == list(range(64))


def test_log_normal_levels_lie_around_six_tenths_of_the_data():
    sigma = log_normal_sigmas(20_000, SIGMA_DATA, torch.Generator().manual_seed(1))
    assert float(sigma.median()) == pytest.approx(0.602 * SIGMA_DATA, rel=0.03)
    assert float(sigma.log().std()) == pytest.approx(1.2, rel=0.03)
