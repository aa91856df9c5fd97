"""Samplers: from noise to a recording, step by step down a schedule of noise levels.

Each one follows dx / dsigma = (x - D(x, sigma)) / sigma and sees of a network nothing but D, its
estimate of the clean recording. The last step, to sigma = 0, lands on the estimate itself.

Shapes:
    x, denoised   (batch channel time)   float32 or float64
    sigmas        (n_steps + 1)          float64, falling, the last one 0

References:
    Karras et al., "Elucidating the Design Space of Diffusion-Based Generative Models", NeurIPS
    2022: Algorithms 1 and 2.
    Lu et al., "DPM-Solver++: Fast Solver for Guided Sampling of Diffusion Probabilistic Models",
    2022: Algorithm 2, here with lambda = -ln sigma.
"""

import math
from typing import Protocol

import torch
from torch import Tensor

from engine.diffusion.denoise import Denoise, Draw, OnStep, unheard
from engine.errors import ModelError


class Sampler(Protocol):
    """One way down a schedule."""

    def __call__(
        self, denoise: Denoise, x: Tensor, sigmas: Tensor, draw: Draw, on_step: OnStep = unheard
    ) -> Tensor:
        """Take x from sigmas[0] to sigmas[-1].

        Args:
            denoise: network or guidance.
            x: (batch channel time) with noise of sigmas[0], see `start`.
            sigmas: (n_steps + 1).
            draw: where new noise comes from; only stochastic samplers ask it.
            on_step: told after every step; stops the sampler by raising.

        Returns:
            The sample, shaped like x.

        Raises:
            ModelError: an estimate is not finite.
        """


def start(draw: Draw, like: Tensor, sigma: float | Tensor, around: Tensor | None = None) -> Tensor:
    """What a sampler begins with at level sigma: noise alone, or noise on a guess.

    Args:
        draw: white noise of unit variance.
        like: a tensor of the shape, type and device wanted.
        sigma: first level of the schedule.
        around: the guess of a warm start, shaped likewise.
    """
    noise = float(sigma) * draw(like)
    return noise if around is None else around + noise


@torch.no_grad()
def euler(
    denoise: Denoise, x: Tensor, sigmas: Tensor, draw: Draw, on_step: OnStep = unheard
) -> Tensor:
    """First order; one estimate for each step."""
    levels, n_steps = sigmas.tolist(), len(sigmas) - 1
    for i, (sigma, following) in enumerate(zip(levels[:-1], levels[1:], strict=True)):
        denoised = _estimate(denoise, x, sigma)
        x = denoised + (x - denoised) * (following / sigma)
        on_step(i + 1, n_steps, denoised)
    return x


@torch.no_grad()
def heun(
    denoise: Denoise, x: Tensor, sigmas: Tensor, draw: Draw, on_step: OnStep = unheard
) -> Tensor:
    """Second order; two estimates for each step but the last (Algorithm 1)."""
    levels, n_steps = sigmas.tolist(), len(sigmas) - 1
    for i, (sigma, following) in enumerate(zip(levels[:-1], levels[1:], strict=True)):
        x, denoised = _heun_step(denoise, x, sigma, following)
        on_step(i + 1, n_steps, denoised)
    return x


@torch.no_grad()
def churn(
    denoise: Denoise,
    x: Tensor,
    sigmas: Tensor,
    draw: Draw,
    on_step: OnStep = unheard,
    *,
    s_churn: float = 5.0,
    s_min: float = 0.0,
    s_max: float = math.inf,
    s_noise: float = 1.0,
) -> Tensor:
    """Second order with fresh noise before each step, which mends errors of earlier ones.

    Args:
        denoise: network or guidance.
        x: (batch channel time).
        sigmas: (n_steps + 1).
        draw: asked once in every step that adds noise.
        on_step: told after every step.
        s_churn: how much noise all steps together add; bounded so that no step raises its level
            by more than a factor of sqrt(2).
        s_min: lowest level at which noise is added.
        s_max: highest one.
        s_noise: standard deviation of the noise before scaling; just above 1 makes up for a
            network that takes out too much.

    Raises:
        ModelError: an estimate is not finite.
    """
    levels, n_steps = sigmas.tolist(), len(sigmas) - 1
    for i, (sigma, following) in enumerate(zip(levels[:-1], levels[1:], strict=True)):
        gamma = min(s_churn / n_steps, math.sqrt(2.0) - 1.0) if s_min <= sigma <= s_max else 0.0
        raised = sigma * (1.0 + gamma)
        if gamma > 0.0:
            x = x + math.sqrt(raised**2 - sigma**2) * s_noise * draw(x)
        x, denoised = _heun_step(denoise, x, raised, following)
        on_step(i + 1, n_steps, denoised)
    return x


@torch.no_grad()
def dpm2m(
    denoise: Denoise, x: Tensor, sigmas: Tensor, draw: Draw, on_step: OnStep = unheard
) -> Tensor:
    """Second order from one estimate a step: each is continued through the one before it."""
    levels, n_steps = sigmas.tolist(), len(sigmas) - 1
    before: Tensor | None = None
    for i, (sigma, following) in enumerate(zip(levels[:-1], levels[1:], strict=True)):
        denoised = target = _estimate(denoise, x, sigma)
        if before is not None and following > 0.0:
            h = math.log(sigma / following)
            half = 0.5 * h / math.log(levels[i - 1] / sigma)  # 1 / (2 q)
            target = denoised + half * (denoised - before)
        x = target + (x - target) * (following / sigma)
        before = denoised
        on_step(i + 1, n_steps, denoised)
    return x


def _heun_step(
    denoise: Denoise, x: Tensor, sigma: float, following: float
) -> tuple[Tensor, Tensor]:
    """The next x, and the estimate at this one."""
    denoised = _estimate(denoise, x, sigma)
    d = (x - denoised) / sigma
    ahead = x + (following - sigma) * d
    if following == 0.0:
        return denoised, denoised
    d_ahead = (ahead - _estimate(denoise, ahead, following)) / following
    return x + (following - sigma) * 0.5 * (d + d_ahead), denoised


def _estimate(denoise: Denoise, x: Tensor, sigma: float) -> Tensor:
    """D(x, sigma), which must be finite."""
    denoised = denoise(x, x.new_full(x.shape[:1], sigma)).detach()
    if not bool(torch.isfinite(denoised).all()):
        raise ModelError(
            f"the model's estimate at noise level {sigma:.3g} is not a number; "
            "run it in full precision, or guide it less"
        )
    return denoised


SAMPLERS: dict[str, Sampler] = {"euler": euler, "heun": heun, "churn": churn, "dpm2m": dpm2m}
"""All samplers by name."""
