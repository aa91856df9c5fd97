"""Noise reader: tells the spectrum of the noise from how the levels in each bin are spread.

Noise comes back to the same level in every frame, music does not; and where music never rests the
bins beside it still tell. What a look at the recording has taken out tells the rest. A convolution
over bins reads both.

Shapes, as einops patterns:
    spectrum   (batch bin frame)     complex
    noise      (batch 2 bin)         see engine.models.noise_told
    features   (batch channel bin)
"""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

from engine.models.noise_told import NoiseTally
from engine.transforms.stft import STFT

_QUANTILES = (0.02, 0.1, 0.3, 0.5, 0.7, 0.9, 0.98)
_FAINT = 1e-12
_N_WIDE = 33
_LONGER, _N_FINE = 4, 256
_FLOORS, _REACHES = (1, 3), (6, 20)
"""Which quantiles of the long window are looked for their lowest, and how many bins around."""
_EDGE_FRAMES = 3
_LEAST_DB, _STEP_DB, _STEPS = -120.0, 0.5, 360


class LevelTally:
    """Counts the levels of each bin, so that a recording of any length is known by its spread."""

    def __init__(self) -> None:
        self._counts: Tensor | None = None

    def add(self, spectrum: Tensor) -> None:
        """Count the frames of a spectrum (batch bin frame)."""
        level_db = 10.0 * torch.log10(spectrum.abs().square().float() + _FAINT)
        steps = ((level_db - _LEAST_DB) / _STEP_DB).long().clamp(0, _STEPS - 1)
        if self._counts is None:
            shape = (*spectrum.shape[:2], _STEPS)
            self._counts = torch.zeros(shape, device=spectrum.device)
        ones = torch.ones((), device=spectrum.device).expand(steps.shape)
        self._counts.scatter_add_(2, steps, ones)

    def quantiles(self) -> Tensor:
        """Natural logarithms of power (batch quantile bin)."""
        assert self._counts is not None, "nothing was added"
        shares = self._counts.cumsum(-1) / self._counts.sum(-1, keepdim=True)
        wanted = torch.tensor(_QUANTILES, device=shares.device).expand(*shares.shape[:2], -1)
        steps = torch.searchsorted(shares, wanted.contiguous())
        level_db = _LEAST_DB + _STEP_DB * (steps.clamp_max(_STEPS - 1) + 0.5)
        return (math.log(10.0) / 10.0 * level_db).transpose(1, 2)


class Readings:
    """All that a reader sees of a recording, counted piece by piece.

    Below 2.7 kHz it looks through a window four times as long as well: that parts bass notes from
    the rumble between them.
    """

    def __init__(self, n_fft: int, hop_length: int) -> None:
        self._transform = STFT(n_fft, hop_length)
        self._long = STFT(_LONGER * n_fft, _LONGER * hop_length)
        self._levels, self._left, self._fine = LevelTally(), LevelTally(), LevelTally()
        self.removed = NoiseTally()

    def add(self, samples: Tensor, look: Tensor) -> None:
        """Count a piece (batch 1 time) and what a look at it has left."""
        spectrum, left = (inside(self._transform.forward(each)[:, 0]) for each in (samples, look))
        self.removed.add(spectrum - left)
        self._levels.add(spectrum)
        self._left.add(left)
        n_fine = _LONGER * min(_N_FINE, spectrum.shape[1] - 1) + 1
        self._fine.add(inside(self._long.forward(samples)[:, 0, :n_fine]))

    def features(self) -> Tensor:
        """(batch channel bin), of levels over the noise as it was guessed."""
        guess = torch.log(self.removed.powers() + _FAINT)
        spread, left = self._levels.quantiles(), self._left.quantiles()
        typical = guess[:, :1]
        near = functional.avg_pool1d(typical, _N_WIDE, 1, _N_WIDE // 2, count_include_pad=False)
        place = torch.linspace(0.0, 1.0, guess.shape[-1], device=guess.device).expand_as(typical)
        octave = torch.log2(1.0 + 2048.0 * place) / 11.0
        parts = (
            0.3 * (spread - typical),
            0.3 * (left - typical).clamp_min(-12.0),
            0.3 * (self._floors(spread) - typical),
            0.3 * (guess[:, 1:] - typical),
            0.1 * typical,
            0.3 * (near - typical),
            place,
            octave,
        )
        return torch.cat(parts, dim=1)

    def _floors(self, spread: Tensor) -> Tensor:
        """Lowest levels (batch channel bin) beside each bin through the long window."""
        fine = self._fine.quantiles()[:, _FLOORS] - math.log(_LONGER)
        rows = []
        for reach in _REACHES:
            lowest = -functional.max_pool1d(-fine, 2 * reach + 1, 1, reach)[..., ::_LONGER]
            rows.append(torch.cat((lowest, spread[:, _FLOORS, lowest.shape[-1] :]), dim=-1))
        return torch.cat(rows, dim=1)


class NoiseReader(nn.Module):
    """Noise of a recording, of the levels of its bins and of what a look took out."""

    def __init__(self, n_features: int = 24, n_layers: int = 6) -> None:
        super().__init__()
        n_seen = 2 * len(_QUANTILES) + len(_REACHES) * len(_FLOORS) + 5
        self.enter = nn.Conv1d(n_seen, n_features, 5, padding=2)
        self.layers = nn.ModuleList(
            nn.Conv1d(n_features, n_features, 5, padding=2 * 2**n, dilation=2**n)
            for n in range(n_layers)
        )
        self.leave = nn.Conv1d(n_features, 2, 1)
        nn.init.zeros_(self.leave.weight)
        assert self.leave.bias is not None
        nn.init.zeros_(self.leave.bias)

    def read(self, readings: Readings) -> Tensor:
        """The noise (batch 2 bin); an untrained reader gives back what the look took out."""
        return self(readings.features(), readings.removed.powers())

    def forward(self, features: Tensor, guess: Tensor) -> Tensor:
        """The noise (batch 2 bin), of features (batch channel bin) and what the look took out."""
        hidden = functional.silu(self.enter(features))
        for layer in self.layers:
            hidden = hidden + functional.silu(layer(hidden))
        noise: Tensor = torch.exp(torch.log(guess + _FAINT) + self.leave(hidden))
        return noise


def inside(spectrum: Tensor) -> Tensor:
    """Frames that lie within what was transformed, where there are enough of them."""
    n_frames = spectrum.shape[-1]
    edge = _EDGE_FRAMES if n_frames > 4 * _EDGE_FRAMES else 0
    return spectrum[..., edge : n_frames - edge]
