"""Adversarial step: one batch teaches the critic, then the generator.

The generator learns from the first batch on, by distance and features alone; the critic's doubt
joins once the critic has seen enough of what it makes. While the generator learns, critic and
autoencoder are frozen and in eval mode, so that dropout does not blur their slopes and batch norms
keep the statistics of clean and made samples together.

Shapes, as einops patterns:
    clean, degraded   (batch 1 time)
"""

from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn

from engine.errors import SettingsError
from engine.models.critic import Critic, critic_loss
from engine.models.waveform_autoencoder import WaveformAutoencoder
from engine.models.waveform_unet import WaveformUNet
from training.adversarial_loss import GeneratorTerms, generator_loss


@dataclass(frozen=True)
class AdversarialSettings:
    """How both learn.

    Attributes:
        terms: what the generator pays.
        generator_rate, critic_rate: learning rates.
        n_batches_apart: batches in which the critic's doubt does not count yet.
        critic_steps: steps of the critic for each one of the generator.
        largest_slope: norm to which the slopes of the generator are held.
    """

    terms: GeneratorTerms = GeneratorTerms()
    generator_rate: float = 1e-4
    critic_rate: float = 1e-4
    n_batches_apart: int = 10
    critic_steps: int = 1
    largest_slope: float = 1.0

    def __post_init__(self) -> None:
        if self.critic_steps < 1:
            raise SettingsError(f"critic_steps = {self.critic_steps} must be at least 1")


@dataclass(frozen=True)
class StepLosses:
    """What one batch cost; terms before they are weighed, 0 where they did not count."""

    critic: float
    distance: float
    adversarial: float
    feature: float


class AdversarialStep:
    """The networks, an optimiser for each of the two that learn, and the number of batches seen."""

    def __init__(
        self,
        generator: WaveformUNet,
        critic: Critic,
        autoencoder: WaveformAutoencoder | None = None,
        settings: AdversarialSettings | None = None,
    ) -> None:
        self._settings = settings or AdversarialSettings()
        self._generator, self._critic = generator, critic.train().requires_grad_(True)
        self._autoencoder = autoencoder.eval().requires_grad_(False) if autoencoder else None
        self._of_generator = torch.optim.Adam(generator.parameters(), self._settings.generator_rate)
        self._of_critic = torch.optim.Adam(critic.parameters(), self._settings.critic_rate)
        self.n_batches = 0

    def __call__(self, clean: Tensor, degraded: Tensor) -> StepLosses:
        """Learn from one batch."""
        restored = self._generator.train()(degraded)
        of_critic = [
            self._teach_critic(clean, restored, degraded)
            for _ in range(self._settings.critic_steps)
        ]
        terms = self._settings.terms
        if self.n_batches < self._settings.n_batches_apart:
            terms = replace(terms, adversarial=0.0)
        self._critic.eval().requires_grad_(False)
        loss = generator_loss(restored, clean, degraded, terms, self._critic, self._autoencoder)
        self._of_generator.zero_grad()
        loss.total.backward()
        nn.utils.clip_grad_norm_(self._generator.parameters(), self._settings.largest_slope)
        self._of_generator.step()
        self._critic.train().requires_grad_(True)
        self.n_batches += 1
        return StepLosses(
            of_critic[-1], loss.distance.item(), loss.adversarial.item(), loss.feature.item()
        )

    def _teach_critic(self, clean: Tensor, restored: Tensor, degraded: Tensor) -> float:
        """One step of the critic; no slope goes into the generator."""
        self._of_critic.zero_grad()
        loss = critic_loss(self._critic, clean, restored, degraded, self._settings.terms.objective)
        loss.backward()
        self._of_critic.step()
        return loss.item()
