"""Continuation: the next block of a long stretch is sampled as what goes on after the last one.

What overlaps with the block before is held: at every step the estimate is replaced by it, and
fades over into the block's own towards the end of the overlap. What is made up there goes on across
the join, in phase. Blocks come one after the other and cannot be batched; `blocks` joins them at
every step instead, and costs less.

Shapes:
    x        (piece signal time)
    weights  (time)   1 where the block before is held

References:
    Moliner, Elvander & Vaelimaeki, "Blind Audio Bandwidth Extension: A Diffusion-Based Zero-Shot
    Approach", 2023: the restoration of whole recordings.
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor
from typing_extensions import override

from engine.diffusion.blocks import Blocks
from engine.diffusion.operator import Operator
from engine.diffusion.operators.mask import known_weights

_SMOOTH_S = 0.01
_DROPPED_S = 0.009
"""What is left out of the end of each block, where the network saw nothing of what follows."""


@dataclass(frozen=True, eq=False)
class Held:
    """What the block before has made of the start of this one.

    Attributes:
        before: (piece signal time), as long as the block; what lies behind the overlap is nothing.
        weights: (time), falling from 1 to 0 within the overlap.
    """

    before: Tensor
    weights: Tensor


class Continuation(Operator):
    """What an operator says of a block, and that its start is already there."""

    def __init__(self, operator: Operator, held: Held, observed: Tensor) -> None:
        """Take the operator of the block and its observed, shaped like x."""
        self._operator = operator
        self._held = held
        self._observed = observed

    @override
    def __call__(self, x: Tensor) -> Tensor:
        # Less the observed, this is the distance to what is held, and to the observed elsewhere.
        weights = self._held.weights.to(x)
        start = self._observed + x - self._held.before
        return weights * start + (1.0 - weights) * self._operator(x)

    @override
    def project(self, denoised: Tensor, observed: Tensor) -> Tensor:
        weights = self._held.weights.to(denoised)
        projected = self._operator.project(denoised, observed)
        return weights * self._held.before + (1.0 - weights) * projected


def in_turn(
    blocks: Blocks,
    like: Tensor,
    sample_rate: int,
    sample: Callable[[int, slice, Held | None], Tensor],
) -> Tensor:
    """Sample block after block.

    Args:
        blocks: how the stretch is cut; the more they overlap, the more of the past is heard.
        like: (piece signal time), shaped as the result.
        sample_rate: in Hz.
        sample: makes a block, given its number, its samples, and what is held of it.
    """
    whole = torch.zeros_like(like)
    done = 0
    for index, span in enumerate(blocks.spans):
        if index == 0:
            whole[..., span] = sample(index, span, None)
        else:
            held = _held(whole, span, done, sample_rate)
            made = sample(index, span, held)
            weights = held.weights.to(like)
            whole[..., span] = weights * held.before + (1.0 - weights) * made
        done = span.stop
    return whole


def _held(whole: Tensor, span: slice, done: int, sample_rate: int) -> Held:
    overlap = done - span.start
    dropped = min(round(_DROPPED_S * sample_rate), overlap // 4)
    known = torch.arange(span.stop - span.start) < overlap - dropped
    smooth = min(round(_SMOOTH_S * sample_rate), overlap // 4)
    weights = known_weights(known, smooth).to(whole)
    return Held(torch.where(known.to(whole.device), whole[..., span], 0.0), weights)
