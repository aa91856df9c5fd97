import pytest
import torch

from engine.errors import ModelError
from engine.models.light import Light, LightConfig
from engine.models.light_pair import LightPair, LightPairConfig
from tests.signals import noise

TINY = LightPairConfig((256, 512), (1, 1), (4, 8), (1, 2), (2, 1), 3)


def stirred(config: LightConfig) -> Light:
    network = Light(config).eval()
    torch.nn.init.normal_(network.leave.weight, std=0.3)
    return network


def test_a_pair_gives_the_mean_of_its_members(rng):
    torch.manual_seed(78)
    lights = [stirred(config) for config in TINY.members()]
    pair = LightPair.of(lights, (1, 1)).eval()
    samples = torch.from_numpy(noise(rng, 0.5, level=0.06).samples)[None]
    with torch.inference_mode():
        one, other = (light(samples) for light in lights)
        assert (one - other).abs().max() > 1e-3
        assert (pair(samples) - (one + other) / 2).abs().max() < 1e-6


def test_it_reaches_as_far_as_the_farthest_member():
    reaches = [Light(config).receptive_samples for config in TINY.members()]
    assert LightPair(TINY).receptive_samples == max(reaches)


def test_networks_of_other_sizes_make_no_pair():
    first, second = TINY.members()
    wider = LightConfig(512, 128, (6, 8), (1, 2), (2, 1), 3)
    with pytest.raises(ModelError, match="no pair"):
        LightPair.of([Light(first), Light(wider)], (1, 1))
    with pytest.raises(ModelError, match="two or more"):
        LightPairConfig((2048,))
    with pytest.raises(ModelError, match="n_shifts"):
        LightPairConfig(n_shifts=(1,))
    assert Light(second).transform.n_fft == 512


def test_a_second_look_is_the_mean_over_frames_half_a_hop_apart(rng):
    torch.manual_seed(78)
    lights = [stirred(config) for config in TINY.members()]
    samples = torch.from_numpy(noise(rng, 0.5, level=0.06).samples)[None]
    later = torch.nn.functional.pad(samples, (64, 0))
    with torch.inference_mode():
        looks = [lights[1](samples), lights[1](later)[..., 64:]]
        assert (looks[0] - looks[1]).abs().max() > 1e-4
        wanted = (lights[0](samples) + (looks[0] + looks[1]) / 2) / 2
        assert (LightPair.of(lights, (1, 2)).eval()(samples) - wanted).abs().max() < 1e-6
