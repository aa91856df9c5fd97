"""Problem: what was observed of a clean recording, and how estimates of it are guided.

Guidance is of two kinds. What needs the gradient of the network is done block by block, as memory
asks for it, and each example is moved by itself. What is exact in closed form (a projection, a
weight by frequency) is done on whole stretches, where it has no joins.

Shapes:
    observed   (piece signal time)
    examples   (piece*block*signal 1 time)
"""

from collections.abc import Callable
from typing import Self

from torch import Tensor

from engine.diffusion.blocks import Blocks, Guided
from engine.diffusion.continuation import Continuation, Held
from engine.diffusion.denoise import Denoise
from engine.diffusion.guidance import ProjectionGuidance, ReconstructionGuidance
from engine.diffusion.operator import Operator

Operators = Callable[[slice], Operator]
"""Gives the operator of the examples in a slice."""


class Problem:
    """Base of all problems; by itself, a recording of which nothing is known.

    Attributes:
        observed: (piece signal time).
        xi: how hard gradients push; 0 takes none.
        guess: what a sampler starts around, shaped like the observed; None for nothing.
        sigma_start: noise level that a sampler starts at; None for the highest.
    """

    def __init__(
        self,
        observed: Tensor,
        xi: float = 0.0,
        guess: Tensor | None = None,
        sigma_start: float | None = None,
    ) -> None:
        self.observed = observed
        self.xi = xi
        self.guess = guess
        self.sigma_start = sigma_start

    def stretch(self, span: slice) -> Self:
        """The same problem of some of the samples."""
        raise NotImplementedError(type(self).__name__)  # one that is never cut needs none

    def operators(self, blocks: Blocks) -> Operators:
        """The operators of blocks, for gradients; asked once for a run."""
        raise NotImplementedError(type(self).__name__)  # nor one without gradients

    def strengths(self, blocks: Blocks) -> float | Tensor:
        """How hard gradients push: one number, or (example) numbers."""
        return self.xi

    def over(self, denoise: Denoise) -> Denoise:
        """The guidance of whole stretches, put around their denoiser; by default none."""
        return denoise

    def within(self, prior: Denoise, blocks: Blocks, held: Held | None = None) -> Guided:
        """The guidance of blocks, put around the prior."""
        if self.xi == 0.0:
            return lambda examples: prior
        operators, xi = self.operators(blocks), self.strengths(blocks)
        observed = blocks.cut(self.observed)
        before = None if held is None else blocks.cut(held.before)

        def guided(examples: slice) -> Denoise:
            operator, seen = operators(examples), observed[examples]
            if held is not None and before is not None:
                operator = Continuation(operator, Held(before[examples], held.weights), seen)
            pushes = xi[examples] if isinstance(xi, Tensor) else xi
            return ReconstructionGuidance(prior, operator, seen, pushes, projects=False)

        return guided

    def continued(self, denoise: Denoise, held: Held | None) -> Denoise:
        """`over`, with what is held put back at last."""
        guided = self.over(denoise)
        if held is None:
            return guided
        unchanged = Operator()
        return ProjectionGuidance(
            guided, Continuation(unchanged, held, self.observed), self.observed
        )


def cut_tensor(values: Tensor | None, span: slice) -> Tensor | None:
    """Samples of a tensor (... time) that may be missing."""
    return None if values is None else values[..., span]
