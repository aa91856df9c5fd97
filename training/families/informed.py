"""Informed: supervised training of a network that is told the spectrum of the noise.

Sometimes it is told what the noise of the example is, as if a stretch of it were marked, off by a
decibel as another second would be; sometimes what the first looks have taken out, as if nothing
were known; sometimes something between, which is what a second guess comes to.

Shapes, as einops patterns:
    samples    (batch 1 time)   float32
    noise      (batch 2 bin)    see engine.models.noise_told
"""

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor
from typing_extensions import override

from engine.errors import ModelError
from engine.models.informed import Informed
from engine.models.network import Network
from engine.models.noise_told import disturbed
from training.dataset import Batch
from training.families.base import Figures, Ground
from training.families.supervised import Supervised, SupervisedSettings, si_sdr_db

_FAINT = 1e-12
_CLEAN_DB = 40.0


@dataclass(frozen=True)
class InformedSettings(SupervisedSettings):
    """What the loss weighs, and how often what is told.

    Attributes:
        guessed: share of examples where nothing but what the looks took out is told.
        known: share where the noise is; the rest lies between.
        error_db: by how much what is known is off.
        n_uses: steps down the loss for each batch, told otherwise each time; looking takes longer.
    """

    guessed: float = 0.45
    known: float = 0.3
    error_db: float = 1.5
    n_uses: int = 2


class InformedTraining(Supervised):
    """For networks that are told the noise."""

    name = "informed"
    kinds: ClassVar[tuple[str, ...]] = ("restorer",)
    settings_type = InformedSettings

    def __init__(self, network: Network, settings: InformedSettings, ground: Ground) -> None:
        if not isinstance(network, Informed):
            raise ModelError(f"a {network.name} is told nothing of the noise; take 'supervised'")
        super().__init__(network, settings, ground)

    @override
    def step(self, batch: Batch) -> Figures:
        self.shared.train()
        settings: InformedSettings = self.settings
        with self.ground.computing():
            looks = self._own().looks(batch.degraded)
        costs = [self._learnt(batch, looks) for _ in range(max(1, settings.n_uses))]
        return {name: sum(cost[name] for cost in costs) / len(costs) for name in costs[0]}

    def _learnt(self, batch: Batch, looks: tuple[Tensor, ...]) -> Figures:
        with self.ground.computing():
            restored = self.shared(batch.degraded, self._told(batch, looks), looks)
        loss = self.loss(restored.float(), batch.target).mean()
        slope = self.learn(loss)
        return {"loss": loss.item(), "slope": slope}

    @override
    def validate(self, network: Network, batch: Batch) -> dict[str, Tensor]:
        assert isinstance(network, Informed)
        with self.ground.computing():
            looks = network.looks(batch.degraded)
            blind = network(batch.degraded, None, looks).float()
            noise = network.measure(batch.degraded - batch.clean)
            told = network(batch.degraded, noise, looks).float()
        losses = [self.loss(each, batch.target) for each in (blind, told)]
        before = self._sdr_db(batch.clean, batch.degraded)
        first = torch.stack(looks).mean(0).float()
        agreement = -0.5 * (losses[0] + losses[1])
        return {
            "loss": losses[0],
            "agreement": agreement,
            "si_sdr_gain": self._sdr_db(batch.clean, blind) - before,
            "told_gain": self._sdr_db(batch.clean, told) - before,
            "first_gain": self._sdr_db(batch.clean, first) - before,
        }

    def _own(self) -> Informed:
        assert isinstance(self.network, Informed)
        return self.network

    def _told(self, batch: Batch, looks: tuple[Tensor, ...]) -> Tensor:
        """The noise (batch 2 bin) that each example is told."""
        settings: InformedSettings = self.settings
        own = self._own()
        guess = own.measure(batch.degraded - torch.stack(looks).mean(0))
        known = disturbed(own.measure(batch.degraded - batch.clean), settings.error_db)
        draw = torch.rand(len(guess), 1, 1)
        share = torch.rand(len(guess), 1, 1)
        share = torch.where(draw < settings.guessed, torch.zeros_like(share), share)
        share = torch.where(draw >= 1.0 - settings.known, torch.ones_like(share), share)
        share = share.to(guess.device)
        return torch.exp(
            (1.0 - share) * torch.log(guess + _FAINT) + share * torch.log(known + _FAINT)
        )

    @staticmethod
    def _sdr_db(clean: Tensor, restored: Tensor) -> Tensor:
        return si_sdr_db(clean, restored).clamp_max(_CLEAN_DB)
