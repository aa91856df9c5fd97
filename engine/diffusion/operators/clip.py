"""Clip: whatever goes beyond a level was held at it.

Shapes:
    x, y   (batch channel time)
"""

import torch
from torch import Tensor

from engine.diffusion.operator import Operator


class Clip(Operator):
    """Hold all samples between two levels."""

    def __init__(
        self, high: float | Tensor, low: float | Tensor | None = None, slack: float = 0.0
    ) -> None:
        """Take the levels.

        Args:
            high: upper level, > 0; a tensor (batch 1 1) gives each example its own.
            low: lower level, < 0; without it, minus the upper one.
            slack: how far below a level an observed sample already counts as clipped.
        """
        self.high = torch.as_tensor(high)
        self.low = -self.high if low is None else torch.as_tensor(low)
        self.slack = slack

    def __call__(self, x: Tensor) -> Tensor:
        """Clip; the gradient of clipped samples is zero."""
        return x.clamp(self.low.to(x), self.high.to(x))

    def project(self, denoised: Tensor, observed: Tensor) -> Tensor:
        """Intact samples as observed, clipped ones at their level or beyond it."""
        high, low = self.high.to(observed), self.low.to(observed)
        above = torch.where(observed >= high - self.slack, denoised.maximum(high), observed)
        return torch.where(observed <= low + self.slack, denoised.minimum(low), above)
