"""Informed: supervised training of a network that is told the spectrum of the noise.

Sometimes it is told what the noise of the example is, as if a stretch of it were marked, off by a
decibel as another second would be; sometimes what the first looks have taken out, as if nothing
were known; sometimes something between, which is what a second guess comes to.

On discs that the first looks have not learnt they leave noise in or take music out. So in a share
of the examples they are made to, over bands that are drawn, lest the network trusts them blindly;
and in a share everything ends where the files of a lower sample rate end.

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
from engine.models.noise_told import disturbed, drawn_curve
from training.dataset import Batch
from training.families.base import Figures, Ground
from training.families.supervised import Supervised, SupervisedSettings, si_sdr_db

_FAINT = 1e-12
_CLEAN_DB = 40.0
_STEEP_HZ = 300.0
"""Width of the edge where a file ends."""


@dataclass(frozen=True)
class InformedSettings(SupervisedSettings):
    """What the loss weighs, and how often what is told.

    Attributes:
        guessed: share of examples where nothing but what the looks took out is told.
        known: share where the noise is; the rest lies between.
        error_db: by how much what is known is off.
        n_uses: steps down the loss for each batch, told otherwise each time; looking takes longer.
        first: what the error of the first looks weighs, which then learn too; 0 leaves them alone.
        spoilt: share of looks that are made worse before the network sees them.
        ended: share of examples that hold nothing above a frequency that is drawn.
        ends_hz: range of that.
    """

    guessed: float = 0.45
    known: float = 0.3
    error_db: float = 1.5
    n_uses: int = 2
    first: float = 0.0
    spoilt: float = 0.0
    ended: float = 0.0
    ends_hz: tuple[float, ...] = (3500.0, 15000.0)


class InformedTraining(Supervised):
    """For networks that are told the noise."""

    name = "informed"
    kinds: ClassVar[tuple[str, ...]] = ("restorer",)
    settings_type = InformedSettings

    def __init__(self, network: Network, settings: InformedSettings, ground: Ground) -> None:
        if not isinstance(network, Informed):
            raise ModelError(f"a {network.name} is told nothing of the noise; take 'supervised'")
        network.first.requires_grad_(settings.first > 0.0)
        super().__init__(network, settings, ground)

    @override
    def step(self, batch: Batch) -> Figures:
        self.shared.train()
        settings: InformedSettings = self.settings
        batch = self._ended(batch)
        if settings.first > 0.0:
            return self._learnt_with_looks(batch)
        with self.ground.computing():
            looks = self._own().looks(batch.degraded)
        costs = [self._learnt(batch, looks) for _ in range(max(1, settings.n_uses))]
        return {name: sum(cost[name] for cost in costs) / len(costs) for name in costs[0]}

    def _learnt(self, batch: Batch, looks: tuple[Tensor, ...]) -> Figures:
        loss = self._loss_of(batch, looks)
        slope = self.learn(loss)
        return {"loss": loss.item(), "slope": slope}

    def _learnt_with_looks(self, batch: Batch) -> Figures:
        """One step of all networks, down the loss of the last and of each look."""
        settings: InformedSettings = self.settings
        with self.ground.computing():
            looks = tuple(self._own().first.looks(batch.degraded))
        errors = [self.loss(each.float(), batch.target).mean() for each in looks]
        first = torch.stack(errors).mean()
        losses = [self._loss_of(batch, looks) for _ in range(max(1, settings.n_uses))]
        loss = sum(losses[1:], losses[0]) / len(losses)
        slope = self.learn(loss + settings.first * first)
        return {"loss": loss.item(), "first_loss": first.item(), "slope": slope}

    def _loss_of(self, batch: Batch, looks: tuple[Tensor, ...]) -> Tensor:
        seen = tuple(self._spoilt(batch.degraded, each) for each in looks)
        with self.ground.computing():
            restored = self.shared(batch.degraded, self._told(batch, seen), seen)
        return self.loss(restored.float(), batch.target).mean()

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
        with torch.no_grad():
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

    def _spoilt(self, degraded: Tensor, look: Tensor) -> Tensor:
        """A look that here and there left the noise in, or took the music out."""
        settings: InformedSettings = self.settings
        if settings.spoilt <= 0.0:
            return look
        n_samples, device = look.shape[-1], look.device
        draw = torch.rand(2, len(look), 1, 1, device=device)
        depth = (draw[0] < settings.spoilt).float()
        curve = drawn_curve(len(look), n_samples // 2 + 1, device)[:, None]
        kept = 1.0 - depth * torch.sigmoid(2.0 * curve)
        other = torch.where(draw[1] < 0.5, degraded.float(), torch.zeros_like(degraded))
        both = torch.fft.rfft(look.float() - other)
        spoilt: Tensor = other + torch.fft.irfft(kept * both, n=n_samples)
        return spoilt

    def _ended(self, batch: Batch) -> Batch:
        """Examples as a file of a lower rate holds them."""
        settings: InformedSettings = self.settings
        if settings.ended <= 0.0:
            return batch
        n_samples, rate = batch.clean.shape[-1], self.ground.recipe.data.sample_rate
        device = batch.clean.device
        draw = torch.rand(2, len(batch.clean), 1, 1, device=device)
        low, high = settings.ends_hz
        end_hz = low * (high / low) ** draw[0]
        end_hz = torch.where(draw[1] < settings.ended, end_hz, torch.full_like(end_hz, rate))
        hz = torch.fft.rfftfreq(n_samples, 1.0 / rate, device=device)
        gain = torch.clamp((end_hz - hz) / _STEEP_HZ + 0.5, 0.0, 1.0)
        return Batch(*(torch.fft.irfft(torch.fft.rfft(each) * gain, n=n_samples) for each in batch))

    @staticmethod
    def _sdr_db(clean: Tensor, restored: Tensor) -> Tensor:
        return si_sdr_db(clean, restored).clamp_max(_CLEAN_DB)
