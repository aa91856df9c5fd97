"""Sensing: samples kept here and there at random, as in compressed sensing.

Shapes:
    known   (time)   boolean
"""

from statistics import NormalDist

import torch
from torch import Tensor

from engine.diffusion.noise import field
from engine.diffusion.operators.mask import Mask
from engine.errors import SettingsError


class Sensing(Mask):
    """Keep each sample with the same chance."""

    def __init__(self, n_samples: int, share: float = 0.05, seed: int = 0, start: int = 0) -> None:
        """Draw which samples are kept.

        Args:
            n_samples: how many there are.
            share: chance of each to be kept, in (0, 1).
            seed: another one keeps other samples.
            start: place in the recording; a sample at one place is kept or not for good.

        Raises:
            SettingsError: the share keeps nothing or all.
        """
        super().__init__(kept_at_random(n_samples, share, seed, start))


def kept_at_random(n_samples: int, share: float, seed: int, start: int = 0) -> Tensor:
    """Which samples are kept, (time).

    Raises:
        SettingsError: the share keeps nothing or all.
    """
    if not 0.0 < share < 1.0:
        raise SettingsError(f"share = {share:g} must lie above 0 and below 1")
    drawn = torch.from_numpy(field(seed, 0, start, n_samples))
    return drawn < NormalDist().inv_cdf(share)
