"""Critic: what all discriminators have in common: verdicts about a candidate, and their cost.

Shapes, as einops patterns:
    candidate, clean, fake, degraded   (batch 1 time)
    verdicts                           (batch) or (batch patch), one tensor a scale
"""

from collections.abc import Callable
from typing import ClassVar

import torch
from torch import Tensor

from engine.models.network import Network
from engine.models.objective import Objective

Verdicts = Callable[[Tensor, Tensor], tuple[Tensor, ...]]
"""Of candidates and the degraded samples they were made of: one tensor a scale."""


class Critic(Network):
    """Base of all discriminators."""

    kind = "discriminator"
    needs_degraded: ClassVar[bool] = False
    """Whether `forward` takes the degraded samples as well."""

    def verdicts(self, candidate: Tensor, degraded: Tensor) -> tuple[Tensor, ...]:
        """One tensor a scale; a critic of candidates alone pays no heed to the degraded."""
        return (self(candidate, degraded) if self.needs_degraded else self(candidate),)


def critic_loss(
    verdicts: Verdicts,
    clean: Tensor,
    fake: Tensor,
    degraded: Tensor,
    objective: Objective,
) -> Tensor:
    """What telling clean from fake costs a critic, a scalar; no gradient goes into the fake.

    Both are judged in one batch: a batch norm keeps one running statistic, which the critic later
    judges by. In two batches it would normalise clean and fake each by their own, and keep a
    statistic of neither.

    Args:
        verdicts: those of a critic, or what stands for them where several processes train it.
        clean: (batch 1 time).
        fake: what a generator made, shaped alike.
        degraded: what it was made of, shaped alike.
        objective: how verdicts are paid for.
    """
    candidates = torch.cat((clean, fake.detach()))
    scales = verdicts(candidates, torch.cat((degraded, degraded)))
    n_clean = clean.shape[0]
    of_clean = objective.loss([scale[:n_clean] for scale in scales], is_real=True)
    of_fake = objective.loss([scale[n_clean:] for scale in scales], is_real=False)
    return 0.5 * (of_clean.mean() + of_fake.mean())
