"""Prior: a trained network on a device, with what its card tells, as a denoiser.

Shapes:
    x, denoised   (batch channel time)   at the rate and level of the card
    sigma         (batch)
"""

import torch
from torch import Tensor

from engine.card import Card
from engine.diffusion.edm import EDM
from engine.errors import ModelError
from engine.models.network import Network


class Prior(EDM):
    """What recordings of one kind are like: the best guess at one from noise and it.

    Attributes:
        card: what it was trained on.
        device: where it computes; x and sigma belong there.
    """

    def __init__(
        self,
        network: Network,
        card: Card,
        device: str | torch.device = "cpu",
        dtype: torch.dtype = torch.float32,
    ) -> None:
        """Move the network to the device and to eval mode.

        Args:
            network: of the kind "prior", with its weights.
            card: that came with them.
            device: as torch names it.
            dtype: of convolutions: bfloat16 pays on GPUs and costs time on most CPUs. Transforms,
                norms, and all that is done outside the network stay in float32.

        Raises:
            ModelError: the network is no prior, or its card does not say of which data.
        """
        if network.kind != "prior" or not card.sigma_data > 0.0:
            raise ModelError(
                f"the network {network.name} with sigma_data = {card.sigma_data:g} is no prior; "
                "choose weights that were trained as one"
            )
        super().__init__(network.to(device).eval().requires_grad_(False), card.sigma_data)
        self.card = card
        self.device = torch.device(device)
        self._dtype = dtype

    @property
    def sample_rate(self) -> int:
        """In Hz."""
        return self.card.sample_rate

    @property
    def segment_samples(self) -> int:
        """Length of the segments that serve it best."""
        return self.card.segment_samples

    @property
    def sigma_min(self) -> float:
        """Lowest noise level it was trained on."""
        return self.card.sigma_min

    @property
    def sigma_max(self) -> float:
        """Highest noise level it was trained on."""
        return self.card.sigma_max

    def __call__(self, x: Tensor, sigma: Tensor) -> Tensor:
        """Estimate the clean samples in float32, given back in the type of x."""
        is_half = self._dtype != torch.float32
        with torch.autocast(self.device.type, self._dtype, enabled=is_half):
            return super().__call__(x.float(), sigma.float()).to(x.dtype)
