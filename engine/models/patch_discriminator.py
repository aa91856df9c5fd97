"""Patch discriminator: many verdicts along the recording, at several rates at once.

Every scale halves the rate of the one before by averaging and judges by a stack of grouped
convolutions of its own. Verdicts are meant for the least-squares objective; cross entropy takes
them as logits.

Shapes, as einops patterns:
    samples    (batch 1 time)
    verdicts   (batch patch), one tensor a scale; `forward` gives them one after the other

References:
    Kumar et al., "MelGAN: Generative Adversarial Networks for Conditional Waveform Synthesis",
    NeurIPS 2019.
    Moliner & Valimaki, "BEHM-GAN: Bandwidth Extension of Historical Music using Generative
    Adversarial Networks", IEEE/ACM TASLP 31, 2023; the preset `behm` has its sizes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor, nn
from torch.nn.utils.parametrizations import weight_norm

from engine.errors import ModelError
from engine.models.critic import Critic
from engine.models.network import Config

_SLOPE = 0.1
_STRIDE = 4
_PER_GROUP = 4
"""Features that a group of a strided convolution takes in."""


@dataclass(frozen=True)
class PatchDiscriminatorConfig(Config):
    """Sizes of the network.

    Attributes:
        channels: features of the first convolution, then of each strided one.
        n_scales: rates it judges at, each half of the one before.
    """

    counts: ClassVar[tuple[str, ...]] = ("n_scales",)
    channels: tuple[int, ...] = (16, 32, 64, 128, 128)
    n_scales: int = 3

    def __post_init__(self) -> None:
        if len(self.channels) < 2 or any(n < 1 or n % _PER_GROUP for n in self.channels):
            raise ModelError(
                f"channels = {self.channels} must be two or more multiples of {_PER_GROUP}"
            )
        if any(b % a for a, b in zip(self.channels, self.channels[1:], strict=False)):
            raise ModelError(f"channels = {self.channels} must each divide the next")
        if self.n_scales < 1:
            raise ModelError(f"n_scales = {self.n_scales} must be at least 1")


class PatchJudge(nn.Module):
    """One scale: (batch 1 time) -> (batch patch)."""

    def __init__(self, channels: tuple[int, ...]) -> None:
        super().__init__()
        layers: list[nn.Module] = [weight_norm(nn.Conv1d(1, channels[0], 15, padding=7))]
        for n_in, n_out in zip(channels, channels[1:], strict=False):
            strided = nn.Conv1d(
                n_in, n_out, 41, stride=_STRIDE, padding=20, groups=n_in // _PER_GROUP
            )
            layers += [nn.LeakyReLU(_SLOPE), weight_norm(strided)]
        last = channels[-1]
        layers += [nn.LeakyReLU(_SLOPE), weight_norm(nn.Conv1d(last, last, 5, padding=2))]
        layers += [nn.LeakyReLU(_SLOPE), weight_norm(nn.Conv1d(last, 1, 3, padding=1))]
        self.layers = nn.Sequential(*layers)

    def forward(self, samples: Tensor) -> Tensor:
        """A verdict for every stretch of 4 ** strided convolutions samples."""
        verdicts: Tensor = self.layers(samples)
        return verdicts.squeeze(1)


class PatchDiscriminator(Critic):
    """Judges a candidate (batch 1 time) patch by patch."""

    name = "patch_discriminator"
    config_type = PatchDiscriminatorConfig
    presets: ClassVar[Mapping[str, PatchDiscriminatorConfig]] = {
        "small": PatchDiscriminatorConfig(),
        "behm": PatchDiscriminatorConfig((16, 64, 256, 1024, 1024), 4),
    }

    def __init__(self, config: PatchDiscriminatorConfig) -> None:
        super().__init__(config)
        self.judges = nn.ModuleList(PatchJudge(config.channels) for _ in range(config.n_scales))
        # Silence beyond the ends does not count, so that the ends are no quieter than the rest.
        self.halve = nn.AvgPool1d(4, stride=2, padding=2, count_include_pad=False)

    def forward(self, samples: Tensor) -> Tensor:
        """Verdicts (batch patch) of all scales, the finest one first."""
        return torch.cat(self.scales(samples), dim=1)

    def scales(self, samples: Tensor) -> tuple[Tensor, ...]:
        """Verdicts (batch patch) of each scale, the finest one first."""
        assert samples.ndim == 3, samples.shape
        verdicts = []
        for judge in self.judges:
            verdicts.append(judge(samples))
            samples = self.halve(samples)
        return tuple(verdicts)

    def verdicts(self, candidate: Tensor, degraded: Tensor) -> tuple[Tensor, ...]:
        """Verdicts of each scale about the candidate alone."""
        return self.scales(candidate)
