"""Treble: makes up what lies above a cutoff.

A U-Net over bins and frames sees the levels of all bins and how far each lies above the cutoff,
which it is told, and foretells the level of those above: one part of it is made up, another is what
is there, raised, as a gentle filter leaves something. What has no phase of its own gets that of the
bins below the cutoff, moved up by whole periods of a hop, so that tones and onsets stay; a few
rounds of Griffin and Lim's iteration make the bins agree with one another.

It learns levels and no samples, since no phase can be foretold: the mean of all likely treble is
silence, the mean of its level is not. What lies below the cutoff is not touched.

Learnt from:
- moving the band below the cutoff up and giving it an envelope: Dietz, Liljeryd, Kjorling & Kunz,
  "Spectral Band Replication, a Novel Approach in Audio Coding", AES 112th Convention, 2002;
- noise on what is shown, lest the network reads residues that no recording has: Moliner &
  Valimaki, "BEHM-GAN: Bandwidth Extension of Historical Music Using Generative Adversarial
  Networks", IEEE/ACM TASLP 31, 2023;
- Griffin & Lim, "Signal Estimation from Modified Short-Time Fourier Transform", IEEE Trans. ASSP
  32(2), 1984.

Shapes, as einops patterns:
    samples    (batch 1 time)
    spectrum   (batch bin frame)             complex
    levels     (batch bin frame)             log10 of power; a sine of amplitude 2 has 0
    cutoff     (batch)                       as a share of the sample rate
    features   (batch channel bin frame)     channels last in memory
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, NamedTuple, Self

import torch
from torch import Tensor, nn
from torch.nn import functional

from engine.errors import ModelError
from engine.models.blocks import FeatureNorm, bin_coordinates
from engine.models.layout import channels_last, keep_channels_last
from engine.models.network import Config, Network
from engine.transforms.stft import STFT

UNTOLD = 0.1
"""Cutoff of a network that was told none."""
FAINT = 1e-12
"""Power of a bin below which it counts as silent."""
_FAINTEST = 1e-15
_RISE = (0.97, 1.06)
"""In cutoffs, where what is made up sets in, and from where on there is nothing else."""
_STRIDE, _N_FINE, _N_VIEWS = 4, 8, 5
_SOURCE = 0.45
"""Width of the band whose phases are moved up, in cutoffs."""
_ROUNDS = 6


@dataclass(frozen=True)
class TrebleConfig(Config):
    """Sizes of the networks.

    Attributes:
        n_fft, hop_length: of the transform; the hop is a quarter of it.
        channels: features of each level; the first has a quarter of the bins, each other half of
            those of the one before.
        time_dilations, bin_dilations: of the blocks at the last level, in frames and in bins.
    """

    counts: ClassVar[tuple[str, ...]] = ("channels", "time_dilations", "bin_dilations")
    n_fft: int = 2048
    hop_length: int = 512
    channels: tuple[int, ...] = (24, 32, 48, 64)
    time_dilations: tuple[int, ...] = (1, 2, 4, 8, 1)
    bin_dilations: tuple[int, ...] = (1, 2, 4, 8, 1)

    def __post_init__(self) -> None:
        least = 2 * _STRIDE * 2 ** len(self.channels)
        if not self.channels or min(self.channels) < 1:
            raise ModelError(f"channels = {self.channels} must be one or more, each at least 1")
        if self.n_fft < least or self.n_fft % least or 4 * self.hop_length != self.n_fft:
            raise ModelError(
                f"n_fft = {self.n_fft} must be a multiple of {least}, and hop_length = "
                f"{self.hop_length} a quarter of it"
            )
        if len(self.time_dilations) != len(self.bin_dilations):
            raise ModelError(
                f"time_dilations = {self.time_dilations} and bin_dilations = {self.bin_dilations} "
                "must be as many"
            )


class Foretold(NamedTuple):
    """What the network says of each bin but the last.

    Attributes:
        levels: (batch bin frame).
        own: (batch bin frame), the share in [0, 1] of what is there, raised.
    """

    levels: Tensor
    own: Tensor


class Treble(Network):
    """Restorer (batch 1 time) -> (batch 1 time) of any length."""

    name = "treble"
    kind = "restorer"
    config_type = TrebleConfig
    presets: ClassVar[Mapping[str, Config]] = {"standard": TrebleConfig()}
    coordinates: Tensor

    def __init__(self, config: TrebleConfig) -> None:
        super().__init__(config)
        self.transform = STFT(config.n_fft, config.hop_length)
        self.n_bins = config.n_fft // 2
        widths = config.channels
        self.enter = nn.Conv2d(_N_VIEWS, widths[0], (7, 3), stride=(_STRIDE, 1), padding=(3, 1))
        steps = list(zip(widths[:-1], widths[1:], strict=True))
        self.down = nn.ModuleList(_Down(*step) for step in steps)
        dilations = zip(config.time_dilations, config.bin_dilations, strict=True)
        self.body = nn.Sequential(*(_Block(widths[-1], *each) for each in dilations))
        self.up = nn.ModuleList(_deconvolution(coarse, fine) for fine, coarse in steps[::-1])
        self.leave = nn.ConvTranspose2d(
            widths[0], _N_FINE, (8, 3), stride=(_STRIDE, 1), padding=(2, 1)
        )
        self.beside = nn.Conv2d(_N_VIEWS, _N_FINE, (3, 3), padding=1)
        self.last = nn.Conv2d(_N_FINE, 3, 1)
        self.register_buffer("coordinates", bin_coordinates(self.n_bins), persistent=False)
        n_frames = 2 + 2 * len(steps) + sum(config.time_dilations)
        reach = n_frames * config.hop_length + (1 + _ROUNDS) * config.n_fft
        self.receptive_samples = 2 * reach + 1
        self._told = UNTOLD
        keep_channels_last(self)

    def told(self, cutoff: float) -> Self:
        """Itself, from now on with a cutoff that is known, as a share of the sample rate."""
        self._told = cutoff
        return self

    def forward(self, samples: Tensor) -> Tensor:
        """Restored samples, shaped alike."""
        assert samples.ndim == 3, samples.shape
        assert samples.shape[1] == 1, samples.shape
        spectrum = self.transform.forward(samples)[:, 0]
        levels = self.levels(spectrum)
        cutoff = samples.new_full((len(samples),), self._told)
        foretold = self.foretold(levels, cutoff)
        change = self._change(spectrum, foretold, cutoff, samples.shape[-1])
        return samples + self.transform.inverse(change[:, None], samples.shape[-1])

    def levels(self, spectrum: Tensor) -> Tensor:
        """Levels of a spectrum, all its bins."""
        return torch.log10(spectrum.abs().square() / self._scale**2 + _FAINTEST)

    def foretold(self, levels: Tensor, cutoff: Tensor) -> Foretold:
        """Levels of each bin but the last as they may have been before the treble was lost."""
        seen = torch.log10(10.0 ** levels[:, : self.n_bins] + FAINT)
        views = self._views(seen, cutoff)
        features = channels_last(self.enter(views))
        skips = []
        for down in self.down:
            skips.append(features)
            features = down(functional.silu(features))
        features = self.body(features)
        for up in self.up:
            features = functional.silu(up(features) + skips.pop())
        fine = functional.silu(self.leave(features) + self.beside(views))
        made, raised, own = self.last(fine).float().unbind(1)
        share = torch.sigmoid(own - 2.0)
        slope = -5.0 - 4.0 * self.coordinates[:, 0]
        return Foretold(
            torch.lerp(3.0 * made + slope, seen + 3.0 * functional.softplus(raised), share), share
        )

    def rise(self, cutoff: Tensor) -> Tensor:
        """How much of each bin but the last is made up (batch bin 1)."""
        bins = torch.arange(self.n_bins, device=cutoff.device) / (2 * self.n_bins)
        place = (bins / cutoff[:, None] - _RISE[0]) / (_RISE[1] - _RISE[0])
        return (0.5 * math.pi * place.clamp(0.0, 1.0)).sin().square()[..., None]

    @property
    def _scale(self) -> float:
        """Sum of the window."""
        return 0.5 * self.transform.n_fft

    def _views(self, seen: Tensor, cutoff: Tensor) -> Tensor:
        """What the network sees of each bin but the last."""
        bins = (torch.arange(self.n_bins, device=seen.device) + 0.5) / (2 * self.n_bins)
        octaves = torch.log2(bins / cutoff[:, None]).clamp(-3.0, 3.0)[..., None] / 3.0
        beside = (octaves, self.rise(cutoff), *self.coordinates.unbind(1))
        views = [(seen + 6.0) / 3.0, *(each.expand(seen.shape) for each in beside)]
        return channels_last(torch.stack(views, 1))

    def _change(
        self, spectrum: Tensor, foretold: Foretold, cutoff: Tensor, n_samples: int
    ) -> Tensor:
        """What is added to a spectrum."""
        known = spectrum[:, : self.n_bins]
        rise = self.rise(cutoff)
        size = self._scale * 10.0 ** (0.5 * foretold.levels)
        moved = _direction(_moved_up(known, cutoff))
        phases = _direction(torch.lerp(moved, _direction(known), foretold.own.to(moved)))
        made = torch.lerp(known, size * phases, rise.to(moved))
        for _ in range(_ROUNDS):
            whole = torch.cat((made, spectrum[:, self.n_bins :]), 1)
            heard = self.transform.inverse(whole[:, None], n_samples)
            agreed = self.transform.forward(heard)[:, 0, : self.n_bins]
            made = torch.lerp(known, size * _direction(agreed), rise.to(moved))
        return functional.pad(made - known, (0, 0, 0, 1))


class _Down(nn.Module):
    """Half the bins."""

    def __init__(self, n_in: int, n_out: int) -> None:
        super().__init__()
        self.convolution = nn.Conv2d(n_in, n_out, 3, stride=(2, 1), padding=1)
        self.norm = FeatureNorm(n_out)

    def forward(self, features: Tensor) -> Tensor:
        """(batch channel bin frame) -> (batch channel bin/2 frame)."""
        return functional.silu(self.norm(channels_last(self.convolution(features))))


class _Block(nn.Module):
    """Looks along time and along bins, far by dilation."""

    def __init__(self, n_features: int, time_dilation: int, bin_dilation: int) -> None:
        super().__init__()
        self.norm = FeatureNorm(n_features)
        self.along_time = nn.Conv2d(
            n_features, n_features, (1, 3), padding=(0, time_dilation), dilation=(1, time_dilation)
        )
        self.along_bins = nn.Conv2d(
            n_features, n_features, (3, 1), padding=(bin_dilation, 0), dilation=(bin_dilation, 1)
        )
        self.mix = nn.Conv2d(n_features, n_features, 1)

    def forward(self, features: Tensor) -> Tensor:
        """Features of the same shape."""
        inner = functional.silu(self.along_time(self.norm(features)))
        inner = functional.silu(self.along_bins(inner))
        mixed: Tensor = self.mix(inner)
        return features + mixed


def _deconvolution(coarse: int, fine: int) -> nn.ConvTranspose2d:
    """Twice the bins."""
    return nn.ConvTranspose2d(coarse, fine, (4, 3), stride=(2, 1), padding=1)


def _direction(spectrum: Tensor) -> Tensor:
    """Phases: every bin brought to size 1."""
    return spectrum / (spectrum.abs() + 1e-20)


def _moved_up(known: Tensor, cutoff: Tensor) -> Tensor:
    """The band below the cutoff again and again above it.

    By multiples of four bins, which turn by whole periods in a hop of a quarter of a frame.
    """
    n_bins = known.shape[1]
    ends = (2 * n_bins * cutoff).clamp(8.0, n_bins - 1.0)
    first = (_RISE[0] * ends).long()[:, None]
    width = 4 * (_SOURCE * ends / 4.0).long().clamp_min(1)[:, None]
    bins = torch.arange(n_bins, device=known.device)[None]
    turns = torch.where(bins >= first, (bins - first) // width + 1, 0)
    source = (bins - turns * width).clamp(0, n_bins - 1)
    return known.gather(1, source[..., None].expand(known.shape))
