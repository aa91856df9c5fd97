"""Additive: noise on top, another excerpt each time it is asked.

Shapes:
    x, y   (batch channel time)
"""

from torch import Tensor

from engine.diffusion.denoise import Draw
from engine.diffusion.operator import Operator


class Additive(Operator):
    """A(x) = x + gain * n with a fresh n; nothing is known for certain, so nothing is projected."""

    def __init__(self, draw: Draw, gain: float | Tensor = 1.0) -> None:
        """Take a source of noise.

        Args:
            draw: white, coloured, or out of a bank of recorded noise.
            gain: linear; a tensor (batch 1 1) gives each example its own.
        """
        self._draw = draw
        self._gain = gain

    def __call__(self, x: Tensor) -> Tensor:
        """Add the next excerpt."""
        return x + self._gain * self._draw(x)
