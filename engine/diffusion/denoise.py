"""Denoise: the one function in which networks, guidance and samplers meet.

Shapes:
    x, denoised   (batch channel time)   float32
    sigma         (batch)                standard deviation of the white noise in each example
"""

from typing import Protocol

from torch import Tensor


class Denoise(Protocol):
    """An estimate of what x is without its white noise; E[clean | x] for a perfect one."""

    def __call__(self, x: Tensor, sigma: Tensor) -> Tensor:
        """Give the estimate, shaped like x (batch channel time); sigma is (batch)."""


class Draw(Protocol):
    """A source of white noise of unit variance; the same in every channel of an example."""

    def __call__(self, like: Tensor) -> Tensor:
        """Draw noise shaped like the tensor, on its device."""


class OnStep(Protocol):
    """What hears of each step; raising stops the sampler."""

    def __call__(self, done: int, of: int, denoised: Tensor) -> None:
        """Take how many steps are done, of how many, and the estimate they have led to."""


def unheard(done: int, of: int, denoised: Tensor) -> None:
    """Take reports and do nothing."""
