"""Noise told: the spectrum of noise as networks are told it.

Shapes, as einops patterns:
    spectrum   (batch bin frame)   complex
    noise      (batch 2 bin)       typical and mean power in each bin
"""

import math

import torch
from torch import Tensor

_ALIKE_SHARE = 0.02
_FAINT = 1e-20
_EULER_GAMMA = 0.5772156649
_N_KNOTS = 16
_EDGE_FRAMES = 3


class NoiseTally:
    """Measures noise that comes piece by piece."""

    def __init__(self) -> None:
        self._n_frames = 0
        self._sum: Tensor | None = None
        self._log_sum: Tensor | None = None

    def add(self, spectrum: Tensor) -> None:
        """Count the frames of a spectrum (batch bin frame) with nothing but noise."""
        power = spectrum.abs().square().double()
        total, log_total = power.sum(-1), torch.log(power + _FAINT).sum(-1)
        self._sum = total if self._sum is None else self._sum + total
        self._log_sum = log_total if self._log_sum is None else self._log_sum + log_total
        self._n_frames += spectrum.shape[-1]

    def powers(self) -> Tensor:
        """The noise (batch 2 bin), alike over 2 % of frequency to either side of a bin.

        The first row lies halfway between the mean and the typical power, which clicks hardly
        raise; for Gaussian noise both are the same. The second is the mean.
        """
        assert self._sum is not None, "nothing was added"
        assert self._log_sum is not None
        mean = self._sum / self._n_frames
        typical = torch.exp(self._log_sum / self._n_frames + _EULER_GAMMA)
        rows = torch.stack((torch.sqrt(mean * typical), mean), dim=1)
        return _smoothed(rows).float()


def noise_powers(spectrum: Tensor) -> Tensor:
    """The noise (batch 2 bin) that a spectrum (batch bin frame) holds."""
    tally = NoiseTally()
    tally.add(spectrum)
    return tally.powers()


def inside(spectrum: Tensor) -> Tensor:
    """Frames that lie within what was transformed, where there are enough of them."""
    n_frames = spectrum.shape[-1]
    edge = _EDGE_FRAMES if n_frames > 4 * _EDGE_FRAMES else 0
    return spectrum[..., edge : n_frames - edge]


def disturbed(noise: Tensor, error_db: float) -> Tensor:
    """Noise (batch 2 bin) as another second of it might have been measured.

    Args:
        noise: as measured.
        error_db: standard deviation of the curve over octaves that it is off by.
    """
    curve = drawn_curve(len(noise), noise.shape[-1], noise.device)
    curve = curve + torch.randn(len(noise), 1, device=noise.device)
    return noise * 10.0 ** (0.1 * error_db / math.sqrt(2.0) * curve)[:, None]


def drawn_curve(n_curves: int, n_bins: int, device: torch.device | str) -> Tensor:
    """Curves (curve bin) of standard deviation up to 1 that change from octave to octave."""
    octaves = torch.log2(1.0 + torch.arange(n_bins, device=device))
    knots = torch.randn(n_curves, _N_KNOTS, device=device)
    place = octaves / octaves[-1] * (_N_KNOTS - 1 - 1e-3)
    low = place.floor().long()
    share = place - low
    curve: Tensor = knots[:, low] * (1.0 - share) + knots[:, low + 1] * share
    return curve


def _smoothed(power: Tensor) -> Tensor:
    """Mean over neighbouring bins; lines of hum and the edge of rumble stay."""
    bins = torch.arange(power.shape[-1], device=power.device)
    reach = (_ALIKE_SHARE * bins).long()
    low, high = bins - reach, torch.clamp_max(bins + reach + 1, len(bins))
    sums = torch.nn.functional.pad(power.cumsum(-1), (1, 0))
    return (sums[..., high] - sums[..., low]) / (high - low)
