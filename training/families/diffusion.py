"""Diffusion: a prior learns to denoise clean music at every level of white noise.

Levels are drawn uniformly in the warped schedule of the samplers, or log-normally; the error is
weighed as in EDM. A validation draws the same levels and noises each time and tells the loss in
quarters, from the faintest noise to the strongest.

References:
    Karras et al., "Elucidating the Design Space of Diffusion-Based Generative
    Models", NeurIPS 2022.
    Moliner, Lehtinen & Välimäki, "Solving Audio Inverse Problems with a Diffusion Model", ICASSP
    2023: the warped levels.
"""

from dataclasses import dataclass
from typing import cast

import torch
from torch import Tensor
from typing_extensions import override

from engine.diffusion.edm import EDM, warped_sigmas
from engine.models.network import Network
from training.dataset import Batch
from training.families.base import Family, Figures, Ground

_QUARTERS = ("loss_faint", "loss_soft", "loss_loud", "loss_strong")


@dataclass(frozen=True)
class DiffusionSettings:
    """Levels of noise.

    Attributes:
        sigma_data: standard deviation of the music, as [data] level brings it there.
        sigma_min, sigma_max: the faintest and the strongest noise.
        rho: how much faint noise is preferred.
    """

    sigma_data: float = 0.063
    sigma_min: float = 1e-4
    sigma_max: float = 1.0
    rho: float = 10.0


class Diffusion(Family):
    """For priors."""

    name = "diffusion"
    kinds = ("prior",)
    best = "agreement"
    settings_type = DiffusionSettings

    def __init__(self, network: Network, settings: DiffusionSettings, ground: Ground) -> None:
        super().__init__(network, settings, ground)

    @override
    def step(self, batch: Batch) -> Figures:
        self.shared.train()
        sigma, noise = self._draw(batch.clean, torch.default_generator)
        with self.ground.computing():
            shared = cast(Network, self.shared)  # or what stands for it where there are several
            losses = EDM(shared, self.settings.sigma_data).loss(batch.clean, sigma, noise)
        loss = losses.float().mean()
        slope = self.learn(loss)
        return {"loss": loss.item(), "slope": slope}

    @override
    def validate(self, network: Network, batch: Batch) -> dict[str, Tensor]:
        settings: DiffusionSettings = self.settings
        generator = torch.Generator().manual_seed(self.ground.recipe.training.seed)
        sigma, noise = self._draw(batch.clean, generator)
        with self.ground.computing():
            losses = EDM(network, settings.sigma_data).loss(batch.clean, sigma, noise).float()
        low, high = (
            settings.sigma_min ** (1 / settings.rho),
            settings.sigma_max ** (1 / settings.rho),
        )
        place = 4.0 * (sigma ** (1 / settings.rho) - low) / (high - low)
        nowhere = torch.full_like(losses, torch.nan)
        quarters = {
            name: torch.where((place.clamp(0.0, 3.999) // 1) == number, losses, nowhere)
            for number, name in enumerate(_QUARTERS)
        }
        return {"loss": losses, "agreement": -losses, **quarters}

    @override
    def restored(self, network: Network, batch: Batch) -> Tensor | None:
        level = (batch.degraded - batch.clean).square().mean((1, 2)).sqrt()
        sigma = level.clamp(self.settings.sigma_min, self.settings.sigma_max)
        return EDM(network, self.settings.sigma_data)(batch.degraded, sigma)

    def _draw(self, clean: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        """Levels (batch) and white noise of variance 1 like the samples."""
        settings: DiffusionSettings = self.settings
        sigma = warped_sigmas(
            len(clean), settings.sigma_min, settings.sigma_max, settings.rho, generator
        )
        noise = torch.randn(clean.shape, generator=generator)
        return sigma.to(clean.device), noise.to(clean.device)
