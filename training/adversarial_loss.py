"""What a generator pays: distance from the clean samples, a critic's doubt, strange features.

Shapes, as einops patterns:
    restored, clean, degraded   (batch 1 time)

References:
    Kim & Sathe, "Bandwidth Extension on Raw Audio via Generative Adversarial Networks", 2019; their
    three terms and weights.
    Moliner & Välimäki, "BEHM-GAN: Bandwidth Extension of Historical Music using Generative
    Adversarial Networks", IEEE/ACM TASLP 31, 2023; least squares over the patches of four scales.
"""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from engine.errors import SettingsError
from engine.models.critic import Critic
from engine.models.objective import CROSS_ENTROPY, Objective
from engine.models.waveform_autoencoder import WaveformAutoencoder

_DISTANCES = {"squared": functional.mse_loss, "absolute": functional.l1_loss}


@dataclass(frozen=True)
class GeneratorTerms:
    """How the terms are measured and weighed.

    Attributes:
        distance: from the clean samples, "squared" or "absolute".
        adversarial, feature: weights beside the distance.
        objective: what the critic is trained with.
    """

    distance: str = "squared"
    adversarial: float = 1e-4
    feature: float = 1e-4
    objective: Objective = CROSS_ENTROPY

    def __post_init__(self) -> None:
        if self.distance not in _DISTANCES:
            raise SettingsError(
                f"distance = {self.distance} must be one of {', '.join(_DISTANCES)}"
            )
        if self.adversarial < 0.0 or self.feature < 0.0:
            raise SettingsError(
                f"adversarial = {self.adversarial} and feature = {self.feature} must be at least 0"
            )


@dataclass(frozen=True, eq=False)
class GeneratorLoss:
    """Scalars: the sum to minimise, and its terms before they are weighed."""

    total: Tensor
    distance: Tensor
    adversarial: Tensor
    feature: Tensor


def generator_loss(
    restored: Tensor,
    clean: Tensor,
    degraded: Tensor,
    terms: GeneratorTerms,
    critic: Critic | None = None,
    autoencoder: WaveformAutoencoder | None = None,
) -> GeneratorLoss:
    """Sum of the terms; one without its network is 0, as is one without weight.

    Slopes pass through critic and autoencoder, whose parameters and modes are the caller's affair:
    `AdversarialStep` holds both still meanwhile.
    """
    distance = _DISTANCES[terms.distance](restored, clean)
    adversarial = feature = distance.new_zeros(())
    if critic is not None and terms.adversarial > 0.0:
        verdicts = critic.verdicts(restored, degraded)
        adversarial = terms.objective.loss(verdicts, is_real=True).mean()
    if autoencoder is not None and terms.feature > 0.0:
        with torch.no_grad():
            wanted = autoencoder.encode(clean)
        feature = functional.mse_loss(autoencoder.encode(restored), wanted)
    total = distance + terms.adversarial * adversarial + terms.feature * feature
    return GeneratorLoss(total, distance, adversarial, feature)
