"""Guidance: how what was observed steers the estimates of a prior; each one is itself a Denoise.

Shapes:
    x, denoised   (batch channel time)
    sigma         (batch)
    observed      as the operator makes it
    psd           (..., bin)   power of each of the time // 2 + 1 bins of a real Fourier transform;
                               white noise of standard deviation s has s^2 in every bin

References:
    Chung et al., "Diffusion Posterior Sampling for General Noisy Inverse Problems", ICLR 2023.
    Moliner, Lehtinen, Valimaki, "Solving Audio Inverse Problems with a Diffusion Model", ICASSP
    2023.
    Song et al., "Pseudoinverse-Guided Diffusion Models for Inverse Problems", ICLR 2023.
"""

import torch
from torch import Tensor

from engine.diffusion.denoise import Denoise
from engine.diffusion.operator import Operator

_LEAST = 1e-18
"""Variance below any sample's, so that silence can be divided by."""


class ReconstructionGuidance:
    """Move each estimate down the gradient of its distance from the observed, then project.

    The move has a root mean square of xi * sigma in every example, however large its distance
    is: it never vanishes by itself, so that xi is to be chosen for the task. The norm belongs to
    one example and not to the batch; what else is in the batch changes nothing.
    """

    def __init__(
        self,
        denoise: Denoise,
        operator: Operator,
        observed: Tensor,
        xi: float | Tensor = 0.25,
        clip: float | None = None,
        projects: bool = True,
    ) -> None:
        """Take a prior, what it is to explain, and how hard it is pushed.

        Args:
            denoise: the prior; gradients pass through it.
            operator: how a clean recording became the observed.
            observed: what the operator would make of the clean recording.
            xi: size of the move against sigma; (batch) gives each example its own.
            clip: bound of each element of the gradient before it is scaled.
            projects: whether the operator's projection follows.
        """
        self._denoise = denoise
        self._operator = operator
        self._observed = observed
        self._xi = xi
        self._clip = clip
        self._projects = projects

    def __call__(self, x: Tensor, sigma: Tensor) -> Tensor:
        """Estimate, move and project; keeps no gradient."""
        with torch.enable_grad():
            noisy = x.detach().requires_grad_()
            denoised = self._denoise(noisy, sigma)
            residual = (self._observed - self._operator(denoised)).flatten(1)
            # Examples do not meet in the sum: its gradient is each one's own.
            distance = torch.linalg.vector_norm(residual, dim=1).sum()
            (gradient,) = torch.autograd.grad(distance, noisy)
        size = _root_mean_square(gradient)
        if self._clip is not None:
            gradient = gradient.clamp(-self._clip, self._clip)
        # Nothing to explain, nothing to move.
        direction = torch.where(size > 0.0, gradient / size, 0.0)
        moved = denoised.detach() - per_example(self._xi * sigma, x) * direction
        return self._operator.project(moved, self._observed) if self._projects else moved


class ProjectionGuidance:
    """Put into each estimate what the observed says for certain; no gradient, a third of the cost.

    For operators that can project: the others leave the estimate as it is.
    """

    def __init__(self, denoise: Denoise, operator: Operator, observed: Tensor) -> None:
        self._denoise = denoise
        self._operator = operator
        self._observed = observed

    def __call__(self, x: Tensor, sigma: Tensor) -> Tensor:
        """Estimate and project."""
        return self._operator.project(self._denoise(x, sigma), self._observed)


class NoiseGuidance:
    """Weigh each estimate against a noisy observed, frequency by frequency, without a gradient.

    For y = h * x + n with a filter h and stationary noise n of known spectrum. Exact when the
    prior is a stationary Gaussian whose spectrum is given. The segment counts as one period: pad
    it by the length of the filter, and say that the padding is not known.

    Where not all samples are known the weights come from a linear system, solved by conjugate
    gradients. What lies in a gap is then foretold from both sides as far as the spectrum allows:
    for tones, far. Weighing the residual of the known samples alone was tried: samples of a gap in
    tones had 8 times the variance they should have, against 1.0 here.
    """

    def __init__(
        self,
        denoise: Denoise,
        observed: Tensor,
        noise_psd: Tensor,
        signal_psd: float | Tensor,
        response: Tensor | None = None,
        known: Tensor | None = None,
        n_iterations: int = 8,
    ) -> None:
        """Take a prior, the observed and what is known of the noise.

        Args:
            denoise: the prior.
            observed: (batch channel time).
            noise_psd: spectrum of the noise, (..., bin); infinite where the observed says nothing.
            signal_psd: spectrum of clean recordings, (..., bin), or sigma_data^2 alone.
            response: complex (..., bin), the filter; without it, none.
            known: (..., time), samples that are observed; without it, all.
            n_iterations: turns of the solver where not all samples are known.
        """
        self._denoise = denoise
        self._observed = observed
        self._signal_psd = torch.as_tensor(signal_psd).to(observed)
        # Beyond a million times the signal, more noise would change nothing but the arithmetic.
        self._noise_psd = noise_psd.to(observed).clamp(max=1e6 * float(self._signal_psd.max()))
        self._response = torch.ones_like(torch.fft.rfft(observed[:1, :1]))
        if response is not None:
            self._response = response.to(self._response)
        self._known = known
        self._n_iterations = n_iterations

    def __call__(self, x: Tensor, sigma: Tensor) -> Tensor:
        """Estimate and correct."""
        denoised = self._denoise(x, sigma)
        noise = per_example(sigma, x).square()
        # Variance of the clean recording once x is known: r^2.
        variance = noise * self._signal_psd / (noise + self._signal_psd)
        # Of what is observed, once x is known.
        spread = variance * self._response.abs().square() + self._noise_psd
        floor = torch.finfo(x.dtype).eps * spread.amax(-1, keepdim=True)
        spread = spread.maximum(floor.clamp_min(_LEAST))
        residual = self._observed - filtered(denoised, self._response)
        if self._known is None:
            weighed = filtered(residual, 1.0 / spread)
        else:
            weighed = solve_where_known(residual, spread, self._known, self._n_iterations)
        return denoised + filtered(weighed, variance * self._response.conj())


def solve_where_known(residual: Tensor, spread: Tensor, known: Tensor, n_iterations: int) -> Tensor:
    """z, zero where nothing is known, such that z filtered by `spread` is the residual elsewhere.

    Conjugate gradients, with the filter's inverse to start from; examples do not meet.
    """
    left = torch.where(known, residual, 0.0)
    z = torch.zeros_like(left)
    better = torch.where(known, filtered(left, 1.0 / spread), 0.0)
    direction, product = better, _inner(left, better)
    for _ in range(n_iterations):
        image = torch.where(known, filtered(direction, spread), 0.0)
        step = _ratio(product, _inner(direction, image))
        z = z + step * direction
        left = left - step * image
        better = torch.where(known, filtered(left, 1.0 / spread), 0.0)
        before, product = product, _inner(left, better)
        direction = better + _ratio(product, before) * direction
    return z


def filtered(x: Tensor, gain: Tensor) -> Tensor:
    """Samples (... time) as one period, through a filter of gain (... bin)."""
    result: Tensor = torch.fft.irfft(torch.fft.rfft(x) * gain, x.shape[-1])
    return result


def _inner(a: Tensor, b: Tensor) -> Tensor:
    return (a * b).sum(-1, keepdim=True)


def _ratio(a: Tensor, b: Tensor) -> Tensor:
    """Their ratio, and 0 once both have come to nothing."""
    return torch.where(b > 0.0, a / b, 0.0)


def _root_mean_square(values: Tensor) -> Tensor:
    """Of each example, (batch 1 1); scaled first, as squares of small numbers vanish."""
    largest = values.abs().flatten(1).amax(1)
    scaled = values / per_example(largest.clamp_min(torch.finfo(values.dtype).tiny), values)
    return per_example(largest * scaled.flatten(1).square().mean(1).sqrt(), values)


def per_example(values: Tensor, like: Tensor) -> Tensor:
    """Values (batch) with axes added until they meet (batch channel time)."""
    return values.reshape(-1, *(1 for _ in like.shape[1:]))
