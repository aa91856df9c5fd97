import pytest
import torch

from engine.errors import ModelError
from engine.models.informed import Informed, InformedConfig
from engine.models.light_pair import LightPair, LightPairConfig
from engine.models.spectral_rule import spectral_gain
from tests.signals import noise

TINY = InformedConfig(512, 128, 128, (4, 8), (256, 512), (1, 1), (4, 8))


@pytest.fixture
def network() -> Informed:
    torch.manual_seed(78)
    return Informed(TINY).eval()


@pytest.fixture
def samples(rng) -> torch.Tensor:
    return torch.from_numpy(noise(rng, 0.5, level=0.1).samples)[None]


def test_untrained_it_gives_half_the_looks_and_half_the_rule(network, samples):
    told = network.measure(0.2 * samples.flip(-1))
    with torch.inference_mode():
        spectrum = network.spectrum(samples)
        gain = spectral_gain(spectrum, told[:, 0], network.memory)
        ruled = network.transform.inverse((gain * spectrum)[:, None], samples.shape[-1])
        wanted = 0.5 * torch.stack(network.looks(samples)).mean(0) + 0.5 * ruled
        assert (network(samples, told) - wanted).abs().max() < 1e-5


def test_it_leaves_alone_what_has_no_noise(network, samples):
    silent = network.measure(torch.zeros_like(samples))
    with torch.inference_mode():
        restored = network(samples, silent)
    assert (restored - samples).abs().max() < 2e-3 * samples.abs().max()


def test_more_noise_told_takes_more_out(network, samples):
    told = [network.measure(share * samples.flip(-1)) for share in (0.1, 0.5, 1.0)]
    with torch.inference_mode():
        left = [float(network(samples, each).square().mean()) for each in told]
    assert left[0] > 1.5 * left[2]
    assert left[0] > left[1] > left[2]


def test_told_nothing_it_takes_what_the_looks_took_out(network, samples):
    torch.nn.init.normal_(network.first.members[0].leave.weight, std=0.3)
    with torch.inference_mode():
        looks = network.looks(samples)
        guess = network.measure(samples - torch.stack(looks).mean(0))
        assert torch.allclose(network(samples), network(samples, guess), atol=1e-6)
        assert torch.equal(network(samples, guess, looks), network(samples, guess))


def test_training_reaches_the_second_network_alone(network, samples):
    network(samples).square().mean().backward()
    assert network.leave.weight.grad is not None
    assert float(network.leave.weight.grad.abs().max()) > 0.0
    assert all(each.grad is None for each in network.first.parameters())


def test_it_is_made_of_a_pair_that_was_trained_before():
    torch.manual_seed(3)
    pair = LightPair(LightPairConfig((256, 512), (1, 2), (4, 8)))
    made = Informed.of(pair)
    assert isinstance(made.config, InformedConfig)
    assert made.config.first_n_shifts == (1, 2)
    for key, value in pair.state_dict().items():
        assert torch.equal(made.first.state_dict()[key], value)


def test_sizes_that_do_not_go_down_and_come_back_are_refused():
    with pytest.raises(ModelError, match="n_weighed = 100"):
        InformedConfig(n_weighed=100)
    with pytest.raises(ModelError, match="n_weighed = 4096"):
        InformedConfig(n_weighed=4096)
    with pytest.raises(ModelError, match="channels"):
        InformedConfig(channels=(4,))
