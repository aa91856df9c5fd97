import math
from typing import Any

import pytest
import torch
from torch import Tensor

from engine.models.blocks import (
    GatedConv,
    Modulation,
    NoiseEmbedding,
    Pointwise,
    Resampler,
    ResidualBlock,
    TimeAttention,
)


@pytest.fixture(autouse=True)
def _seeded() -> None:
    torch.manual_seed(78)


def features(n_examples: int = 2) -> Tensor:
    return torch.randn(n_examples, 6)


def test_modulation_divides_out_the_deviation_of_each_group_and_keeps_its_mean():
    modulation = Modulation(16, 6)
    x = torch.randn(2, 16, 5, 40) * torch.arange(1.0, 17.0)[:, None, None] + 0.5
    y = modulation(x, torch.zeros(2, 6)) / (1.0 + modulation.gamma.bias)[:, None, None]
    std = x.unflatten(1, (8, 2)).flatten(2).std(2, correction=0).repeat_interleave(2, 1)
    assert torch.allclose(y, x / std[:, :, None, None], rtol=1e-4)


def test_modulation_leaves_silence_silent_and_loudness_out():
    modulation = Modulation(8, 6)
    x, embedding = torch.randn(1, 8, 4, 30), features(1)
    assert not modulation(torch.zeros_like(x), embedding).any()
    loud, soft = modulation(x, embedding), modulation(1e-3 * x, embedding)
    assert torch.allclose(loud, soft, rtol=1e-3)


def test_a_pointwise_convolution_is_one():
    layer = Pointwise(3, 5)
    x = torch.randn(2, 3, 4, 7)
    expected = torch.nn.functional.conv2d(x, layer.weight[:, :, None, None])
    assert torch.allclose(layer(x), expected, atol=1e-6)


def test_gates_begin_closed():
    x = torch.randn(2, 8, 5, 20)
    for layer in (GatedConv(8, 6, (5, 3), (2, 1)), TimeAttention(8, 6, 5)):
        assert torch.allclose(layer(x, features()), x * math.sqrt(0.5), atol=1e-5)


def test_attention_reaches_all_frames_but_convolution_only_its_neighbours():
    x = torch.randn(1, 8, 5, 64).requires_grad_()
    layers: tuple[Any, ...] = (TimeAttention(8, 6, 5), GatedConv(8, 6, (5, 3), (1, 1)))
    for layer, reaches in zip(layers, (True, False), strict=True):
        torch.nn.init.ones_(layer.gate.bias)
        layer.modulation = torch.nn.Module()  # a norm looks everywhere
        layer.modulation.forward = lambda x, embedding: x
        (gradient,) = torch.autograd.grad(layer(x, features(1))[..., 10].sum(), x)
        assert bool(gradient[..., 40:].any()) == reaches


def test_blocks_change_channels_before_or_after_their_layers():
    x = torch.randn(2, 16, 5, 20)
    for last, inner in ((False, 8), (True, 16)):
        block: Any = ResidualBlock(16, 8, 6, 2, (5, 3), projects_last=last)
        assert block(x, features()).shape == (2, 8, 5, 20)
        assert block.layers[0].conv.weight.shape == (inner, inner, 5, 3)


def test_dilations_double_over_bins():
    block: Any = ResidualBlock(8, 8, 6, 3, (5, 3))
    assert [layer.conv.dilation for layer in block.layers] == [(1, 1), (2, 1), (4, 1)]


@pytest.mark.parametrize("over_bins", [False, True])
def test_resampling_halves_and_doubles_slow_waves_within_a_percent(over_bins):
    wave = torch.sin(2 * math.pi * torch.arange(128) / 32.0).expand(1, 3, 4, 128)
    halves = torch.sin(2 * math.pi * (torch.arange(64) + 0.25) / 16.0)
    if over_bins:
        wave = wave.mT
    down, up = Resampler(False, over_bins), Resampler(True, over_bins)
    half = down(wave)
    back = up(half)
    assert back.shape == wave.shape
    half, back, wave = (each.mT if over_bins else each for each in (half, back, wave))
    assert half.shape == (1, 3, 4, 64)
    assert (half[..., 4:-4] - halves[4:-4]).abs().max() < 0.01
    assert (back[..., 8:-8] - wave[..., 8:-8]).abs().max() < 0.02


def test_embeddings_tell_levels_apart_and_are_the_same_after_loading():
    embedding = NoiseEmbedding(6, 16.0)
    levels = torch.tensor([-1.0, 0.0, 0.3])
    found = embedding(levels)
    assert found.shape == (3, 6)
    assert (found[0] - found[1]).abs().max() > 1e-3
    other = NoiseEmbedding(6, 16.0)
    other.load_state_dict(embedding.state_dict())
    assert torch.equal(other(levels), found)
