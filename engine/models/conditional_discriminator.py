"""Conditional discriminator: is this a clean recording, and of what the degraded one holds?

The discriminator with the degraded samples as a second channel beside the candidate's; no gradient
goes into them.

Shapes, as einops patterns:
    samples, degraded   (batch 1 time)
    logits              (batch)

References:
    Isola et al., "Image-to-Image Translation with Conditional Adversarial Networks", CVPR 2017.
"""

from collections.abc import Mapping
from typing import ClassVar

import torch
from torch import Tensor

from engine.models.critic import Critic
from engine.models.discriminator import PRESETS, DiscriminatorConfig, WindowJudge


class ConditionalDiscriminator(Critic):
    """Judges a candidate beside the degraded samples it was made from."""

    name = "conditional_discriminator"
    config_type = DiscriminatorConfig
    presets: ClassVar[Mapping[str, DiscriminatorConfig]] = PRESETS
    needs_degraded = True

    def __init__(self, config: DiscriminatorConfig) -> None:
        super().__init__(config)
        self.judge = WindowJudge(2, config)

    def forward(self, samples: Tensor, degraded: Tensor) -> Tensor:
        """Logits of being the clean form of the degraded samples (batch)."""
        assert samples.shape == degraded.shape, (samples.shape, degraded.shape)
        logits: Tensor = self.judge(torch.cat((samples, degraded.detach()), dim=1))
        return logits
