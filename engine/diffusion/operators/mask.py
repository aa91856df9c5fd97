"""Mask: some samples are known, the others are not.

Shapes:
    x, y    (batch channel time)
    known   (batch channel time), or any shape that spreads to it; boolean
"""

import math

import torch
from torch import Tensor

from engine.diffusion.operator import Operator

_LONG_AGO = 1 << 40


class Mask(Operator):
    """Keep the known samples, silence the others; projection puts the known ones back."""

    def __init__(self, known: Tensor, smooth_samples: int = 0) -> None:
        """Take where the observed holds.

        Args:
            known: boolean.
            smooth_samples: how far projection fades from known samples into estimated ones. The
                fade lies among the known, so that an unknown sample never counts as known.
        """
        assert known.dtype == torch.bool, known.dtype
        self.known = known
        self.weights = known_weights(known, smooth_samples)

    def __call__(self, x: Tensor) -> Tensor:
        """Zero wherever nothing is known."""
        return torch.where(self.known, x, 0.0)

    def project(self, denoised: Tensor, observed: Tensor) -> Tensor:
        """The observed where known, the estimate elsewhere; exactly so beyond the fades."""
        weights = self.weights.to(denoised.dtype)
        mixed = weights * observed + (1.0 - weights) * denoised
        return torch.where(self.weights == 1.0, observed, mixed)


def known_weights(known: Tensor, smooth_samples: int) -> Tensor:
    """1 where known, 0 where not; rises and falls like a Hann window among the known samples.

    The ends of the recording are no edges.

    Args:
        known: (... time), boolean.
        smooth_samples: length of a fade.

    Returns:
        Weights in [0, 1], float32.
    """
    if smooth_samples < 1:
        return known.float()
    distance = torch.minimum(_since_unknown(known), _since_unknown(known.flip(-1)).flip(-1))
    share = ((distance - 0.5) / smooth_samples).clamp(0.0, 1.0)
    return (0.5 * math.pi * share).sin().square()


def _since_unknown(known: Tensor) -> Tensor:
    """How many samples ago the last unknown one was; very many before the first."""
    position = torch.arange(known.shape[-1], device=known.device)
    last = torch.where(known, -_LONG_AGO, position).cummax(-1).values
    return (position - last).float()
