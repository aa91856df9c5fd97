"""Spectral rule: the gain that noise of a known spectrum calls for, bin by bin, on tensors.

It is what `engine.dsp.spectral_gain` follows, without its second resolution and its looks at the
neighbours: the prior signal-to-noise ratio of a bin is followed by the decision-directed rule once
forwards and once backwards, and the gain is the geometric mean of both.

Frames come one after the other, so that much time goes into calling many small operations. Both
directions go together; on the CPU numpy does it, which has less to do around each call and needs no
second thread for it, and the exponential integral is looked up, within 0.01 dB of the gain.

Shapes, as einops patterns:
    spectrum   (batch bin frame)             complex
    power      (batch bin)                   of the noise
    gain       (batch bin frame)             in [0, 1]
    frames     (frame direction batch bin)   power over that of the noise, forwards and backwards

References:
    Ephraim & Malah, "Speech Enhancement Using a Minimum Mean-Square Error Log-Spectral Amplitude
    Estimator", IEEE Trans. ASSP 33(2), 1985, Eq. 20 and 51.
    Swamee & Ohija, "Approximation for Exponential Integral (Well Function)", J. Irrig. Drain. Eng.
    129(6), 2003.
"""

from functools import cache

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

_LEAST_PRIOR = 1e-4
_SILENCE = 1e-10
_MOST_POSTERIOR = 1e6
_LOW, _HIGH = 1e-6, 40.0
"""Where the exponential integral is asked."""
_TABLE_BITS = 14
"""Of a float its exponent and first bits are an index, 512 steps to the octave."""


@torch.no_grad()
def spectral_gain(spectrum: Tensor, power: Tensor, memory: float) -> Tensor:
    """Gain by the noise's power.

    Args:
        spectrum: (batch bin frame).
        power: (batch bin), of the noise, on the same transform.
        memory: in [0, 1), how much of a frame's decision goes into the next frame.
    """
    posterior = spectrum.abs().square().float() / (power[..., None] + _SILENCE)
    posterior = posterior.clamp_max(_MOST_POSTERIOR)
    frames = torch.stack((posterior, posterior.flip(-1))).movedim(-1, 0).contiguous()
    if frames.device.type == "cpu":
        gains = torch.from_numpy(_followed_in_numpy(frames.numpy(), memory))
    else:
        gains = _followed(frames, memory)
    return torch.sqrt(gains[:, 0] * gains[:, 1].flip(0)).movedim(0, -1).contiguous()


def exponential_integral(x: Tensor) -> Tensor:
    """E1 of x from 1e-6 on, within 2 % up to 10, where it has become 4e-6."""
    a = torch.log((0.56146 / x + 0.65) * (1.0 + x))
    b = x**4 * torch.exp(torch.clamp_max(7.7 * x, 80.0)) * (2.0 + x) ** 3.7
    return (a**-7.7 + b) ** -0.13


def _followed(frames: Tensor, memory: float) -> Tensor:
    before = torch.ones_like(frames[0])
    gains = []
    for frame in frames:
        prior = memory * before + (1.0 - memory) * torch.relu(frame - 1.0)
        prior = prior.clamp_min(_LEAST_PRIOR)
        share = prior / (1.0 + prior)
        doubt = _doubt((share * frame).clamp(_LOW, _HIGH))
        gain = torch.clamp_max(share * doubt, 1.0)
        gains.append(gain)
        before = gain.square() * frame
    return torch.stack(gains)


def _followed_in_numpy(frames: NDArray[np.float32], memory: float) -> NDArray[np.float32]:
    table, first = _doubt_table()
    low, high, kept = np.float32(_LOW), np.float32(_HIGH), np.float32(memory)
    priors = np.maximum(frames - np.float32(1.0), 0.0) * np.float32(1.0 - memory)
    gains = np.empty_like(frames)
    before = np.ones_like(frames[0])
    for frame, prior, gain in zip(frames, priors, gains, strict=True):
        prior += kept * before
        np.maximum(prior, _LEAST_PRIOR, out=prior)
        share = prior / (prior + np.float32(1.0))
        asked = np.fmin(np.fmax(share * frame, low), high)  # what is not a number finds a place too
        index = asked.view(np.int32) >> _TABLE_BITS
        np.minimum(share * table[index - first], 1.0, out=gain)
        np.multiply(np.square(gain), frame, out=before)
    return gains


def _doubt(x: Tensor) -> Tensor:
    return torch.exp(0.5 * exponential_integral(x))


@cache
def _doubt_table() -> tuple[NDArray[np.float32], np.int32]:
    """What `_doubt` gives in the middle of each step, and the index of the first."""
    first, last = np.array([_LOW, _HIGH], np.float32).view(np.int32) >> _TABLE_BITS
    steps = np.arange(first, last + 1, dtype=np.int32)
    middles = ((steps << _TABLE_BITS) + (1 << (_TABLE_BITS - 1))).view(np.float32)
    return _doubt(torch.from_numpy(middles)).numpy(), first
