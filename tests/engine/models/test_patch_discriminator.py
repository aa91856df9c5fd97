import numpy as np
import pytest
import torch

from engine.errors import ModelError
from engine.models.patch_discriminator import PatchDiscriminator, PatchDiscriminatorConfig

SMALL = PatchDiscriminatorConfig((4, 8, 8), n_scales=2)


def noise(rng: np.random.Generator, *shape: int) -> torch.Tensor:
    return torch.from_numpy(0.1 * rng.standard_normal(shape)).float()


@pytest.mark.parametrize(
    ("preset", "n_parameters", "millions"), [("behm", 22_565_448, 22.6), ("small", 423_798, 0.4)]
)
def test_the_presets_have_the_parameters_of_the_table(preset, n_parameters, millions):
    with torch.device("meta"):
        network = PatchDiscriminator(PatchDiscriminator.presets[preset])
    assert network.n_parameters == n_parameters
    assert round(n_parameters / 1e6, 1) == millions


def test_every_scale_gives_half_the_patches_of_the_one_before():
    with torch.device("meta"):
        network = PatchDiscriminator(PatchDiscriminator.presets["behm"])
        samples = torch.zeros(3, 1, 22050)
    scales = network.scales(samples)
    assert [tuple(scale.shape) for scale in scales] == [(3, 87), (3, 44), (3, 22), (3, 11)]
    assert network(samples).shape == (3, 87 + 44 + 22 + 11)


@pytest.mark.parametrize("n_samples", [1, 2, 3, 40, 1001])
def test_any_length_is_judged(rng, n_samples):
    verdicts = PatchDiscriminator(SMALL).eval()(noise(rng, 2, 1, n_samples))
    assert verdicts.shape[0] == 2
    assert verdicts.shape[1] >= 2
    assert torch.isfinite(verdicts).all()


def test_the_coarse_scale_hears_a_constant_as_loud_at_the_ends_as_inside():
    network = PatchDiscriminator(SMALL)
    assert torch.allclose(network.halve(torch.ones(1, 1, 30)), torch.ones(1, 1, 16))


def test_a_slope_reaches_every_parameter_and_items_do_not_know_of_one_another(rng):
    network, samples = PatchDiscriminator(SMALL), noise(rng, 3, 1, 500)
    network(samples).square().sum().backward()
    for name, parameter in network.named_parameters():
        assert parameter.grad is not None, name
        assert parameter.grad.abs().max() > 0, name
    with torch.no_grad():
        alone = torch.cat([network(each[None]) for each in samples])
        assert torch.allclose(network(samples), alone, atol=1e-6)


@pytest.mark.parametrize(
    ("channels", "n_scales", "sentence"),
    [
        ((16,), 1, "two or more multiples of 4"),
        ((6, 12), 1, "two or more multiples of 4"),
        ((8, 12), 1, "must each divide the next"),
        ((4, 8), 0, "n_scales = 0"),
    ],
)
def test_sizes_that_make_no_network_are_refused(channels, n_scales, sentence):
    with pytest.raises(ModelError, match=sentence):
        PatchDiscriminatorConfig(channels, n_scales)
