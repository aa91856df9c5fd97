"""Magnitude: a spectrogram whose phase is lost.

Shapes:
    x   (batch channel time)
    y   (batch channel bin frame)   real, >= 0

References:
    Griffin & Lim, "Signal Estimation from Modified Short-Time Fourier Transform", IEEE Trans.
    ASSP 32(2), 1984.
"""

import torch
from torch import Tensor

from engine.diffusion.operator import Operator
from engine.transforms.stft import STFT


class Magnitude(Operator):
    """The magnitudes of a short-time Fourier transform."""

    def __init__(self, stft: STFT) -> None:
        self._stft = stft

    def __call__(self, x: Tensor) -> Tensor:
        """Magnitudes; the gradient of an empty bin is zero."""
        return self._stft.forward(x).abs()

    def project(self, denoised: Tensor, observed: Tensor) -> Tensor:
        """The observed magnitudes with the phase of the estimate, as near as samples can come.

        Neighbouring frames share samples, so that few magnitudes and phases fit one another
        exactly; the distance from the observed never grows.
        """
        spectrum = self._stft.forward(denoised)
        return self._stft.inverse(torch.polar(observed, spectrum.angle()), denoised.shape[-1])
