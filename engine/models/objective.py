"""Objective: what a discriminator's verdicts mean, and what they cost it and its generator.

Costs are means over patches, then over scales; every scale weighs the same, however many patches it
has. How probably real an example is follows from what it lacks, its cost where the wish is real: so
both move together. One bad patch weighs more than in a mean of probabilities, and unlike there a
hopeless patch still has a slope.

Shapes, as einops patterns:
    scales       tensors (batch) or (batch patch) of verdicts, one a scale
    everything else (batch)

References:
    Goodfellow et al., "Generative Adversarial Nets", NeurIPS 2014; the generator's cost is their
    non-saturating one.
    Mao et al., "Least Squares Generative Adversarial Networks", ICCV 2017; targets 0 and 1.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

import torch
from torch import Tensor
from torch.nn import functional


class Objective(Protocol):
    """One way to train and to read a discriminator."""

    def loss(self, scales: Sequence[Tensor], *, is_real: bool) -> Tensor:
        """Cost of each example where the truth, or the wish, is real or not."""

    def loss_at(self, probability: float) -> float:
        """Cost of wishing real what is so with this probability, in (0, 1]."""

    def probability(self, loss: Tensor) -> Tensor:
        """How probably real an example is whose wish to be real costs that, in [0, 1]."""


class CrossEntropy:
    """Verdicts are logits; an example is as real as the geometric mean of its patches."""

    def loss(self, scales: Sequence[Tensor], *, is_real: bool) -> Tensor:
        """Minus the logarithm of the probability of the truth."""
        return _mean(scales, lambda logits: functional.softplus(-logits if is_real else logits))

    def loss_at(self, probability: float) -> float:
        """Minus its logarithm."""
        return -math.log(probability)

    def probability(self, loss: Tensor) -> Tensor:
        """The geometric mean."""
        return torch.exp(-loss)


class LeastSquares:
    """Verdicts are regressed onto 1 for real and 0, so that they estimate a probability already.

    An example is as real as its patches are near to 1, in their root mean square.
    """

    def loss(self, scales: Sequence[Tensor], *, is_real: bool) -> Tensor:
        """Squared distance from the truth."""
        return _mean(scales, lambda verdicts: (verdicts - float(is_real)).square())

    def loss_at(self, probability: float) -> float:
        """Square of what it lacks to 1."""
        return (1.0 - probability) ** 2

    def probability(self, loss: Tensor) -> Tensor:
        """What is left of 1, held in [0, 1]."""
        return (1.0 - loss.sqrt()).clamp(min=0.0)


CROSS_ENTROPY = CrossEntropy()
LEAST_SQUARES = LeastSquares()
OBJECTIVES: Mapping[str, Objective] = {
    "cross_entropy": CROSS_ENTROPY,
    "least_squares": LEAST_SQUARES,
}


def _mean(scales: Sequence[Tensor], cost: Callable[[Tensor], Tensor]) -> Tensor:
    """Over patches, then over scales, in float32."""
    rows = [cost(each.float()).reshape(each.shape[0], -1) for each in scales]
    return torch.stack([row.mean(1) for row in rows]).mean(0)
