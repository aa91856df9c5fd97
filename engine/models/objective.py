"""Objective: what a discriminator's verdicts mean, and what they cost it and its generator.

An example is as real as the mean over its patches, then over its scales, says; every scale weighs
the same, however many patches it has.

Shapes, as einops patterns:
    scales       tensors (batch) or (batch patch) of verdicts, one a scale
    everything else (batch)

References:
    Goodfellow et al., "Generative Adversarial Nets", NeurIPS 2014; the generator's cost is their
    non-saturating one.
    Mao et al., "Least Squares Generative Adversarial Networks", ICCV 2017; targets 0 and 1.
"""

import math
from collections.abc import Sequence
from typing import Protocol

import torch
from torch import Tensor
from torch.nn import functional


class Objective(Protocol):
    """One way to train and to read a discriminator."""

    def loss(self, scales: Sequence[Tensor], *, is_real: bool) -> Tensor:
        """Cost of each example where the truth, or the wish, is real or not."""

    def shortfall(self, scales: Sequence[Tensor]) -> Tensor:
        """What each example lacks to be real, >= 0; falls where its probability rises."""

    def probability(self, shortfall: Tensor) -> Tensor:
        """How probably real an example with that shortfall is, in [0, 1]."""


class CrossEntropy:
    """Verdicts are logits."""

    def loss(self, scales: Sequence[Tensor], *, is_real: bool) -> Tensor:
        """Minus the logarithm of the probability of the truth."""
        return _mean([functional.softplus(-each if is_real else each) for each in _rows(scales)])

    def shortfall(self, scales: Sequence[Tensor]) -> Tensor:
        """Minus the logarithm of the mean probability, which no logit is too low for."""
        logs = [
            torch.logsumexp(functional.logsigmoid(each), dim=1) - math.log(each.shape[1])
            for each in _rows(scales)
        ]
        return math.log(len(logs)) - torch.logsumexp(torch.stack(logs), dim=0)

    def probability(self, shortfall: Tensor) -> Tensor:
        """The mean probability."""
        return torch.exp(-shortfall)


class LeastSquares:
    """Verdicts are regressed onto 1 for real and 0, so that they estimate a probability already."""

    def loss(self, scales: Sequence[Tensor], *, is_real: bool) -> Tensor:
        """Squared distance from the truth."""
        return _mean([(each - float(is_real)).square() for each in _rows(scales)])

    def shortfall(self, scales: Sequence[Tensor]) -> Tensor:
        """Square of what the mean verdict lacks to 1."""
        return (1.0 - _mean(_rows(scales))).clamp(min=0.0).square()

    def probability(self, shortfall: Tensor) -> Tensor:
        """The mean verdict, held in [0, 1]."""
        return (1.0 - shortfall.sqrt()).clamp(min=0.0)


CROSS_ENTROPY = CrossEntropy()
LEAST_SQUARES = LeastSquares()


def _rows(scales: Sequence[Tensor]) -> list[Tensor]:
    """(batch patch) each, in float32."""
    return [scale.float().reshape(scale.shape[0], -1) for scale in scales]


def _mean(scales: Sequence[Tensor]) -> Tensor:
    """Over patches, then over scales."""
    return torch.stack([scale.mean(1) for scale in scales]).mean(0)
