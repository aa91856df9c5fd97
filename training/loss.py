"""Losses of the restorers that need one of their own; one number for each example of a batch.

Shapes, as einops patterns:
    samples    (batch channel time)        float32
    spectrum   (batch channel bin frame)   complex64

References:
    Choi et al., "Phase-aware Speech Enhancement with Deep Complex U-Net", ICLR 2019: weighted SDR.
    Moliner & Välimäki, "A Two-Stage U-Net for High-Fidelity Denoising of Historical Recordings",
    ICASSP 2022: error of all stages.
"""

from collections.abc import Sequence

import torch
from torch import Tensor

_LEAST_ENERGY = 1e-8


def weighted_sdr_loss(degraded: Tensor, clean: Tensor, restored: Tensor) -> Tensor:
    """How little the restored music and the removed noise resemble the true ones.

    Both likenesses are cosines, weighted by the energies of music and noise. The cosine of the
    noise is what sets the level of the restored music.

    Args:
        degraded: (batch channel time), what the network was given.
        clean: shaped alike; of noise-to-noise training the other noisy version.
        restored: shaped alike, what the network gave.

    Returns:
        (batch), from -1 for a perfect restoration to 1; 0 for silence.
    """
    clean, degraded, restored = (
        each.flatten(1).to(torch.promote_types(each.dtype, torch.float32))
        for each in (clean, degraded, restored)
    )
    noise, removed = degraded - clean, degraded - restored
    music_energy, noise_energy = clean.square().sum(1), noise.square().sum(1)
    share = music_energy / (music_energy + noise_energy + _LEAST_ENERGY)
    return -share * _cosine(clean, restored) - (1.0 - share) * _cosine(noise, removed)


def stages_loss(stages: Sequence[Tensor], clean: Tensor) -> Tensor:
    """Mean absolute error of real and imaginary parts, summed over the stages of a network.

    Args:
        stages: spectra that the stages estimate.
        clean: the spectrum they should have found, shaped like each of them.

    Returns:
        (batch).
    """
    wanted = torch.view_as_real(clean)
    errors = [(torch.view_as_real(each) - wanted).abs().flatten(1).mean(1) for each in stages]
    return torch.stack(errors).sum(0)


def _cosine(a: Tensor, b: Tensor) -> Tensor:
    """Of the angle between the rows of two matrices; 0 where one of them is silent."""
    energies = [(each.square().sum(1) + _LEAST_ENERGY).sqrt() for each in (a, b)]
    return (a * b).sum(1) / (energies[0] * energies[1])
