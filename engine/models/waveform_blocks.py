"""What the networks on samples are made of: strided blocks down, subpixel blocks up.

Shapes, as einops patterns:
    samples    (batch 1 time)
    features   (batch feature frame)

References:
    Shi et al., "Real-Time Single Image and Video Super-Resolution Using an Efficient Sub-Pixel
    Convolutional Neural Network", CVPR 2016; here along time.
"""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from engine.errors import ModelError

SLOPE = 0.2
"""Of the leaky rectifier below zero."""


def original_channels(depth: int) -> tuple[int, ...]:
    """Features of each block of the original network, from the samples inwards."""
    return tuple(min(2 ** (6 + block), 512) for block in range(1, depth + 1))


def original_kernels(depth: int) -> tuple[int, ...]:
    """Kernel of each block of the original network, from the samples inwards."""
    return tuple(max((128 >> block) + 1, 9) for block in range(1, depth + 1))


def check_blocks(channels: Sequence[int], kernels: Sequence[int]) -> None:
    """Refuse settings that no network can be built from.

    Raises:
        ModelError: no block, lists of two lengths, no feature, or an even kernel.
    """
    if not channels or len(channels) != len(kernels):
        raise ModelError(
            f"channels = {tuple(channels)} and kernels = {tuple(kernels)} must name the same "
            "number of blocks, at least one"
        )
    for n_features, kernel in zip(channels, kernels, strict=True):
        if n_features < 1 or kernel < 1 or kernel % 2 == 0:
            raise ModelError(
                f"a block of {n_features} features and kernel {kernel} needs at least one feature "
                "and an odd kernel"
            )


def pad_to_multiple(samples: Tensor, multiple: int) -> Tensor:
    """Append silence until the length divides; the tensor itself where it does."""
    missing = -samples.shape[-1] % multiple
    return nn.functional.pad(samples, (0, missing)) if missing else samples


def to_subpixels(features: Tensor) -> Tensor:
    """Interleave neighbouring features in time: (batch 2c frame) to (batch c 2 frame)."""
    n_batch, n_features, n_frames = features.shape
    pairs = features.reshape(n_batch, n_features // 2, 2, n_frames)
    return pairs.transpose(2, 3).reshape(n_batch, n_features // 2, 2 * n_frames)


class DownBlock(nn.Module):
    """Halve the frames: convolution, then norm and dropout where wanted, then a leaky rectifier."""

    def __init__(
        self,
        n_in: int,
        n_out: int,
        kernel: int,
        *,
        has_norm: bool = False,
        has_bias: bool = True,
        dropout: float = 0.0,
    ) -> None:
        super().__init__()
        self.convolution = nn.Conv1d(
            n_in, n_out, kernel, stride=2, padding=kernel // 2, bias=has_bias
        )
        self.norm = nn.BatchNorm1d(n_out) if has_norm else nn.Identity()
        self.dropout = nn.Dropout(dropout)
        spread(self.convolution)

    def forward(self, features: Tensor) -> Tensor:
        """(batch n_in frame) to (batch n_out frame/2); an odd frame counts as a pair."""
        hidden = self.dropout(self.norm(self.convolution(features)))
        return nn.functional.leaky_relu(hidden, SLOPE)


class UpBlock(nn.Module):
    """Double the frames: convolution to twice the features, rectifier, neighbours interleaved.

    The original rectifies hard here; its text asks for the leaky kind, which also leaves the
    refinement of these features a slope everywhere.
    """

    def __init__(
        self, n_in: int, n_out: int, kernel: int, *, has_bias: bool = True, dropout: float = 0.0
    ) -> None:
        super().__init__()
        self.convolution = nn.Conv1d(n_in, 2 * n_out, kernel, padding=kernel // 2, bias=has_bias)
        self.dropout = nn.Dropout(dropout)
        spread(self.convolution)

    def forward(self, features: Tensor) -> Tensor:
        """(batch n_in frame) to (batch n_out 2 frame)."""
        hidden: Tensor = self.dropout(self.convolution(features))
        return to_subpixels(nn.functional.leaky_relu(hidden, SLOPE))


class SampleOutput(nn.Module):
    """Features at half the rate to samples at the full one."""

    kernel = 9

    def __init__(self, n_features: int, *, has_bias: bool = True, gain: float = 1.0) -> None:
        super().__init__()
        self.convolution = nn.Conv1d(
            n_features, 2, self.kernel, padding=self.kernel // 2, bias=has_bias
        )
        spread(self.convolution, gain)

    def forward(self, features: Tensor) -> Tensor:
        """(batch feature frame) to (batch 1 2 frame)."""
        return to_subpixels(self.convolution(features))


@torch.no_grad()
def spread(convolution: nn.Conv1d, gain: float = 1.0) -> None:
    """Start with weights that pass the variance on through a leaky rectifier, and no bias."""
    nn.init.kaiming_normal_(convolution.weight, SLOPE)
    convolution.weight *= gain
    if convolution.bias is not None:
        nn.init.zeros_(convolution.bias)


def reach_samples(kernels: Sequence[int]) -> int:
    """How far from a sample of the output a network looks into its input, at most.

    The widest way leads through the bottleneck. It is walked backwards for every place a sample
    may have within a stride, as it depends on that place which frames the sample came from.
    """
    reach = 0
    for place in range(2 ** (len(kernels) + 1)):
        low = high = place
        for kernel in (SampleOutput.kernel, *kernels):
            low, high = low // 2 - kernel // 2, high // 2 + kernel // 2
        for kernel in (kernels[-1], *reversed(kernels)):
            low, high = 2 * low - kernel // 2, 2 * high + kernel // 2
        reach = max(reach, place - low, high - place)
    return reach
