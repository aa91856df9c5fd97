"""Spectrum: what a recording is like around a gap, for guidance that is told by spectra.

Shapes:
    samples   (batch channel time)
    known     (..., time)             boolean
    psd       (batch channel bin)     time // 2 + 1 bins; white noise of variance v has v in each

References:
    Welch, "The Use of Fast Fourier Transform for the Estimation of Power Spectra", IEEE Trans.
    Audio and Electroacoustics 15(2), 1967.
"""

import torch
from torch import Tensor

_TRUSTED = 0.9
"""Share of a frame that must be known; gaps smear tones over all bins."""


def spectrum_around(samples: Tensor, known: Tensor, n_fft: int = 8192) -> Tensor:
    """Mean power over frames that a gap leaves whole; over all frames where it leaves none.

    Args:
        samples: what lies in gaps is not looked at.
        known: which samples to trust.
        n_fft: length of a frame. The longer, the further tones are foretold: at 22 050 Hz, 8192
            did best for gaps of 100 ms in music, 4096 and 16 384 a little worse.

    Returns:
        One spectrum for each channel of each example.
    """
    n_samples = samples.shape[-1]
    length = min(n_fft, n_samples)
    hop = max(1, length // 4)
    window = torch.hann_window(length, dtype=samples.dtype, device=samples.device)
    trust = known.expand(samples.shape).to(samples.dtype)
    heard = torch.where(known, samples, 0.0).unfold(-1, length, hop) * window
    share = (trust.unfold(-1, length, hop) * window.square()).sum(-1) / window.square().sum()
    whole = (share >= _TRUSTED).to(share.dtype)
    weights = torch.where(whole.sum(-1, keepdim=True) > 0.0, whole, (share > 0.0).to(share.dtype))
    power = torch.fft.rfft(heard).abs().square() / window.square().sum()
    per_frame = power / share.clamp_min(torch.finfo(share.dtype).eps)[..., None]
    count = weights.sum(-1)[..., None].clamp_min(1.0)
    psd = (weights[..., None] * per_frame).sum(-2) / count
    return torch.nn.functional.interpolate(
        psd, n_samples // 2 + 1, mode="linear", align_corners=True
    )
