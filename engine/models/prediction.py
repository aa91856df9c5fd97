"""Prediction: what short models of the sound around fail to predict, for networks to look at.

The same as engine.dsp.whitening, for batches and on any device: a model for each hop, the errors of
prediction from the past and from the future, and how large they are in undamaged sound.

Shapes, as einops patterns:
    samples, errors, scale   (batch time)
    frames                   (batch hop window)
    models                   (batch hop order+1)   a_0 = 1

References:
    Vaseghi, "Advanced Digital Signal Processing and Noise Reduction", Wiley 2000, chapter 13.
"""

from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional

_RIDGE = 1e-9
"""White noise added to each frame, as a share of its power: keeps steady tones solvable."""
_SILENCE = 1e-18
_SCALE_FLOOR = 1e-5
_GAUSSIAN = 1.4826
_BLOCK, _REACH = 176, 6


class Prediction(NamedTuple):
    """Errors from the past and from the future, and their usual size; each (batch time)."""

    forward: Tensor
    backward: Tensor
    scale: Tensor


def predict(samples: Tensor, order: int, window: int, hop: int) -> Prediction:
    """Prediction errors of samples (batch time), which come back as float32.

    Args:
        samples: (batch time).
        order: of the models.
        window: samples that a model is estimated from.
        hop: samples between models.
    """
    # MPS has no 64 bits, and pays with models that are less sharp
    exact = samples.float() if samples.device.type == "mps" else samples.double()
    models = _models(exact, order, window, hop)
    forward, backward = (each.float() for each in _errors(exact, models, hop))
    return Prediction(forward, backward, _scale(forward))


def _models(samples: Tensor, order: int, window: int, hop: int) -> Tensor:
    """Models of windows around the middle of each hop, by Levinson's recursion."""
    n_hops = -(-samples.shape[-1] // hop)
    padded = functional.pad(samples, (0, max(0, window - samples.shape[-1])))
    starts = torch.arange(n_hops, device=samples.device) * hop + hop // 2 - window // 2
    starts = starts.clamp(0, padded.shape[-1] - window)
    frames = padded.unfold(-1, window, 1)[:, starts]
    bell = torch.hann_window(window, periodic=False, dtype=samples.dtype, device=samples.device)
    n_fft = 1 << (window + order).bit_length()
    power = torch.fft.rfft(frames * bell, n_fft).abs().square()
    lags = torch.fft.irfft(power, n_fft)[..., : order + 1] / window
    return _solved(lags)


def _solved(lags: Tensor) -> Tensor:
    """Models of autocorrelations (batch hop order+1)."""
    order = lags.shape[-1] - 1
    ridge = _RIDGE if lags.dtype == torch.float64 else 1e3 * _RIDGE
    model = torch.ones_like(lags[..., :1])
    error = lags[..., :1] * (1.0 + ridge) + _SILENCE
    for m in range(1, order + 1):
        dot = (model * lags[..., 1 : m + 1].flip(-1)).sum(-1, keepdim=True)
        reflection = (-dot / error).clamp(-1.0 + ridge, 1.0 - ridge)
        longer = functional.pad(model, (0, 1))
        model = longer + reflection * longer.flip(-1)
        error = error * (1.0 - reflection.square())
    return model


def _errors(samples: Tensor, models: Tensor, hop: int) -> tuple[Tensor, Tensor]:
    """From the past and from the future; 0 nearer to an end than the models reach."""
    n_samples, n_hops, order = samples.shape[-1], models.shape[1], models.shape[2] - 1
    padded = functional.pad(samples, (order, n_hops * hop - n_samples + order))
    pieces = padded.unfold(-1, hop + 2 * order, hop)
    n_fft = 1 << (hop + 2 * order - 1).bit_length()
    spectrum, response = torch.fft.rfft(pieces, n_fft), torch.fft.rfft(models, n_fft)
    inside = torch.zeros(n_samples, dtype=samples.dtype, device=samples.device)
    inside[order : max(order, n_samples - order)] = 1.0
    past, future = (
        torch.fft.irfft(each, n_fft)[..., order : order + hop].flatten(1)[:, :n_samples] * inside
        for each in (spectrum * response, spectrum * response.conj())
    )
    return past, future


def _scale(error: Tensor) -> Tensor:
    """Robust standard deviation around each sample, before or after, whichever is larger."""
    n_samples = error.shape[-1]
    n_blocks = -(-n_samples // _BLOCK)
    padded = torch.cat((error, error.flip(-1)), -1)
    padded = functional.pad(padded, (0, max(0, n_blocks * _BLOCK - padded.shape[-1])))
    blocks = padded[:, : n_blocks * _BLOCK].abs().unflatten(-1, (n_blocks, _BLOCK))
    level = _GAUSSIAN * blocks.median(-1).values
    around = functional.pad(level[:, None], (_REACH, _REACH), mode="replicate")[:, 0]
    sides = around.unfold(-1, _REACH + 1, 1).median(-1).values
    scale = torch.maximum(sides[:, :n_blocks], sides[:, _REACH:]).clamp_min(_SCALE_FLOOR)
    smooth = functional.interpolate(
        scale.log()[:, None], n_blocks * _BLOCK, mode="linear", align_corners=False
    )
    return smooth[:, 0, :n_samples].exp()
