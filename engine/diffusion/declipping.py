"""Declipping with a prior: peaks that were held at a level are made up again beyond it.

Intact samples are put back into every estimate, and no clipped one comes out nearer to zero than
the level it was held at. That is exact and needs no gradient.

Shapes:
    samples   (signal 1 time)   at the rate and level of the prior
    clipped   (signal 1 time)   boolean; such a sample is bounded by its own value

References:
    Moliner, Lehtinen & Vaelimaeki, "Solving Audio Inverse Problems with a Diffusion Model", ICASSP
    2023: declipping.
    Zaviska, Rajmic, Ozerov & Rencker, "A Survey and an Extensive Evaluation of Popular Audio
    Declipping Methods", IEEE J. Selected Topics in Signal Processing 15(1), 2021: consistency.
"""

from dataclasses import dataclass, field

import torch
from torch import Tensor
from typing_extensions import override

from engine.diffusion.blocks import Blocks
from engine.diffusion.denoise import Denoise, Draw, OnStep, unheard
from engine.diffusion.guidance import ProjectionGuidance
from engine.diffusion.operator import Operator
from engine.diffusion.problem import Operators, Problem, cut_tensor
from engine.diffusion.sampling import Sampling, TrainedDenoise, solve
from engine.errors import SettingsError
from engine.progress import Progress, ignore


@dataclass(frozen=True)
class DeclipSettings:
    """How peaks are made.

    Attributes:
        sampling: how the prior is asked.
        xi: how hard the observed pushes by gradient besides; 0 takes none.
        start: level to start at, in sigma_data of the prior, around a guess; 0 starts from noise
            alone.
    """

    sampling: Sampling = field(default_factory=Sampling)
    xi: float = 0.0
    start: float = 1.0


def n_evaluations(settings: DeclipSettings) -> int:
    """How often each block goes through the network."""
    return settings.sampling.n_evaluations


class HeldBack(Operator):
    """Some samples are held at a level of their own, up or down by their sign."""

    def __init__(self, observed: Tensor, clipped: Tensor) -> None:
        """Take the levels, as the values of the clipped samples, and which they are."""
        self._level = observed
        self._up = clipped & (observed > 0.0)
        self._down = clipped & (observed <= 0.0)

    @override
    def __call__(self, x: Tensor) -> Tensor:
        held = torch.where(self._up, x.minimum(self._level), x)
        return torch.where(self._down, held.maximum(self._level), held)

    @override
    def project(self, denoised: Tensor, observed: Tensor) -> Tensor:
        """Intact samples as observed, clipped ones at their level or beyond it."""
        up = torch.where(self._up, denoised.maximum(observed), observed)
        return torch.where(self._down, denoised.minimum(observed), up)


class ClippedProblem(Problem):
    """Some samples lie at their level or beyond; all others are known."""

    def __init__(
        self,
        observed: Tensor,
        clipped: Tensor,
        xi: float = 0.0,
        guess: Tensor | None = None,
        sigma_start: float | None = None,
    ) -> None:
        """Take which samples of the observed were clipped, shaped like it."""
        super().__init__(observed, xi, guess, sigma_start)
        self._clipped = clipped

    @override
    def stretch(self, span: slice) -> "ClippedProblem":
        return ClippedProblem(
            self.observed[..., span],
            self._clipped[..., span],
            self.xi,
            cut_tensor(self.guess, span),
            self.sigma_start,
        )

    @override
    def operators(self, blocks: Blocks) -> Operators:
        observed, clipped = blocks.cut(self.observed), blocks.cut(self._clipped)
        return lambda examples: HeldBack(observed[examples], clipped[examples])

    @override
    def over(self, denoise: Denoise) -> Denoise:
        held_back = HeldBack(self.observed, self._clipped)
        return ProjectionGuidance(denoise, held_back, self.observed)


def declip(
    prior: TrainedDenoise,
    samples: Tensor,
    clipped: Tensor,
    settings: DeclipSettings,
    draw: Draw,
    guess: Tensor | None = None,
    on_step: OnStep = unheard,
    progress: Progress = ignore,
) -> Tensor:
    """Make up clipped peaks.

    Args:
        prior: what clean recordings are like.
        samples: (signal 1 time).
        clipped: which of them were clipped, shaped likewise.
        settings: how.
        draw: noise for the whole of (1 signal time).
        guess: what sampling starts around, by another method; the samples themselves by default.
        on_step: told of all samples as they are estimated, (signal 1 time).
        progress: asked after every batch of blocks.

    Returns:
        Shaped like the samples; intact ones are the same bit for bit.

    Raises:
        SettingsError: no sample is intact.
    """
    if bool(clipped.all()) and clipped.numel():
        raise SettingsError("every sample counts as clipped; set the level higher")
    if not bool(clipped.any()):
        progress(1.0)
        return samples.clone()
    whole = samples.transpose(0, 1)
    sigma = settings.start * prior.sigma_data or None
    around = whole if guess is None else guess.transpose(0, 1)
    problem = ClippedProblem(
        whole, clipped.transpose(0, 1), settings.xi, None if sigma is None else around, sigma
    )

    def told(done: int, of: int, denoised: Tensor) -> None:
        on_step(done, of, denoised.transpose(0, 1))

    made = solve(prior, problem, settings.sampling, draw, told, progress).transpose(0, 1)
    held_back = HeldBack(samples, clipped)
    return held_back.project(made, samples)
