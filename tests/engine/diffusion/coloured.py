"""A prior for recordings of any length: the ideal denoiser of stationary coloured noise.

Pink from a corner on, as music is; each block counts as one period, as in a CQT.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

LEVEL = 0.06


@dataclass(frozen=True)
class ColouredPrior:
    """E[x0 | x] for noise that falls by 6 dB in an octave above its corner."""

    sample_rate: int = 8000
    segment_samples: int = 2048
    sigma_data: float = LEVEL
    sigma_min: float = 1e-5
    sigma_max: float = 10.0
    corner_hz: float = 300.0

    def __call__(self, x: Tensor, sigma: Tensor) -> Tensor:
        assert x.shape[1] == 1, x.shape
        psd = self.psd(x.shape[-1]).to(x)
        gain = psd / (psd + sigma.square()[:, None, None])
        return filtered(x, gain)

    def psd(self, n_samples: int) -> Tensor:
        """Power of each bin; the mean square of a signal is sigma_data^2."""
        hz = torch.fft.rfftfreq(n_samples, 1 / self.sample_rate, dtype=torch.float64)
        fine = torch.linspace(0, self.sample_rate / 2, 20001, dtype=torch.float64)
        scale = self.sigma_data**2 / self._shape(fine).mean()
        return scale * self._shape(hz)

    def draw(self, n_pieces: int, n_samples: int, seed: int = 0) -> Tensor:
        """Recordings (piece 1 time) that this is the prior of."""
        generator = torch.Generator().manual_seed(seed)
        white = torch.randn(n_pieces, 1, 2 * n_samples, generator=generator)
        shaped = filtered(white, self.psd(2 * n_samples).sqrt().to(white))
        return shaped[..., :n_samples]

    def _shape(self, hz: Tensor) -> Tensor:
        return 1 / (1 + (hz / self.corner_hz).square())


def filtered(x: Tensor, gain: Tensor) -> Tensor:
    shaped: Tensor = torch.fft.irfft(torch.fft.rfft(x) * gain, x.shape[-1])
    return shaped


def level_db(x: Tensor, reference: Tensor | float = 1.0) -> float:
    """Power of all of x in dB over that of another tensor, or over a number squared."""
    power = torch.as_tensor(reference).double().square().mean()
    return float(10 * torch.log10(x.double().square().mean() / power))


def snr_db(clean: Tensor, estimate: Tensor) -> float:
    """Signal to error in dB."""
    return level_db(clean, estimate - clean)
