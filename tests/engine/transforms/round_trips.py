"""White noise through a constant-Q transform and back."""

import torch
from torch import Tensor

from engine.transforms.cqt import CQT

RATE = 44100


def white(n_samples: int, *, batch: int = 1, channels: int = 1, seed: int = 0) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(batch, channels, n_samples, generator=generator)


def relative_error(estimate: Tensor, reference: Tensor) -> float:
    return float((estimate - reference).norm() / reference.norm())


def round_trip(cqt: CQT, samples: Tensor) -> Tensor:
    return cqt.inverse(cqt.forward(samples))
