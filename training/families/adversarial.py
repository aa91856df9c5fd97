"""Adversarial: beside the distance from the clean samples the network pays for a critic's doubt.

The recipe names the critic in [family.critic] and, where strange features are to cost as well, an
autoencoder with its weights in [family.autoencoder]. Each batch teaches the critic, then the
network. The network learns from the first batch on, by distance and features alone; the doubt joins
once the critic has seen enough of what it makes. While the network learns, critic and autoencoder
are frozen and in eval mode, so that dropout does not blur their slopes and batch norms keep the
statistics of clean and made samples together.

A network that pays for doubt makes up what it cannot know, so that its error rises while its
spectrum becomes that of music: the log-spectral distance says which weights are kept.

Shapes, as einops patterns:
    restored, clean, degraded   (batch 1 time)

References:
    Kim & Sathe, "Bandwidth Extension on Raw Audio via Generative Adversarial Networks", 2019; their
    three terms.
    Moliner & Välimäki, "BEHM-GAN: Bandwidth Extension of Historical Music using Generative
    Adversarial Networks", IEEE/ACM TASLP 31, 2023; least squares over the patches of scales.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import torch
from torch import Tensor, nn
from torch.nn import functional
from typing_extensions import override

from engine.errors import SettingsError
from engine.models.collaborative import held
from engine.models.critic import Critic, critic_loss
from engine.models.network import Network
from engine.models.objective import OBJECTIVES, Objective
from engine.models.waveform_autoencoder import WaveformAutoencoder
from training.dataset import Batch
from training.families.base import Figures, Ground
from training.families.companion import find_companion, need_companion
from training.families.judging import Judging
from training.families.supervised import Supervised, SupervisedSettings
from training.metrics import log_spectral_distance

LOGARITHMIC = "logarithmic"
_DISTANCES = {"squared": functional.mse_loss, "absolute": functional.l1_loss}
_LEAST_ENERGY = 1e-8


@dataclass(frozen=True)
class AdversarialSettings(SupervisedSettings):
    """What the network pays for, and how the critic learns.

    Attributes:
        distance: from the clean samples: logarithmic, by the terms of `supervised`; squared or
            absolute, the plain mean.
        adversarial: weight of the critic's doubt beside it.
        feature: weight of the error of the autoencoder's features, relative to their energy;
            counts only where there is an autoencoder.
        objective: what the critic is trained with: cross_entropy, or least_squares.
        apart_steps: steps in which the doubt does not count yet.
        critic_steps: steps of the critic for each one of the network.
        critic_rate: learning rate of the critic, as a share of that of the network.
    """

    distance: str = LOGARITHMIC
    adversarial: float = 0.05
    feature: float = 0.05
    objective: str = "cross_entropy"
    apart_steps: int = 100
    critic_steps: int = 1
    critic_rate: float = 1.0

    def __post_init__(self) -> None:
        if self.distance not in (LOGARITHMIC, *_DISTANCES):
            known = ", ".join((LOGARITHMIC, *_DISTANCES))
            raise SettingsError(f"distance = '{self.distance}' is none of: {known}")
        if self.adversarial < 0.0 or self.feature < 0.0:
            raise SettingsError(
                f"adversarial = {self.adversarial:g} and feature = {self.feature:g} must be at "
                "least 0"
            )
        if self.critic_steps < 1:
            raise SettingsError(f"critic_steps = {self.critic_steps} must be at least 1")
        find_objective(self.objective)


class Adversarial(Supervised):
    """For restorers; the critic's weights are kept too."""

    name = "adversarial"
    kinds: ClassVar[tuple[str, ...]] = ("restorer",)
    best = "lsd_gain"
    settings_type = AdversarialSettings

    def __init__(self, network: Network, settings: AdversarialSettings, ground: Ground) -> None:
        super().__init__(network, settings, ground)
        self.critic = need_companion(ground, "critic", Critic)
        self.autoencoder = find_companion(ground, "autoencoder", WaveformAutoencoder)
        if self.autoencoder is not None:
            self.autoencoder.eval().requires_grad_(False)
        self.n_steps = 0
        self._objective = find_objective(settings.objective)
        self._judge = ground.workers.share(Judging(self.critic))
        self.optimisers["critic"] = self.optimiser(self.critic)

    @override
    def modules(self) -> dict[str, nn.Module]:
        features = {} if self.autoencoder is None else {"autoencoder": self.autoencoder}
        return {"network": self.network, "critic": self.critic, **features}

    @override
    def companions(self) -> Mapping[str, Network]:
        return {"critic": self.critic}

    @override
    def state(self) -> dict[str, Any]:
        return {**super().state(), "n_steps": self.n_steps}

    @override
    def load_state(self, state: Mapping[str, Any]) -> None:
        super().load_state(state)
        self.n_steps = state["n_steps"]

    @override
    def set_learning_rate(self, share: float) -> None:
        super().set_learning_rate(share)
        for group in self.optimisers["critic"].param_groups:
            group["lr"] *= self.settings.critic_rate

    @override
    def step(self, batch: Batch) -> Figures:
        self.shared.train()
        with self.ground.computing():
            restored = self.shared(batch.degraded)
        restored = restored.float()
        taught = [self._teach(restored, batch) for _ in range(self.settings.critic_steps)]
        terms = self._terms(restored, batch)
        loss = terms["distance"] + self.settings.adversarial * terms["adversarial"]
        loss = loss + self.settings.feature * terms["feature"]
        slope = self.learn(loss)
        self.n_steps += 1
        found = {name: term.item() for name, term in terms.items()}
        critic, of_critic = taught[-1]
        return {
            "loss": loss.item(), "slope": math.hypot(slope, of_critic), "critic": critic, **found
        }  # fmt: skip

    @override
    def validate(self, network: Network, batch: Batch) -> dict[str, Tensor]:
        restored = self.restored(network, batch)
        assert restored is not None
        before, after = (_distances(batch.clean, each) for each in (batch.degraded, restored))
        return {**super().validate(network, batch), "lsd": after, "lsd_gain": before - after}

    def _teach(self, restored: Tensor, batch: Batch) -> tuple[float, float]:
        """One step of the critic, and what it cost; no slope goes into the network."""
        self._judge.train()
        with self.ground.computing():
            loss = critic_loss(self._judge, batch.target, restored, batch.degraded, self._objective)
        return loss.item(), self.learn(loss, "critic")

    def _terms(self, restored: Tensor, batch: Batch) -> dict[str, Tensor]:
        """What the network pays for, before it is weighed; 0 where it does not count."""
        settings: AdversarialSettings = self.settings
        if settings.distance == LOGARITHMIC:
            distance = self.loss(restored, batch.target).mean()
        else:
            distance = _DISTANCES[settings.distance](restored, batch.target)
        adversarial = feature = distance.new_zeros(())
        if settings.adversarial > 0.0 and self.n_steps >= settings.apart_steps:
            with held(self.critic), self.ground.computing():
                verdicts = self.critic.verdicts(restored, batch.degraded)
            adversarial = self._objective.loss(verdicts, is_real=True).mean()
        if self.autoencoder is not None and settings.feature > 0.0:
            with self.ground.computing():
                feature = _feature_error(self.autoencoder, restored, batch.target)
        return {"distance": distance, "adversarial": adversarial, "feature": feature}


def find_objective(name: str) -> Objective:
    """An objective by its name.

    Raises:
        SettingsError: there is none.
    """
    if name not in OBJECTIVES:
        raise SettingsError(f"objective = '{name}' is none of: {', '.join(OBJECTIVES)}")
    return OBJECTIVES[name]


def _feature_error(autoencoder: WaveformAutoencoder, restored: Tensor, clean: Tensor) -> Tensor:
    """Mean over the batch of the squared error of features, relative to their energy."""
    with torch.no_grad():
        wanted = autoencoder.encode(clean).float()
    error = (autoencoder.encode(restored).float() - wanted).square().mean((1, 2))
    return (error / (wanted.square().mean((1, 2)) + _LEAST_ENERGY)).mean()


def _distances(clean: Tensor, restored: Tensor) -> Tensor:
    """Log-spectral distance of each example (batch), by the definition of `training.metrics`."""
    pairs = zip(*(each[:, 0].detach().cpu().numpy() for each in (clean, restored)), strict=True)
    return torch.tensor([log_spectral_distance(*pair) for pair in pairs], device=clean.device)
