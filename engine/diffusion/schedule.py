"""Schedules: the noise levels a sampler steps through, from the highest down to 0.

Shapes:
    sigmas   (n_steps + 1)   float64, falling; the last one is 0

References:
    Karras et al., "Elucidating the Design Space of Diffusion-Based Generative Models", NeurIPS
    2022; equation numbers are theirs.
"""

import torch
from torch import Tensor

from engine.errors import SettingsError


def karras_sigmas(n_steps: int, sigma_min: float, sigma_max: float, rho: float = 7.0) -> Tensor:
    """Levels whose rho-th roots are evenly spaced; a larger rho puts more of them at the bottom.

    Raises:
        SettingsError: no step, levels that do not fall, or a rho that is not positive.
    """
    _check(n_steps, sigma_min, sigma_max)
    if not rho > 0.0:
        raise SettingsError(f"rho = {rho:g} must be above 0")
    roots = torch.linspace(
        sigma_max ** (1.0 / rho), sigma_min ** (1.0 / rho), n_steps, dtype=torch.float64
    )
    return _ended(roots**rho, sigma_max)  # Eq. 5


def log_linear_sigmas(n_steps: int, sigma_min: float, sigma_max: float) -> Tensor:
    """Levels with the same ratio from each to the next, as for an endless rho.

    Raises:
        SettingsError: no step, or levels that do not fall.
    """
    _check(n_steps, sigma_min, sigma_max)
    low, high = torch.tensor([sigma_min, sigma_max], dtype=torch.float64).log().tolist()
    return _ended(torch.linspace(high, low, n_steps, dtype=torch.float64).exp(), sigma_max)


def warm_start(sigmas: Tensor, sigma_start: float) -> Tensor:
    """The part of a schedule below sigma_start, begun there: x is already known that well.

    Args:
        sigmas: (n_steps + 1) as made by the functions above.
        sigma_start: standard deviation of the noise that is put on the guess to begin from.

    Returns:
        A shorter schedule whose first level is sigma_start; the same one when it starts below it.

    Raises:
        SettingsError: sigma_start is not above 0.
    """
    if not sigma_start > 0.0:
        raise SettingsError(f"sigma_start = {sigma_start:g} must be above 0")
    if sigma_start >= float(sigmas[0]):
        return sigmas
    return torch.cat((sigmas.new_tensor([sigma_start]), sigmas[sigmas < sigma_start]))


def _ended(sigmas: Tensor, sigma_max: float) -> Tensor:
    """With exactly sigma_max first, whatever powers and logarithms made of it, and 0 last."""
    sigmas[0] = sigma_max
    return torch.cat((sigmas, sigmas.new_zeros(1)))


def _check(n_steps: int, sigma_min: float, sigma_max: float) -> None:
    if n_steps < 1:
        raise SettingsError(f"n_steps = {n_steps} must be at least 1")
    if not 0.0 < sigma_min < sigma_max:
        raise SettingsError(
            f"sigma_min = {sigma_min:g} must lie above 0 and below sigma_max = {sigma_max:g}"
        )
