import pytest
import torch
from torch import Tensor
from torch.utils.flop_counter import FlopCounterMode

from engine.errors import ModelError
from engine.models.light import Light, LightConfig
from tests.engine.models.overfitting import degraded_by_noise, one_second, overfit
from tests.signals import noise

TINY = LightConfig(512, 128, channels=(4, 8), time_dilations=(1, 2), bin_dilations=(2, 1), n_taps=3)


def build(config: LightConfig, is_stirred: bool) -> Light:
    """Fresh, or with its last layer away from zero, so that everything takes part."""
    torch.manual_seed(78)
    network = Light(config).eval()
    if is_stirred:
        torch.nn.init.normal_(network.leave.weight, std=0.3)
    return network


def restored(network: Light, samples: Tensor) -> Tensor:
    with torch.inference_mode():
        out: Tensor = network(samples)
        return out


@pytest.fixture
def degraded(rng) -> Tensor:
    return torch.from_numpy(noise(rng, 1.0, level=0.06).samples)[None]


def test_an_untrained_network_passes_what_it_takes(degraded):
    for config in (TINY, LightConfig(n_taps=1, time_dilations=(), bin_dilations=())):
        out = restored(build(config, is_stirred=False), degraded)
        assert (out - degraded).abs().max() < 1e-6


def test_the_standard_network_stays_below_three_gflop_for_a_second(degraded):
    network = build(LightConfig(), is_stirred=False)
    assert network.n_parameters == 305_106
    with FlopCounterMode(display=False) as counter:
        out = restored(network, degraded)
    assert (out - degraded).abs().max() < 1e-6
    assert 2.0e9 < counter.get_total_flops() < 2.3e9


def test_a_sample_is_felt_no_farther_than_the_receptive_field(degraded):
    network = build(TINY, is_stirred=True)
    at = degraded.shape[-1] // 2
    touched = degraded.clone()
    touched[..., at] += 0.5
    change = (restored(network, touched) - restored(network, degraded)).abs()[0, 0]
    felt = torch.nonzero(change > 1e-6)[:, 0]
    reach = network.receptive_samples // 2
    assert felt.min() >= at - reach
    assert felt.max() <= at + reach
    assert felt.max() - felt.min() > reach


def test_a_segment_with_its_receptive_field_beside_it_gives_the_whole(degraded):
    network = build(TINY, is_stirred=True)
    hop = TINY.hop_length
    reach = -(-network.receptive_samples // 2 // hop) * hop
    start, stop = 2 * reach, 2 * reach + 5000
    whole = restored(network, degraded)[..., start:stop]
    piece = restored(network, degraded[..., start - reach : stop + reach])
    assert (piece[..., reach : reach + 5000] - whole).abs().max() < 1e-5


def test_no_weight_of_the_filter_exceeds_six_decibels(degraded):
    network = build(LightConfig(512, 128, (4, 8), (), (), n_taps=1), is_stirred=True)
    network.leave.weight.data *= 1000.0
    out = restored(network, degraded)
    assert 1.2 * degraded.square().mean() < out.square().mean() <= 4.0 * degraded.square().mean()


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"n_fft": 1000}, "n_fft = 1000"),
        ({"channels": ()}, "channels"),
        ({"channels": (8, 0)}, "channels"),
        ({"time_dilations": (1,)}, "time_dilations"),
        ({"n_taps": 2}, "n_taps = 2"),
    ],
)
def test_settings_that_make_no_network_are_refused(settings, named):
    with pytest.raises(ModelError, match=named):
        LightConfig(**settings)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_it_learns_a_second_of_music_by_heart(rng):
    torch.manual_seed(78)
    clean = one_second(rng, 44100)
    degraded = degraded_by_noise(clean, rng, 10.0)
    assert overfit(Light(LightConfig()), degraded, clean, 4e-3, 250) > 25.0
