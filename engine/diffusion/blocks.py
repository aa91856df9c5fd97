"""Blocks: what a network takes at once of a longer stretch, while a sampler holds all of it.

A sampler steps the whole stretch. At every step it is cut into blocks that overlap, each block is
estimated by itself, and where two of them overlap their estimates are averaged under a Hann-shaped
fade. So both blocks of a join are drawn to one sound from the first step on, and can be estimated
in one batch; results that were sampled apart and cross-faded afterwards would differ in all that
was made up.

Shapes:
    x, denoised   (piece signal time)           stretches of equal length; signals share their noise
    examples      (piece*block*signal 1 time)   as networks and guidance take them

References:
    Bar-Tal, Yariv, Lipman & Dekel, "MultiDiffusion: Fusing Diffusion Paths for Controlled Image
    Generation", ICML 2023.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from engine.diffusion.denoise import Denoise

Guided = Callable[[slice], Denoise]
"""Gives the denoiser of the examples in a slice: the prior, or the prior guided."""
OnBatch = Callable[[int], None]
"""Hears how many blocks were estimated; raising stops the work."""


def uncounted(n_blocks: int) -> None:
    """Hear of batches and do nothing."""


@dataclass(frozen=True)
class Blocks:
    """How stretches are cut: equal blocks, evenly spaced, the last one ends with the stretch.

    Attributes:
        n_samples: length of the stretch.
        block_samples: longest block; a shorter stretch is one block.
        overlap_samples: by how much neighbours overlap at least; at most half a block.
    """

    n_samples: int
    block_samples: int
    overlap_samples: int

    def __post_init__(self) -> None:
        assert self.n_samples >= 1, self
        assert 0 <= 2 * self.overlap_samples <= self.block_samples, self

    @property
    def length(self) -> int:
        """Samples of a block."""
        return min(self.block_samples, self.n_samples)

    @property
    def starts(self) -> tuple[int, ...]:
        """First sample of each block."""
        spare = self.n_samples - self.length
        if spare == 0:
            return (0,)
        n_hops = math.ceil(spare / (self.block_samples - self.overlap_samples))
        return tuple(round(k * spare / n_hops) for k in range(n_hops + 1))

    @property
    def spans(self) -> tuple[slice, ...]:
        """Samples of each block."""
        return tuple(slice(start, start + self.length) for start in self.starts)

    def cut(self, x: Tensor) -> Tensor:
        """The examples of stretches (piece signal time): blocks of a piece, signals of a block."""
        assert x.shape[-1] == self.n_samples, (x.shape, self)
        return torch.stack([x[..., span] for span in self.spans], 1).reshape(-1, 1, self.length)

    def joined(self, examples: Tensor, like: Tensor) -> Tensor:
        """Stretches shaped like x, out of the examples that `cut` gave."""
        n_pieces, n_signals, _ = like.shape
        blocks = examples.reshape(n_pieces, len(self.starts), n_signals, self.length)
        if len(self.starts) == 1:
            return blocks[:, 0]
        whole = torch.zeros_like(like)
        for index, (span, weight) in enumerate(zip(self.spans, self._weights(), strict=True)):
            whole[..., span] += weight.to(like) * blocks[:, index]
        return whole

    def _weights(self) -> list[Tensor]:
        """What each block counts at each of its samples; together 1 everywhere."""
        total = torch.zeros(self.n_samples, dtype=torch.float64)
        weights = []
        for index, span in enumerate(self.spans):
            weight = torch.ones(self.length, dtype=torch.float64)
            if index > 0:
                rise = _rise(self.spans[index - 1].stop - span.start)
                weight[: len(rise)] *= rise
            if index + 1 < len(self.spans):
                fall = _rise(span.stop - self.spans[index + 1].start).flip(0)
                weight[self.length - len(fall) :] *= fall
            total[span] += weight
            weights.append(weight)
        return [weight / total[span] for weight, span in zip(weights, self.spans, strict=True)]


def _rise(n_samples: int) -> Tensor:
    share = (torch.arange(n_samples, dtype=torch.float64) + 0.5) / max(n_samples, 1)
    return (0.5 * math.pi * share).sin().square()


class Blockwise:
    """A Denoise for stretches of any length, out of one for blocks."""

    def __init__(
        self, guided: Guided, blocks: Blocks, batch: int, on_batch: OnBatch = uncounted
    ) -> None:
        """Take what estimates blocks.

        Args:
            guided: asked at every step for the denoiser of some of the examples.
            blocks: how stretches are cut.
            batch: how many examples go through the network at once; the signals of a block stay
                together.
            on_batch: told after each batch.
        """
        self._guided = guided
        self._blocks = blocks
        self._batch = batch
        self._on_batch = on_batch

    def __call__(self, x: Tensor, sigma: Tensor) -> Tensor:
        """Estimate all blocks of x (piece signal time) and join them; sigma is (piece)."""
        n_signals = x.shape[1]
        examples = self._blocks.cut(x)
        sigmas = sigma.repeat_interleave(len(examples) // len(sigma))
        step = max(1, self._batch // n_signals) * n_signals
        estimates = []
        for first in range(0, len(examples), step):
            some = slice(first, min(first + step, len(examples)))
            estimates.append(self._guided(some)(examples[some], sigmas[some]))
            self._on_batch((some.stop - some.start) // n_signals)
        return self._blocks.joined(torch.cat(estimates), x)
