"""SpectrogramMask: some boxes of time and frequency are known, the others are not.

Shapes:
    x, y    (batch channel time)
    known   (bin frame), or any shape that spreads to (batch channel bin frame); boolean
"""

import torch
from torch import Tensor

from engine.diffusion.operator import Operator
from engine.region import Region
from engine.transforms.stft import STFT


class SpectrogramMask(Operator):
    """Silence what is not known, in a short-time Fourier transform.

    Frames overlap, so that a second pass takes a little more away along the edges of a box; what
    lies further from them than one window comes through whole.
    """

    def __init__(self, stft: STFT, known: Tensor) -> None:
        assert known.dtype == torch.bool, known.dtype
        self._stft = stft
        self.known = known

    def __call__(self, x: Tensor) -> Tensor:
        """Samples of the known bins alone."""
        return self._stft.inverse(self._stft.forward(x) * self.known, x.shape[-1])

    def project(self, denoised: Tensor, observed: Tensor) -> Tensor:
        """Known bins of the observed, the other bins of the estimate.

        Args:
            denoised: the estimate.
            observed: what this operator makes, or a recording whose other bins are damaged.
        """
        ours, theirs = self._stft.forward(denoised), self._stft.forward(observed)
        return self._stft.inverse(torch.where(self.known, theirs, ours), denoised.shape[-1])


def known_outside(region: Region, stft: STFT, sample_rate: int, n_samples: int) -> Tensor:
    """Which bins are known when a region is not.

    Args:
        region: bins whose centre lies inside are unknown; without a band, at all frequencies;
            with a shape, those that it selects.
        stft: the transform whose bins are meant.
        sample_rate: Hz.
        n_samples: length of the recording.

    Returns:
        (bin frame), boolean.
    """
    bins = torch.arange(stft.n_fft // 2 + 1) * (sample_rate / stft.n_fft)
    n_frames = -(-n_samples // stft.hop_length) + 1
    frames = torch.arange(n_frames) * (stft.hop_length / sample_rate)
    if region.shape:
        at = frames.double().numpy(), bins.double().numpy()
        return ~torch.from_numpy(region.shape.selected(*at))
    within = (frames >= region.start_s) & (frames < region.stop_s)
    band = torch.ones_like(bins, dtype=torch.bool)
    if region.low_hz is not None and region.high_hz is not None:
        band = (bins >= region.low_hz) & (bins < region.high_hz)
    return ~(band[:, None] & within)
