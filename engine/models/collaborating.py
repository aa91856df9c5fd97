"""Collaborating: a generator that restores with its critic beside it, as one network.

Shapes, as einops patterns:
    samples   (batch 1 time)
"""

from collections.abc import Mapping
from typing import ClassVar

from torch import Tensor

from engine.errors import ModelError
from engine.models.collaborative import Collaboration, refine
from engine.models.critic import Critic
from engine.models.network import Config, Network
from engine.models.waveform_unet import WaveformUNet, WaveformUNetConfig

PATIENCE = 10
"""Iterations for each segment; each takes about three times as long as restoring it."""


class Collaborating(Network):
    """Restorer (batch 1 time) -> (batch 1 time) whose samples the critic corrects.

    It is made of two networks that are there, and has no weights of its own to be saved or loaded.
    """

    name = "collaborating"
    kind = "restorer"
    config_type = WaveformUNetConfig
    presets: ClassVar[Mapping[str, Config]] = {}

    def __init__(
        self, generator: Network, critic: Network, collaboration: Collaboration | None = None
    ) -> None:
        """Join them, in eval mode.

        Raises:
            ModelError: one of them cannot do its part.
        """
        if not isinstance(generator, WaveformUNet):
            raise ModelError(
                f"collaborative sampling works with a waveform_unet, and not with a "
                f"{generator.name}; switch it off, or import another model"
            )
        if not isinstance(critic, Critic):
            raise ModelError(
                f"collaborative sampling needs a discriminator, and a {critic.name} is none; "
                "switch it off, or import another critic"
            )
        super().__init__(generator.config)
        self.generator, self.critic = generator, critic
        self.collaboration = collaboration or Collaboration(n_iterations=PATIENCE)
        self.eval()

    def forward(self, samples: Tensor) -> Tensor:
        """Restored samples that the critic takes for real, or comes nearer to that."""
        return refine(self.generator, self.critic, samples, self.collaboration).samples
