"""Discriminators on samples: is this a clean recording, or one that a generator has made?

Strided convolutions as in the waveform U-Net, then one linear layer over a window of fixed
length, as in the original. What is longer is cut into windows, the last of them flush with the
end, and judged by the mean of their logits; what is shorter is followed by silence.

Shapes, as einops patterns:
    samples    (batch channel time), 1 channel, or 2 with the degraded samples beside them
    logits     (batch)
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor, nn

from engine.errors import ModelError
from engine.models.critic import Critic
from engine.models.network import Config
from engine.models.waveform_blocks import (
    DownBlock,
    check_blocks,
    original_channels,
    original_kernels,
    pad_to_multiple,
)

_SILENT = 1e-5
"""Level of what is left as faint as it is."""


@dataclass(frozen=True)
class DiscriminatorConfig(Config):
    """Sizes of the network.

    Attributes:
        channels, kernels: of the blocks, from the samples inwards.
        window: length of what is judged at once, in samples; a multiple of 2 ** blocks.
        dropout: share of features silenced in training.
        has_norm: batch norms after the convolutions; without them each example is judged by
            itself in training too.
        emphasis: share of the sample before that is taken off each sample, so that faint treble
            counts; windows are then brought to one level as well. 0 judges samples as they are.
    """

    channels: tuple[int, ...] = (24, 48, 96, 96, 96)
    kernels: tuple[int, ...] = (31, 17, 9, 9, 9)
    window: int = 4096
    dropout: float = 0.2
    has_norm: bool = False
    emphasis: float = 0.0

    def __post_init__(self) -> None:
        check_blocks(self.channels, self.kernels)
        stride = 2 ** len(self.channels)
        if self.window < stride or self.window % stride:
            raise ModelError(f"window = {self.window} must be a multiple of {stride} samples")
        if not 0.0 <= self.dropout < 1.0:
            raise ModelError(f"dropout = {self.dropout} is outside 0 .. 1")
        if not 0.0 <= self.emphasis <= 1.0:
            raise ModelError(f"emphasis = {self.emphasis} is outside 0 .. 1")


def _original(depth: int, window: int) -> DiscriminatorConfig:
    return DiscriminatorConfig(
        original_channels(depth), original_kernels(depth), window, dropout=0.5, has_norm=True
    )


PRESETS: Mapping[str, DiscriminatorConfig] = {
    "reduced": DiscriminatorConfig(),
    "depth4": _original(4, 1024),
    "depth4_long": _original(4, 2048),
    "depth8": _original(8, 4096),
}


class WindowJudge(nn.Module):
    """Windows of samples (batch channel time) -> logits (batch)."""

    def __init__(self, n_in: int, config: DiscriminatorConfig) -> None:
        super().__init__()
        sizes = zip((n_in, *config.channels), config.channels, config.kernels, strict=False)
        self.downs = nn.Sequential(
            *(DownBlock(*size, has_norm=config.has_norm) for size in sizes),
            nn.Dropout(config.dropout),
        )
        self.window, self.emphasis = config.window, config.emphasis
        n_frames = config.window // 2 ** len(config.channels)
        self.verdict = nn.Linear(config.channels[-1] * n_frames, 1)

    def forward(self, samples: Tensor) -> Tensor:
        """Mean logit of the windows; a window weighs the same wherever it lies."""
        windows = self._windows(samples)
        if self.emphasis:
            windows = emphasised(windows, self.emphasis)
        n_windows, n_batch = windows.shape[:2]
        features = self.downs(windows.flatten(0, 1)).flatten(1)
        logits: Tensor = self.verdict(features).reshape(n_windows, n_batch).mean(0)
        return logits

    def _windows(self, samples: Tensor) -> Tensor:
        """(window batch channel time): one after the other, the last one flush with the end."""
        n_samples = samples.shape[-1]
        if n_samples <= self.window:
            return pad_to_multiple(samples, self.window)[None]
        starts = [*range(0, n_samples - self.window, self.window), n_samples - self.window]
        return torch.stack([samples[..., start : start + self.window] for start in starts])


def emphasised(samples: Tensor, emphasis: float) -> Tensor:
    """Treble raised over bass, and all channels of an item at one level together, near 1.

    samples: (... channel time).
    """
    raised = samples[..., 1:] - emphasis * samples[..., :-1]
    raised = nn.functional.pad(raised, (1, 0))
    level = raised.square().mean((-2, -1), keepdim=True).sqrt()
    return raised / (level + _SILENT)


class Discriminator(Critic):
    """Judges a candidate (batch 1 time) by itself."""

    name = "discriminator"
    config_type = DiscriminatorConfig
    presets: ClassVar[Mapping[str, DiscriminatorConfig]] = PRESETS

    def __init__(self, config: DiscriminatorConfig) -> None:
        super().__init__(config)
        self.judge = WindowJudge(1, config)

    def forward(self, samples: Tensor) -> Tensor:
        """Logits of being clean (batch)."""
        assert samples.ndim == 3, samples.shape
        logits: Tensor = self.judge(samples)
        return logits
