"""Waveform autoencoder: what matters in a recording, as features to compare recordings by.

The waveform U-Net without skips and without its input in the sum, so that everything goes through
the bottleneck. Trained to give back what it took; generators are then told apart by what lies in
its bottleneck.

Shapes, as einops patterns:
    samples    (batch 1 time)
    features   (batch feature frame), a frame for every 2 ** (blocks + 1) samples

References:
    Kim & Sathe, "Bandwidth Extension on Raw Audio via Generative Adversarial Networks", 2019.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

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
)


@dataclass(frozen=True)
class WaveformAutoencoderConfig(Config):
    """Sizes of the network.

    Attributes:
        channels, kernels: of the down blocks, from the samples inwards; mirrored going up, where
            blocks have twice the features.
        dropout: share of features silenced in training, in the bottleneck and going up.
        has_norm: batch norms going down.
    """

    channels: tuple[int, ...] = (24, 48, 96, 96)
    kernels: tuple[int, ...] = (31, 17, 9, 9)
    dropout: float = 0.0
    has_norm: bool = False

    def __post_init__(self) -> None:
        check_blocks(self.channels, self.kernels)
        if not 0.0 <= self.dropout < 1.0:
            raise ModelError(f"dropout = {self.dropout} is outside 0 .. 1")


def _original(depth: int) -> WaveformAutoencoderConfig:
    return WaveformAutoencoderConfig(original_channels(depth), original_kernels(depth), 0.5, True)


class WaveformAutoencoder(Network):
    """Autoencoder (batch 1 time) -> (batch 1 time) of any length."""

    name = "waveform_autoencoder"
    kind = "autoencoder"
    config_type = WaveformAutoencoderConfig
    presets: ClassVar[Mapping[str, WaveformAutoencoderConfig]] = {
        "reduced": WaveformAutoencoderConfig(),
        "depth4": _original(4),
        "depth8": _original(8),
    }

    def __init__(self, config: WaveformAutoencoderConfig) -> None:
        super().__init__(config)
        channels, kernels = config.channels, config.kernels
        sizes = zip((1, *channels), channels, kernels, strict=False)
        self.downs = nn.Sequential(*(DownBlock(*size, has_norm=config.has_norm) for size in sizes))
        n_in = channels[-1]
        self.bottleneck = DownBlock(n_in, n_in, kernels[-1], dropout=config.dropout)
        ups = []
        for n_features, kernel in zip(reversed(channels), reversed(kernels), strict=True):
            ups.append(UpBlock(n_in, 2 * n_features, kernel, dropout=config.dropout))
            n_in = 2 * n_features
        self.ups = nn.Sequential(*ups)
        self.output = SampleOutput(n_in)
        self.stride_samples = 2 ** (len(channels) + 1)

    def forward(self, samples: Tensor) -> Tensor:
        """Samples as they come back, shaped like those that went in."""
        restored: Tensor = self.output(self.ups(self.encode(samples)))
        return restored[..., : samples.shape[-1]]

    def encode(self, samples: Tensor) -> Tensor:
        """What the bottleneck gives (batch feature frame)."""
        assert samples.ndim == 3, samples.shape
        features: Tensor = self.bottleneck(
            self.downs(pad_to_multiple(samples, self.stride_samples))
        )
        return features
