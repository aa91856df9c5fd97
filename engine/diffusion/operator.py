"""Operator: how a clean recording became the one observed, y = A(x), differentiably.

Shapes:
    x   (batch channel time)   clean
    y   (batch channel ...)    observed; shaped like x unless the operator says otherwise
"""

from torch import Tensor


class Operator:
    """Base of all operators; one that cannot project leaves the estimate to the gradient."""

    def __call__(self, x: Tensor) -> Tensor:
        """A(x); gradients pass through."""
        raise NotImplementedError(type(self).__name__)  # by itself it only projects

    def project(self, denoised: Tensor, observed: Tensor) -> Tensor:
        """The estimate with what the observed says for certain put in its place."""
        return denoised
