import pytest
import torch

from engine.card import Card
from engine.diffusion.edm import EDM
from engine.diffusion.prior import Prior
from engine.errors import ModelError
from engine.models.cqt_unet import CQTUNet, CQTUNetConfig

CONFIG = CQTUNetConfig((8,) * 4, (1,) * 4, (8,), grid_samples=3072)


def card(sigma_data: float = 0.06) -> Card:
    return Card(
        *("cqt_unet", CONFIG.to_mapping(), 22_050, 6144),
        sigma_data=sigma_data,
        sigma_min=1e-4,
        sigma_max=1.0,
    )


@pytest.fixture
def network() -> CQTUNet:
    torch.manual_seed(78)
    return CQTUNet(CONFIG)


def test_a_prior_denoises_as_its_network_preconditioned(network):
    x = 0.1 * torch.randn(2, 1, 4000)
    sigma = torch.tensor([0.02, 0.3])
    prior = Prior(network, card())
    with torch.no_grad():
        assert torch.equal(prior(x, sigma), EDM(network, 0.06)(x, sigma))
    known = (prior.sample_rate, prior.segment_samples, prior.sigma_min, prior.sigma_max)
    assert known == (22_050, 6144, 1e-4, 1.0)


def test_a_prior_leaves_its_weights_alone_but_lets_gradients_reach_x(network):
    prior = Prior(network, card())
    assert not prior.network.training
    x = (0.1 * torch.randn(1, 1, 3072)).requires_grad_()
    prior(x, torch.tensor([0.1])).square().sum().backward()
    assert x.grad is not None
    assert x.grad.abs().min() > 0.0
    assert all(each.grad is None for each in network.parameters())


def test_estimates_keep_the_type_of_x_and_half_precision_comes_near(network):
    x = 0.1 * torch.randn(1, 1, 3072, dtype=torch.float64)
    sigma = torch.tensor([0.1], dtype=torch.float64)
    full = Prior(network, card())(x, sigma)
    half = Prior(network, card(), dtype=torch.bfloat16)(x, sigma)
    assert full.dtype == half.dtype == torch.float64
    assert (full - half).std() < 0.02 * full.std()


def test_a_card_that_tells_of_no_data_is_refused(network):
    with pytest.raises(ModelError, match="sigma_data = 0"):
        Prior(network, card(sigma_data=0.0))
