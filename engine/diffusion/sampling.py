"""Sampling: a problem solved with a prior by a sampler, however long the recording is.

Noise belongs to places: each stretch of a piece starts from the noise of its own samples, so what
comes out depends neither on the size of a batch nor on where pieces were cut.

Shapes:
    pieces   (piece signal time)   at the rate and level of the prior
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor

from engine.diffusion.blocks import Blocks, Blockwise
from engine.diffusion.continuation import Held, in_turn
from engine.diffusion.denoise import Denoise, Draw, OnStep, unheard
from engine.diffusion.problem import Problem
from engine.diffusion.samplers import SAMPLERS, start
from engine.diffusion.schedule import karras_sigmas
from engine.errors import SettingsError
from engine.progress import Progress, ignore

JOINS = ("together", "in turn")


class TrainedDenoise(Denoise, Protocol):
    """A prior that knows what it was trained on."""

    @property
    def sample_rate(self) -> int:
        """In Hz."""

    @property
    def segment_samples(self) -> int:
        """Length of the excerpts it was trained on."""

    @property
    def sigma_data(self) -> float:
        """Standard deviation of clean recordings at its level."""

    @property
    def sigma_min(self) -> float:
        """Lowest noise level it knows."""

    @property
    def sigma_max(self) -> float:
        """Highest noise level it knows."""


@dataclass(frozen=True)
class Sampling:
    """How a sampler is run.

    Attributes:
        sampler: a name in SAMPLERS; heun and churn ask the network twice a step.
        n_steps: noise levels above 0.
        rho: how much of them lies at the bottom.
        sigma_max: highest level in sigma_data of the prior, bounded by what it knows.
        sigma_min: lowest level above 0, likewise.
        block_s: seconds that the network takes at once; 0 for as many as it was trained on.
        overlap_s: by how much blocks overlap, at most half of a block.
        joins: together averages overlaps at every step; in turn continues block after block.
        batch: examples that the network takes at once.
    """

    sampler: str = "dpm2m"
    n_steps: int = 25
    rho: float = 8.0
    sigma_max: float = 17.0
    sigma_min: float = 0.005
    block_s: float = 0.0
    overlap_s: float = 0.5
    joins: str = "together"
    batch: int = 8

    def __post_init__(self) -> None:
        if self.sampler not in SAMPLERS:
            raise SettingsError(
                f"sampler = '{self.sampler}' is none of {', '.join(sorted(SAMPLERS))}"
            )
        if self.joins not in JOINS:
            raise SettingsError(f"joins = '{self.joins}' is none of {', '.join(JOINS)}")
        if self.batch < 1 or self.n_steps < 1:
            raise SettingsError(
                f"batch = {self.batch} and n_steps = {self.n_steps} must be at least 1"
            )

    @property
    def n_evaluations(self) -> int:
        """How often each block goes through the network."""
        return 2 * self.n_steps - 1 if self.sampler in ("heun", "churn") else self.n_steps

    def blocks(self, prior: TrainedDenoise, n_samples: int) -> Blocks:
        """How a stretch is cut."""
        block = round(self.block_s * prior.sample_rate) or prior.segment_samples
        overlap = min(round(self.overlap_s * prior.sample_rate), block // 2)
        return Blocks(n_samples, block, overlap)

    def sigmas(self, prior: TrainedDenoise, sigma_start: float | None) -> Tensor:
        """The schedule: always n_steps, from the highest level or the one to start at."""
        lowest = max(self.sigma_min * prior.sigma_data, prior.sigma_min)
        highest = min(self.sigma_max * prior.sigma_data, prior.sigma_max)
        if sigma_start is not None:
            highest = min(highest, max(sigma_start, 1.5 * lowest))
        return karras_sigmas(self.n_steps, lowest, highest, self.rho)


class PieceDraw:
    """A Draw for pieces of a recording, out of the Draw of all of it."""

    def __init__(self, draw: Draw, whole: Tensor, starts: Sequence[int]) -> None:
        """Take the noise of a recording, its shape (1 signal time), and where pieces begin."""
        self._draw = draw
        self._whole = whole
        self._starts = starts

    def __call__(self, like: Tensor) -> Tensor:
        """Noise shaped like (piece signal time)."""
        noise = self._draw(self._whole)[0]
        length = like.shape[-1]
        return torch.stack([noise[:, at : at + length] for at in self._starts]).to(like)


class _Count:
    """Counts blocks, and reports what share of all evaluations is done."""

    def __init__(self, progress: Progress, total: int) -> None:
        self._progress = progress
        self._total = total
        self._done = 0
        progress(0.0)

    def __call__(self, n_blocks: int) -> None:
        self._done += n_blocks
        self._progress(min(1.0, self._done / self._total))


def solve(
    prior: TrainedDenoise,
    problem: Problem,
    sampling: Sampling,
    draw: Draw,
    on_step: OnStep = unheard,
    progress: Progress = ignore,
) -> Tensor:
    """Sample a clean recording that fits what was observed.

    Args:
        prior: what clean recordings are like.
        problem: what was observed, (piece signal time).
        sampling: how.
        draw: noise of the pieces, the same in each signal.
        on_step: told of the estimate after each step, for previews.
        progress: told after each batch of blocks.

    Returns:
        (piece signal time).

    Raises:
        ModelError: an estimate is not finite.
        Cancelled: progress or on_step said so.
    """
    observed = problem.observed
    blocks = sampling.blocks(prior, observed.shape[-1])
    total = len(observed) * len(blocks.starts) * sampling.n_evaluations
    count = _Count(progress, total)
    if sampling.joins == "together":
        return _run(prior, problem, sampling, draw, on_step, count, None)
    noise = start(draw, observed, 1.0)
    n_blocks, n_steps = len(blocks.starts), sampling.n_steps
    shown = observed.clone()

    def sample(index: int, span: slice, held: Held | None) -> Tensor:
        def told(done: int, of: int, denoised: Tensor) -> None:
            shown[..., span] = denoised
            on_step(index * n_steps + done, n_blocks * n_steps, shown)

        own = _Given(noise[..., span], draw)
        return _run(prior, problem.stretch(span), sampling, own, told, count, held)

    return in_turn(blocks, observed, prior.sample_rate, sample)


class _Given:
    """A Draw that first gives what was drawn already."""

    def __init__(self, noise: Tensor, draw: Draw) -> None:
        self._noise: Tensor | None = noise
        self._draw = draw

    def __call__(self, like: Tensor) -> Tensor:
        if self._noise is None:
            return self._draw(like)
        noise, self._noise = self._noise, None
        return noise.to(like)


def _run(
    prior: TrainedDenoise,
    problem: Problem,
    sampling: Sampling,
    draw: Draw,
    on_step: OnStep,
    count: _Count,
    held: Held | None,
) -> Tensor:
    observed = problem.observed
    blocks = sampling.blocks(prior, observed.shape[-1])
    blockwise = Blockwise(problem.within(prior, blocks, held), blocks, sampling.batch, count)
    denoise = problem.continued(blockwise, held)
    sigmas = sampling.sigmas(prior, problem.sigma_start)
    x = start(draw, observed, float(sigmas[0]), problem.guess)
    return SAMPLERS[sampling.sampler](denoise, x, sigmas, draw, on_step)
