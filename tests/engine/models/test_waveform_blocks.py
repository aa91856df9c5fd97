import torch

from engine.models.waveform_blocks import (
    DownBlock,
    original_channels,
    original_kernels,
    pad_to_multiple,
    to_subpixels,
)


def test_the_original_sizes_grow_and_shrink_to_their_limits():
    assert original_channels(6) == (128, 256, 512, 512, 512, 512)
    assert original_kernels(6) == (65, 33, 17, 9, 9, 9)
    assert original_kernels(9)[-1] == 9


def test_subpixels_interleave_neighbouring_features():
    features = torch.arange(12.0).reshape(1, 4, 3)
    assert to_subpixels(features).tolist() == [[[0, 3, 1, 4, 2, 5], [6, 9, 7, 10, 8, 11]]]


def test_padding_appends_silence_only_where_it_is_needed():
    samples = torch.ones(1, 1, 5)
    assert pad_to_multiple(samples, 4).tolist() == [[[1, 1, 1, 1, 1, 0, 0, 0]]]
    assert pad_to_multiple(samples, 5) is samples


def test_a_block_keeps_the_variance_of_white_noise():
    torch.manual_seed(1)
    features = torch.randn(4, 64, 512)
    with torch.no_grad():
        power = DownBlock(64, 64, 9)(features).square().mean()
    # Half of it, by the rectifier's two slopes, times 2 / (1 + 0.2^2) of the weights.
    assert 0.9 < power < 1.1
