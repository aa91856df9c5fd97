"""U-Net over a constant-Q transform whose octaves join it where their frame rates agree.

The highest octave enters first, as it has the most frames. After each halving of the frames the
next lower octave has as many, and joins below on the bin axis: no level pools bins. The way back
peels the octaves off again, the lowest first. Every octave has half the frames of the one above,
so a filter of a few frames sees as long a time as the octave calls for.

What no octave covers, the bass below the lowest and the edge of Nyquist, passes two small heads of
their own, as real signals of their own low rates. Passing it untouched would leave all noise in it,
and dropping it, as is usual, costs the bass.

As a prior its output is the F of Karras et al.: samples and output have unit variance, c_noise
tells the level of noise. Without c_noise it restores by itself, as a supervised training has taught
it: it gives its input with what F adds to it, c_noise being 0.

Shapes, as einops patterns:
    samples   (batch 1 time)             float32
    octave    (batch 2 bin frame)        real and imaginary part as channels
    edge      (batch 1 1 frame)          the part below or above all octaves

References:
    Moliner, Valimaki, "Diffusion-based audio inpainting", J. Audio Eng. Soc. 72(3), 2024.
    Moliner, Lehtinen, Valimaki, "Solving audio inverse problems with a diffusion model", ICASSP
    2023.
    MR-CQTdiff, arXiv 2509.16603, for octaves of different numbers of bins.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor, nn

from engine.errors import ModelError
from engine.models.blocks import (
    GatedConv,
    NoiseEmbedding,
    Pointwise,
    Resampler,
    ResidualBlock,
    scale_weights,
)
from engine.models.layout import keep_channels_last
from engine.models.network import Config, Network
from engine.transforms.cqt import CQT, Coefficients
from engine.transforms.eager import eager

_N_FEATURES = 256
_KERNEL = (5, 3)
_SQRT_HALF = math.sqrt(0.5)
_EDGE_CHANNELS = 16
_EDGE_LAYERS = 3


@dataclass(frozen=True)
class CQTUNetConfig(Config):
    """Settings of a CQTUNet, of its levels from the highest octave to the lowest.

    Attributes:
        channels: of each level, multiples of 8; as many levels as octaves.
        layers: gated convolutions of each level, with dilations 1, 2, 4 ... over bins.
        bins_per_octave: one number for all octaves, or one each, the lowest octave first.
        grid_samples: segments are brought to this length times a power of two, so that a frame
            is always equally long. Lengths that just fill the frames, at which the transform is
            the least redundant, cost the least.
        attention_levels: the lowest levels, and the bottom, that attend over time; 0 for none.
        noise_scale: of the random frequencies that embed c_noise.
    """

    counts: ClassVar[tuple[str, ...]] = ("layers", "attention_levels")
    channels: tuple[int, ...] = (16, 16, 24, 24, 32, 32, 48)
    layers: tuple[int, ...] = (1, 1, 2, 2, 3, 3, 4)
    bins_per_octave: tuple[int, ...] = (16,)
    grid_samples: int = 24_576
    attention_levels: int = 0
    noise_scale: float = 16.0

    @property
    def octave_bins(self) -> tuple[int, ...]:
        """Bins of every octave, the lowest first."""
        bins = self.bins_per_octave
        return bins * len(self.channels) if len(bins) == 1 else bins


_LARGE = CQTUNetConfig(
    (64, 96, 96, 128, 128, 256, 256), (2, 3, 4, 5, 6, 7, 7), (64,), grid_samples=95_256
)
_CHANNELS_44 = (64, 64, 96, 96, 128, 128, 256, 256)


class CQTUNet(Network):
    """Prior or denoiser of mono segments of any length."""

    name = "cqt_unet"
    kind = "prior"
    join_s = 0.5  # its norms take in a whole segment
    config_type = CQTUNetConfig
    presets: ClassVar[Mapping[str, Config]] = {
        "tiny": CQTUNetConfig(),
        "small": CQTUNetConfig(
            (24, 24, 32, 48, 64, 64, 96), (1, 2, 3, 3, 4, 4, 5), (24,), grid_samples=36_288
        ),
        "medium": CQTUNetConfig(
            (32, 32, 48, 64, 96, 96, 128, 128), (1, 2, 3, 4, 4, 5, 5, 6), (32,), 96_000
        ),
        "singing": CQTUNetConfig(
            (32, 32, 64, 64, 128, 128, 256, 256), (1, 3, 4, 5, 5, 6, 6, 7), (32,), 96_000
        ),
        "multi_resolution": CQTUNetConfig(
            (32, 32, 64, 64, 128, 128, 256, 256, 256),
            (2, 2, 3, 4, 5, 5, 4, 5, 5),
            (8, 8, 8, 16, 16, 16, 16, 32, 32),
            grid_samples=96_000,
        ),
        "large": _LARGE,
        "large_attention": CQTUNetConfig(
            _LARGE.channels, _LARGE.layers, (64,), _LARGE.grid_samples, attention_levels=3
        ),
        "large_attention_44k": CQTUNetConfig(
            _CHANNELS_44, (2, 3, 4, 5, 6, 7, 8, 8), (64,), 190_512, attention_levels=3
        ),
    }

    def __init__(self, config: CQTUNetConfig) -> None:
        """Build the layers.

        Raises:
            ModelError: lists of different lengths, or bins that no halving joins.
        """
        super().__init__(config)
        _check(config)
        self._settings = config
        self._transforms: dict[int, CQT] = {}
        self.embedding = NoiseEmbedding(_N_FEATURES, config.noise_scale)
        self.edges = nn.ModuleList(_Edge() for _ in range(2))
        channels, layers = config.channels, config.layers
        entering = (channels[0], *channels[:-1])
        bins = config.octave_bins[::-1]
        n_levels = len(channels)
        # Bins of level i: all octaves down to its own, at its own bins an octave.
        self._bins = [(level + 1) * each for level, each in enumerate(bins)]
        self._halves = [level > 0 and bins[level] < bins[level - 1] for level in range(n_levels)]
        attends = [
            each if level >= n_levels - config.attention_levels else 0
            for level, each in enumerate(_joined_bins(bins))
        ]
        self.inputs = nn.ModuleList(ResidualBlock(2, each, _N_FEATURES) for each in entering)
        self.down = nn.ModuleList(
            _block(n_in, n_out, n_layers, attention)
            for n_in, n_out, n_layers, attention in zip(
                entering, channels, layers, attends, strict=True
            )
        )
        self.injections = nn.ModuleList(_wide(2, each) for each in channels)
        self.bottom = _block(channels[-1], channels[-1], layers[-1], attends[-1])
        self.bottom_output = _output(channels[-1])
        self.up = nn.ModuleList(
            _block(2 * n_in, n_out, n_layers, attention)
            for n_in, n_out, n_layers, attention in zip(
                channels, entering, layers, attends, strict=True
            )
        )
        self.outputs = nn.ModuleList(_output(each) for each in entering)
        self.fewer_frames, self.more_frames = Resampler(upwards=False), Resampler(upwards=True)
        self.fewer_bins = Resampler(upwards=False, over_bins=True)
        self.more_bins = Resampler(upwards=True, over_bins=True)
        keep_channels_last(self)

    def forward(self, samples: Tensor, c_noise: Tensor | None = None) -> Tensor:
        """F of samples of unit variance and of c_noise (batch); without it, restored samples."""
        assert samples.ndim == 3, samples.shape
        assert samples.shape[1] == 1, samples.shape
        n_samples = samples.shape[-1]
        grid = self._settings.grid_samples
        while grid < n_samples:
            grid *= 2
        before = (grid - n_samples) // 2
        level = samples.new_zeros(len(samples)) if c_noise is None else c_noise
        embedding = self.embedding(level)
        octaves, edges = self._analyse(_mirrored(samples, before, grid))
        octaves = self._levels(octaves, embedding)
        edges = [head(edge, embedding) for head, edge in zip(self.edges, edges, strict=True)]
        output = self._synthesise(octaves, edges, grid).narrow(-1, before, n_samples)
        return samples + output if c_noise is None else output

    def _levels(self, octaves: list[Tensor], embedding: Tensor) -> list[Tensor]:
        """Octaves in, octaves out, the lowest first."""
        n_levels = len(octaves)
        skips: list[Tensor] = []
        x = pyramid = octaves[-1]
        for level, octave in enumerate(reversed(octaves)):
            entering = self.inputs[level](octave, embedding)
            if level:
                x = torch.cat((entering, self._shrink(x, level)), 2)
                pyramid = torch.cat((octave, self._shrink(pyramid, level)), 2)
            else:
                x, pyramid = entering, octave
            x = self.down[level](x, embedding)
            skips.append(x)
            x = (x + self.injections[level](pyramid)) * _SQRT_HALF
        x = self.bottom(x, embedding)
        output = self.bottom_output(x, embedding)
        restored: list[Tensor] = []
        for level in reversed(range(n_levels)):
            x = self.up[level](torch.cat((x, skips[level]), 1), embedding)
            output = (output + self.outputs[level](x, embedding)) * _SQRT_HALF
            n_bins = octaves[n_levels - 1 - level].shape[2]
            parts = (n_bins, output.shape[2] - n_bins)
            peeled, output = output.split(parts, 2)
            restored.append(peeled)
            if level:
                _, x = x.split(parts, 2)
                x, output = self._grow(x, level), self._grow(output, level)
        return restored

    def _shrink(self, x: Tensor, level: int) -> Tensor:
        """To the frames, and the bins an octave, of the level."""
        x = self.fewer_frames(x)
        return self.fewer_bins(x) if self._halves[level] else x

    def _grow(self, x: Tensor, level: int) -> Tensor:
        """From the frames and bins of the level to those of the level above."""
        x = self.more_frames(x)
        return self.more_bins(x) if self._halves[level] else x

    @eager
    def _analyse(self, samples: Tensor) -> tuple[list[Tensor], list[Tensor]]:
        """Octaves, the lowest first, and edges below and above them, of samples on a grid."""
        cqt = self._transform(samples.shape[-1])
        octaves, residual = cqt.forward(samples)
        n_below = _bins_below(samples.shape[-1], cqt.n_octaves)
        bass, top = residual[..., :n_below], residual[..., n_below:].flip(-1).conj()
        # (bin frame part) in memory is what channels_last means.
        planes = [torch.view_as_real(each[:, 0]).permute(0, 3, 1, 2) for each in octaves]
        signals = [
            torch.fft.irfft(each, 2 * each.shape[-1], norm="ortho")[:, None] for each in (bass, top)
        ]
        return planes, signals

    @eager
    def _synthesise(self, octaves: list[Tensor], edges: list[Tensor], grid: int) -> Tensor:
        """Samples of the grid."""
        cqt = self._transform(grid)
        planes = tuple(
            torch.view_as_complex(each.float().permute(0, 2, 3, 1).contiguous())[:, None]
            for each in octaves
        )
        bass, top = (torch.fft.rfft(each[:, 0].float(), norm="ortho")[..., :-1] for each in edges)
        residual = torch.cat((bass, top.flip(-1).conj()), -1)
        return cqt.inverse(Coefficients(planes, residual))

    def _transform(self, grid: int) -> CQT:
        """The transform of a grid; the rate only names its frequencies."""
        if grid not in self._transforms:
            bins = self._settings.bins_per_octave
            self._transforms[grid] = CQT(
                grid, 2, len(self._settings.channels), bins[0] if len(bins) == 1 else bins
            )
        return self._transforms[grid]


class _Edge(nn.Module):
    """A part of the spectrum too narrow for bins: a line, a shrinkage, a few convolutions.

    The shrinkage alone is the best there is for noise in noise; it is a gain on the part and one
    on the part brought to unit variance, which is what strong attenuation needs at low noise.
    """

    def __init__(self) -> None:
        super().__init__()
        self.enter = Pointwise(1, _EDGE_CHANNELS)
        self.layers = nn.ModuleList(
            GatedConv(_EDGE_CHANNELS, _N_FEATURES, (1, 5), (1, 4**each))
            for each in range(_EDGE_LAYERS)
        )
        self.leave = Pointwise(_EDGE_CHANNELS, 1)
        self.gains = nn.Linear(_N_FEATURES, 2)
        scale_weights(self.gains)

    def forward(self, x: Tensor, embedding: Tensor) -> Tensor:
        """Take and give (batch 1 1 frame)."""
        inner = self.enter(x)
        for layer in self.layers:
            inner = layer(inner, embedding)
        plain, levelled = self.gains(embedding)[:, :, None, None].chunk(2, 1)
        std = x.float().std((2, 3), keepdim=True, correction=0) + 1e-7
        y: Tensor = self.leave(inner) + x * (plain + levelled / std)
        return y


def _block(n_in: int, n_out: int, n_layers: int, attention_bins: int) -> ResidualBlock:
    return ResidualBlock(n_in, n_out, _N_FEATURES, n_layers, _KERNEL, attention_bins)


def _output(n_channels: int) -> ResidualBlock:
    return ResidualBlock(n_channels, 2, _N_FEATURES, projects_last=True)


def _wide(n_in: int, n_out: int) -> nn.Conv2d:
    conv = nn.Conv2d(n_in, n_out, _KERNEL, padding=(2, 1), bias=False)
    scale_weights(conv)
    return conv


def _joined_bins(bins: Sequence[int]) -> list[int]:
    """Bins of every level, octaves above it included, brought to its bins an octave."""
    joined: list[int] = []
    for level, each in enumerate(bins):
        if level:
            above = joined[-1] // 2 if each < bins[level - 1] else joined[-1]
            joined.append(each + above)
        else:
            joined.append(each)
    return joined


def _bins_below(grid: int, n_octaves: int) -> int:
    """Bins of the residual that lie below the lowest octave; the others lie above the highest."""
    return round(2.0**-n_octaves * (grid // 2))


def _mirrored(samples: Tensor, before: int, grid: int) -> Tensor:
    """Samples in the middle of a grid, continued by their mirror image as often as it takes."""
    n_samples = samples.shape[-1]
    if n_samples == grid:
        return samples
    period = max(2 * n_samples - 2, 1)
    index = torch.arange(-before, grid - before, device=samples.device).remainder(period)
    return samples[..., torch.minimum(index, period - index)]


def _check(config: CQTUNetConfig) -> None:
    """Raise ModelError unless the lists fit together."""
    n_levels = len(config.channels)
    if len(config.layers) != n_levels or len(config.octave_bins) != n_levels:
        raise ModelError(
            f"channels, layers and bins_per_octave = {len(config.channels)}, {len(config.layers)}, "
            f"{len(config.bins_per_octave)} long must have one entry for each octave"
        )
    if not 0 <= config.attention_levels <= n_levels:
        raise ModelError(f"attention_levels = {config.attention_levels} is outside 0 .. {n_levels}")
    for low, high in zip(config.octave_bins[:-1], config.octave_bins[1:], strict=True):
        if high not in (low, 2 * low):
            raise ModelError(
                f"bins_per_octave = {low}, {high}: an octave must have as many bins as the one "
                "below it, or twice as many"
            )
