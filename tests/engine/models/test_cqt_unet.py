from typing import Any, cast

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.utils.flop_counter import FlopCounterMode

from engine.errors import ModelError
from engine.models.cqt_unet import CQTUNet, CQTUNetConfig
from tests.engine.models.overfitting import degraded_by_noise, one_second, overfit
from tests.signals import snr_db

SMALLEST = CQTUNetConfig((8,) * 4, (1,) * 4, (8,), grid_samples=3072)
MULTI_RESOLUTION = CQTUNetConfig((8,) * 4, (1,) * 4, (4, 4, 8, 16), grid_samples=3072)
ATTENTIVE = CQTUNetConfig((8,) * 4, (1,) * 4, (8,), grid_samples=3072, attention_levels=2)


def build(config: CQTUNetConfig = SMALLEST) -> Any:  # its layers are looked into
    torch.manual_seed(78)
    return CQTUNet(config).eval()


def opened(network: Any) -> Any:
    """With every gate open, so that all layers count."""
    for name, parameter in network.named_parameters():
        if name.endswith("gate.bias"):
            torch.nn.init.constant_(parameter, 0.5)
    return network


def preset(name: str) -> CQTUNetConfig:
    return cast(CQTUNetConfig, CQTUNet.presets[name])


def noise(n_examples: int, n_samples: int, seed: int = 1) -> Tensor:
    return torch.randn(n_examples, 1, n_samples, generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize(
    ("name", "millions"),
    [
        *(("tiny", "1.49"), ("small", "4.86"), ("medium", "13.3"), ("singing", "41.4")),
        *(("large", "44.5"), ("large_attention", "186.3"), ("large_attention_44k", "242.2")),
    ],
)
def test_presets_have_the_parameters_of_the_reference(name, millions):
    with torch.device("meta"):
        network = CQTUNet(preset(name))
    edges = sum(each.numel() for each in network.edges.parameters())
    n_decimals = len(millions.partition(".")[2])
    assert f"{(network.n_parameters - edges) / 1e6:.{n_decimals}f}" == millions
    assert edges == 58_212  # the reference drops what lies below and above the octaves


def test_levels_join_octaves_where_their_frames_agree_for_less_than_with_dense_resamplers():
    shapes: list[tuple[int, ...]] = []
    network = build(preset("tiny"))
    for block in (*network.down, *network.up):
        block.register_forward_hook(lambda _b, _in, out: shapes.append(tuple(out.shape[1:])))
    octaves = [torch.zeros(1, 2, 16, 16 << octave) for octave in range(7)]
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        out = network._levels(octaves, torch.zeros(1, 256))
    assert [each.shape for each in out] == [each.shape for each in octaves]
    channels = (16, 16, 24, 24, 32, 32, 48)
    levels = [(16 * (level + 1), 1024 >> level) for level in range(7)]
    assert shapes[:7] == [(n, *level) for n, level in zip(channels, levels, strict=True)]
    leaving = (16, *channels[:-1])
    back = [(n, *level) for n, level in zip(leaving, levels, strict=True)]
    assert shapes[:6:-1] == back
    gflop_per_second = counter.get_total_flops() / 1e9 * 22_050 / 24_576
    assert gflop_per_second < 0.6 * 7.6


@pytest.mark.parametrize("config", [SMALLEST, MULTI_RESOLUTION, ATTENTIVE])
def test_every_parameter_is_reached_by_the_gradient(config):
    network = opened(build(config))
    network(noise(2, 3072), torch.tensor([-1.0, 0.3])).square().mean().backward()
    for name, parameter in network.named_parameters():
        assert parameter.grad is not None, name
        assert parameter.grad.abs().max() > 0.0, name


@pytest.mark.parametrize("n_samples", [1, 2, 100, 3071, 3072, 3073, 10_001])
def test_samples_of_any_length_come_back_as_many(n_samples):
    with torch.inference_mode():
        out = build()(noise(2, n_samples), torch.zeros(2))
    assert out.shape == (2, 1, n_samples)
    assert torch.isfinite(out).all()


def test_frames_are_equally_long_in_segments_of_all_lengths():
    network = build()
    rates = set()
    for grid in (3072, 6144, 24_576):
        transform = network._transform(grid)
        rates.add(tuple(frames / grid for frames in transform.n_frames))
    assert len(rates) == 1


def test_what_lies_outside_the_octaves_is_heard():
    network = build()
    for parameter in network.parameters():
        torch.nn.init.zeros_(parameter)
    for edge in network.edges:
        edge.gains.bias.data = torch.tensor([1.0, 0.0])
    time = torch.arange(3072)
    # With 4 octaves the lowest begins at 1/16 of Nyquist.
    low, inside, high = (
        torch.cos(np.pi * relative * time + 0.3)[None, None]
        for relative in (1 / 32, 0.25, 1534 / 1536)
    )
    with torch.inference_mode():
        out = network(low + inside + high, torch.zeros(1))
    assert snr_db((low + high).numpy(), out.numpy()) > 40.0


def test_examples_of_a_batch_do_not_meet():
    network = opened(build(ATTENTIVE))
    x, c_noise = noise(3, 3072), torch.tensor([-1.5, 0.0, 0.4])
    with torch.inference_mode():
        together = network(x, c_noise)
        alone = torch.cat([network(x[i : i + 1], c_noise[i : i + 1]) for i in range(3)])
    assert torch.allclose(together, alone, atol=1e-5)


def test_without_a_level_it_adds_to_what_it_is_given():
    network = opened(build())
    x = noise(1, 3072)
    with torch.inference_mode():
        assert torch.allclose(network(x), x + network(x, torch.zeros(1)), atol=1e-6)


def test_half_precision_stays_near_full():
    network = opened(build())
    x, c_noise = noise(1, 3072), torch.tensor([0.2])
    with torch.inference_mode():
        full = network(x, c_noise)
        with torch.autocast("cpu", torch.bfloat16):
            half = network(x, c_noise)
    assert half.dtype == torch.float32
    assert snr_db(full.numpy(), half.numpy()) > 30.0


def test_layers_stay_in_the_layout_that_is_fast_on_processors():
    network = build()
    layouts = []
    for block in (*network.down, *network.up):
        block.register_forward_pre_hook(
            lambda _block, given: layouts.append(
                given[0].is_contiguous(memory_format=torch.channels_last)
            )
        )
    with torch.inference_mode():
        network(noise(1, 3072), torch.zeros(1))
    assert all(layouts)


def test_a_traced_network_gives_the_same():
    network = opened(build())
    compiled = torch.compile(network, backend="eager")
    x, c_noise = noise(1, 3072), torch.tensor([0.2])
    with torch.no_grad():
        assert torch.allclose(compiled(x, c_noise), network(x, c_noise), atol=1e-6)


@pytest.mark.parametrize(
    "faulty",
    [
        CQTUNetConfig((8, 8), (1,), (8,)),
        CQTUNetConfig((8, 8), (1, 1), (8, 8, 8)),
        CQTUNetConfig((8, 8), (1, 1), (8, 32)),
        CQTUNetConfig((8, 8), (1, 1), (16, 8)),
        CQTUNetConfig((8, 8), (1, 1), (8,), attention_levels=3),
    ],
)
def test_lists_that_do_not_fit_together_are_refused(faulty):
    with pytest.raises(ModelError):
        CQTUNet(faulty)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_the_smallest_preset_learns_a_second_by_heart(rng):
    clean = one_second(rng, 22_050)
    degraded = degraded_by_noise(clean, rng, 10.0)
    network = CQTUNet(preset("tiny"))
    assert overfit(network, degraded, clean, 2e-3, 400) > 25.0
