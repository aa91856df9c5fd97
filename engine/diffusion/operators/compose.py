"""Compose: one kind of damage after another.

Shapes:
    x   (batch channel time)
    y   as the last operator makes it
"""

from torch import Tensor

from engine.diffusion.operator import Operator


class Compose(Operator):
    """Operators in a row; what later ones did hides what earlier ones gave, so none projects."""

    def __init__(self, *operators: Operator) -> None:
        self._operators = operators

    def __call__(self, x: Tensor) -> Tensor:
        """Apply the first one first."""
        for operator in self._operators:
            x = operator(x)
        return x
