"""Waveform U-Net: samples in, samples out; what it adds to the degraded ones makes them clean.

Strided convolutions lead down, subpixel convolutions up; skips join what has the same rate, and
the input is added to the output. The last convolution starts near zero, so that an untrained
network passes recordings through. `head` and `tail` give what lies between two blocks to
collaborative sampling.

Shapes, as einops patterns; toy example of depth 4 and 1024 samples:
    samples   (batch 1 time)               (1 1024)
    downs     (batch feature frame)        (128 512) (256 256) (512 128) (512 64)
    bottleneck                             (512 32)
    ups, joined with their skips           (1024 64) (1024 128) (512 256) (256 512)
    output, before and after subpixels     (2 512) (1 1024)

In the reduced presets, unlike the original, no convolution adds a constant: a recording twice as
loud comes back twice as loud, and silence comes back silent. At 22.05 kHz `reduced` sees 83 ms and
`reduced_deep` 0.6 s.

Dilated blocks at the bottleneck were tried to see farther: 5.1 dB of white noise taken off held-out
music after 300 steps, with them and without. A recurrent layer over pooled blocks (TFiLM) was
rejected: what it remembers depends on where a segment starts, so that no finite context makes the
joins of long recordings agree.

References:
    Kuleshov et al., "Audio Super-Resolution Using Neural Nets", ICLR workshop 2017.
    Mohan et al., "Robust and Interpretable Blind Image Denoising via Bias-Free Convolutional Neural
    Networks", ICLR 2020.
    Kim & Sathe, "Bandwidth Extension on Raw Audio via Generative Adversarial Networks", 2019.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor, nn

from engine.errors import ModelError
from engine.models.network import Config, Network
from engine.models.waveform_blocks import (
    DownBlock,
    SampleOutput,
    UpBlock,
    check_blocks,
    original_channels,
    original_kernels,
    pad_to_multiple,
    reach_samples,
)


@dataclass(frozen=True)
class WaveformUNetConfig(Config):
    """Sizes of the network.

    Attributes:
        channels, kernels: of the down blocks, from the samples inwards; mirrored going up.
        dropout: share of features silenced in training, in the bottleneck and going up.
        has_bias: whether convolutions add a constant.
    """

    channels: tuple[int, ...] = (24, 48, 96, 96, 96)
    kernels: tuple[int, ...] = (31, 17, 9, 9, 9)
    dropout: float = 0.0
    has_bias: bool = False

    def __post_init__(self) -> None:
        check_blocks(self.channels, self.kernels)
        if not 0.0 <= self.dropout < 1.0:
            raise ModelError(f"dropout = {self.dropout} is outside 0 .. 1")


def _original(depth: int) -> WaveformUNetConfig:
    return WaveformUNetConfig(original_channels(depth), original_kernels(depth), 0.5, has_bias=True)


@dataclass(frozen=True, eq=False)
class Halfway:
    """What `head` computed and `tail` needs; `features` alone may be replaced.

    Attributes:
        samples: (batch 1 time), what went in, padded.
        skips: (batch feature frame) each, what the down blocks gave.
        features: (batch feature frame), what the up block gave, before its skip joins it.
        up_block: which one, counted from the bottleneck, from 0.
        n_samples: length of what went in, before it was padded.
    """

    samples: Tensor
    skips: tuple[Tensor, ...]
    features: Tensor
    up_block: int
    n_samples: int


class WaveformUNet(Network):
    """Restorer (batch 1 time) -> (batch 1 time) of any length."""

    name = "waveform_unet"
    kind = "restorer"
    config_type = WaveformUNetConfig
    presets: ClassVar[Mapping[str, WaveformUNetConfig]] = {
        "reduced": WaveformUNetConfig(),
        "reduced_deep": WaveformUNetConfig((24, 48, *(96,) * 6), (31, 17, *(9,) * 6)),
        "depth4": _original(4),
        "depth8": _original(8),
    }

    def __init__(self, config: WaveformUNetConfig) -> None:
        super().__init__(config)
        channels, kernels, bias = config.channels, config.kernels, config.has_bias
        deepest, drop = channels[-1], config.dropout
        self.downs = nn.ModuleList(
            DownBlock(*size, has_bias=bias)
            for size in zip((1, *channels), channels, kernels, strict=False)
        )
        self.bottleneck = DownBlock(deepest, deepest, kernels[-1], has_bias=bias, dropout=drop)
        self.ups = nn.ModuleList()
        n_in = deepest
        for n_out, kernel in zip(reversed(channels), reversed(kernels), strict=True):
            self.ups.append(UpBlock(n_in, n_out, kernel, has_bias=bias, dropout=drop))
            n_in = 2 * n_out
        self.output = SampleOutput(n_in, has_bias=bias, gain=0.01)
        self.n_up_blocks = len(channels)
        self.stride_samples = 2 ** (len(channels) + 1)
        self.receptive_samples = 2 * reach_samples(kernels) + 1

    def forward(self, samples: Tensor) -> Tensor:
        """Restored samples, shaped like the degraded ones (batch 1 time)."""
        return self.tail(self.head(samples, self.n_up_blocks - 1))

    def head(self, samples: Tensor, up_block: int) -> Halfway:
        """Everything up to the output of an up block, 0 being the one after the bottleneck.

        Raises:
            ModelError: there is no such block.
        """
        if not 0 <= up_block < self.n_up_blocks:
            raise ModelError(f"up_block = {up_block} is outside 0 .. {self.n_up_blocks - 1}")
        assert samples.ndim == 3, samples.shape
        padded = pad_to_multiple(samples, self.stride_samples)
        skips: list[Tensor] = []
        features = padded
        for down in self.downs:
            features = down(features)
            skips.append(features)
        features = self.bottleneck(features)
        features = self.ups[0](features)
        for block in range(1, up_block + 1):
            features = self._up(block, features, skips[-block])
        return Halfway(padded, tuple(skips), features, up_block, samples.shape[-1])

    def tail(self, halfway: Halfway) -> Tensor:
        """The rest, with the skips as they were: `tail(head(samples, any))` is `forward`."""
        features = halfway.features
        for block in range(halfway.up_block + 1, self.n_up_blocks):
            features = self._up(block, features, halfway.skips[-block])
        joined = torch.cat((features, halfway.skips[0]), dim=1)
        restored: Tensor = halfway.samples + self.output(joined)
        return restored[..., : halfway.n_samples]

    def _up(self, block: int, features: Tensor, skip: Tensor) -> Tensor:
        """Join the skip and go up by one block."""
        result: Tensor = self.ups[block](torch.cat((features, skip), dim=1))
        return result
