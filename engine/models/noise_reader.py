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

_QUANTILES = (0.02, 0.1, 0.3, 0.5, 0.7, 0.9, 0.98)
_FAINT = 1e-12
_N_WIDE = 33
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


class NoiseReader(nn.Module):
    """Noise of a recording, of the levels of its bins and of what a look took out."""

    def __init__(self, n_features: int = 24, n_layers: int = 6) -> None:
        super().__init__()
        n_seen = 2 * len(_QUANTILES) + 4 + 2
        self.enter = nn.Conv1d(n_seen, n_features, 5, padding=2)
        self.layers = nn.ModuleList(
            nn.Conv1d(n_features, n_features, 5, padding=2 * 2**n, dilation=2**n)
            for n in range(n_layers)
        )
        self.leave = nn.Conv1d(n_features, 2, 1)
        nn.init.zeros_(self.leave.weight)
        assert self.leave.bias is not None
        nn.init.zeros_(self.leave.bias)

    def forward(self, levels: LevelTally, looks: LevelTally, removed: NoiseTally) -> Tensor:
        """The noise (batch 2 bin).

        Args:
            levels: of the degraded spectrum.
            looks: of the spectrum of what a look has left.
            removed: what it took out; an untrained reader gives that back.
        """
        guess = torch.log(removed.powers() + _FAINT)
        return torch.exp(guess + self.corrections(levels, looks, guess))

    def corrections(self, levels: LevelTally, looks: LevelTally, guess: Tensor) -> Tensor:
        """What to add to the logarithm of the power that was guessed (batch 2 bin)."""
        spread, left = levels.quantiles(), looks.quantiles()
        typical = guess[:, :1]
        middle = spread[:, len(_QUANTILES) // 2 :][:, :1]
        near = functional.avg_pool1d(typical, _N_WIDE, 1, _N_WIDE // 2, count_include_pad=False)
        place = torch.linspace(0.0, 1.0, guess.shape[-1], device=guess.device).expand_as(typical)
        octave = torch.log2(1.0 + 2048.0 * place) / 11.0
        parts = (
            0.3 * (spread - typical),
            0.3 * (left - typical).clamp_min(-12.0),
            0.3 * (guess[:, 1:] - typical),
            0.3 * (middle - typical),
            0.1 * typical,
            0.3 * (near - typical),
            place,
            octave,
        )
        features = functional.silu(self.enter(torch.cat(parts, dim=1)))
        for layer in self.layers:
            features = features + functional.silu(layer(features))
        corrections: Tensor = self.leave(features)
        return corrections
