"""Two-stage U-Net: the complex spectrogram of a record in, that of the music out.

The first stage estimates the residual that turns the degraded spectrogram into the clean one. What
it has seen passes an attention module to the second stage, which maps to the clean spectrogram
anew. Every level halves bins and frames, rounding up, so that any size goes down and comes back.

Shapes, as einops patterns:
    samples    (batch 1 time)             float32
    spectrum   (batch 1 bin frame)        complex64
    features   (batch channel bin frame)  real and imaginary part first

References:
    Moliner & Välimäki, "A Two-Stage U-Net for High-Fidelity Denoising of Historical Recordings",
    ICASSP 2022. Its edges are padded by mirroring; here the outermost value is repeated, which is
    the same for the padding of one that all but the first convolutions have, and has no least size.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor, nn
from torch.nn import functional

from engine.errors import ModelError
from engine.models.layout import channels_last, keep_channels_last
from engine.models.network import Config, Network
from engine.transforms.stft import STFT

_N_EMBEDDED = 10
_QUIET_FRACTION = 0.2
_LEAST_POWER = 1e-8


@dataclass(frozen=True)
class TwoStageUNetConfig(Config):
    """Sizes of the transform and of the two U-Nets, which are alike.

    Attributes:
        n_fft, hop_length, window: of the transform.
        channels: of each level, the finest first; every level but the last halves the sides.
        convs_per_block: 3x3 convolutions in a dense block.
        n_stages: 1 or 2.
        has_noise_channel: the level of the noise in each bin is an input of its own.
    """

    counts: ClassVar[tuple[str, ...]] = ("convs_per_block", "n_stages")
    n_fft: int = 2048
    hop_length: int = 512
    window: str = "hamming"
    channels: tuple[int, ...] = (16, 32, 48, 64, 96, 128, 192)
    convs_per_block: int = 2
    n_stages: int = 2
    has_noise_channel: bool = False


class TwoStageUNet(Network):
    """Restorer of complex spectrograms; see the module."""

    name: ClassVar[str] = "two_stage_unet"
    kind: ClassVar[str] = "restorer"
    config_type: ClassVar[type[Config]] = TwoStageUNetConfig
    presets: ClassVar[Mapping[str, Config]] = {
        "mid": TwoStageUNetConfig(),
        "small": TwoStageUNetConfig(1024, 256, "hann", (16, 16, 32, 32, 64, 64, 96), 2, 1),
        "full": TwoStageUNetConfig(1024, 256, "hamming", (64, 64, 64, 128, 128, 256, 512), 3),
        "original": TwoStageUNetConfig(2048, 512, "hamming", (32, 64, 64, 128, 128, 256, 512), 3),
    }

    embedding: Tensor

    def __init__(self, config: TwoStageUNetConfig) -> None:
        """Build it with fresh weights.

        Raises:
            ModelError: there are no stages, or more than two.
        """
        super().__init__(config)
        if config.n_stages not in (1, 2):
            raise ModelError(f"n_stages = {config.n_stages} must be 1 or 2")
        self.transform = STFT(config.n_fft, config.hop_length, config.window)
        self.has_noise_channel = config.has_noise_channel
        self.register_buffer("embedding", _embedding(config.n_fft // 2 + 1), persistent=False)
        n_inputs = 2 + _N_EMBEDDED + config.has_noise_channel
        width = config.channels[0]
        self.first_view = _View(n_inputs, width)
        self.first = _UNet(width, config.channels, config.convs_per_block)
        self.first_residual = _conv(width, 2)
        nn.init.normal_(self.first_residual.weight, std=0.01)  # training starts near the identity
        self.has_second = config.n_stages == 2
        if self.has_second:
            self.attention = _Attention(width)
            self.second_view = _View(n_inputs, width)
            self.second = _UNet(2 * width, config.channels, config.convs_per_block)
            self.second_spectrum = _conv(width, 2)
        keep_channels_last(self)

    def forward(self, samples: Tensor, noise_level: Tensor | None = None) -> Tensor:
        """Restored samples, shaped alike; noise_level as in `stages`."""
        return self.transform.inverse(self.stages(samples, noise_level)[0], samples.shape[-1])

    def stages(self, samples: Tensor, noise_level: Tensor | None = None) -> tuple[Tensor, ...]:
        """Spectra that the stages estimate, the last stage first; for the loss.

        Args:
            samples: (batch 1 time).
            noise_level: (batch bin), root mean square of the noise in each bin of the transform;
                of a network with a noise channel only. None estimates it from the quiet frames.
        """
        return self.restore_spectrum(self.transform.forward(samples), noise_level)

    def restore_spectrum(
        self, spectrum: Tensor, noise_level: Tensor | None = None
    ) -> tuple[Tensor, ...]:
        """`stages` of samples that have been transformed already."""
        parts = torch.cat([spectrum.real, spectrum.imag], dim=1)
        inputs = self._inputs(parts, noise_level)
        seen = self.first(self.first_view(inputs))
        first = parts + self.first_residual(seen).to(parts.dtype)
        if not self.has_second:
            return (_to_complex(first),)
        attended = self.attention(seen, first.to(seen.dtype))
        features = self.second(torch.cat([self.second_view(inputs), attended], dim=1))
        second = self.second_spectrum(features).to(parts.dtype)
        return _to_complex(second), _to_complex(first)

    def _inputs(self, parts: Tensor, noise_level: Tensor | None) -> Tensor:
        batch, _, n_bins, n_frames = parts.shape
        channels = [parts, self.embedding.to(parts.dtype).expand(batch, -1, -1, n_frames)]
        if self.has_noise_channel:
            power = _noise_power(parts) if noise_level is None else noise_level.square()
            seen = 0.25 * torch.log10(power + _LEAST_POWER)
            channels.append(seen.view(batch, 1, n_bins, 1).expand(-1, -1, -1, n_frames))
        inputs = torch.cat(channels, dim=1).to(next(self.parameters()).dtype)
        return channels_last(inputs)


class _View(nn.Module):
    """First look of a stage at the inputs: a wide convolution."""

    def __init__(self, n_inputs: int, width: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(n_inputs, width, 7)

    def forward(self, inputs: Tensor) -> Tensor:
        """(batch channel bin frame) to the width of the finest level."""
        return _active(self.conv(_padded(inputs, 3, 3)))


class _UNet(nn.Module):
    """Encoder, bottleneck and decoder of dense blocks with skips between them."""

    def __init__(self, n_inputs: int, channels: tuple[int, ...], n_convs: int) -> None:
        super().__init__()
        steps = list(zip(channels[:-1], channels[1:], strict=True))
        entries = (n_inputs, *channels[1:-1])
        self.encoder = nn.ModuleList(
            _DenseBlock(entry, fine, n_convs)
            for entry, (fine, _) in zip(entries, steps, strict=True)
        )
        self.down = nn.ModuleList(_Down(fine, coarse) for fine, coarse in steps)
        self.bottleneck = _DenseBlock(channels[-1], channels[-1], n_convs)
        self.up = nn.ModuleList(_Up(coarse, fine) for fine, coarse in steps)
        self.decoder = nn.ModuleList(_DenseBlock(2 * fine, fine, n_convs) for fine, _ in steps)

    def forward(self, features: Tensor) -> Tensor:
        """Any sides from 1 on; they come back."""
        skips = []
        for block, down in zip(self.encoder, self.down, strict=True):
            skips.append(block(features))
            features = down(skips[-1])
        features = self.bottleneck(features)
        for level in reversed(range(len(skips))):
            features = self.up[level](features, skips[level].shape[-2:])
            features = self.decoder[level](torch.cat([features, skips[level]], dim=1))
        return features


class _DenseBlock(nn.Module):
    """Each convolution sees what all before it saw and gave; beside them a projected short cut."""

    def __init__(self, n_inputs: int, width: int, n_convs: int) -> None:
        super().__init__()
        self.convs = nn.ModuleList(
            nn.Conv2d(n_inputs + i * width, width, 3) for i in range(n_convs)
        )
        self.short_cut = nn.Conv2d(n_inputs, width, 1)

    def forward(self, features: Tensor) -> Tensor:
        """(batch channel bin frame) to the width of the block."""
        # each part is padded before it is joined: padding the joined copies everything twice
        seen = _padded(features, 1, 1)
        given = _active(self.convs[0](seen))
        for conv in self.convs[1:]:
            seen = torch.cat([_padded(given, 1, 1), seen], dim=1)
            given = _active(conv(seen))
        projected: Tensor = self.short_cut(features)
        return projected + given


class _Down(nn.Module):
    """Halves the sides, rounding up."""

    def __init__(self, fine: int, coarse: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(fine, coarse, 4, stride=2)

    def forward(self, features: Tensor) -> Tensor:
        """A side of n becomes ceil(n / 2)."""
        return _active(self.conv(_padded(features, 1, 2)))


class _Up(nn.Module):
    """Doubles the sides: by a learnt kernel, and by repetition with a projection."""

    def __init__(self, coarse: int, fine: int) -> None:
        super().__init__()
        self.conv = nn.ConvTranspose2d(coarse, fine, 4, stride=2, padding=1)
        self.projection = nn.Conv2d(coarse, fine, 1)

    def forward(self, features: Tensor, sides: torch.Size) -> Tensor:
        """The sides that `_Down` had."""
        # projecting before repeating gives the same at a quarter of the cost
        projected = _active(self.projection(features))
        repeated = functional.interpolate(projected, scale_factor=2.0, mode="nearest")
        doubled = _active(self.conv(features)) + repeated
        return doubled[..., : sides[0], : sides[1]]


class _Attention(nn.Module):
    """Lets through to the second stage what the estimate of the first one makes relevant."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.content = _conv(width, width)
        self.gate = _conv(2, width)

    def forward(self, features: Tensor, estimate: Tensor) -> Tensor:
        """Features (batch width bin frame) and estimate (batch 2 bin frame) to features."""
        content: Tensor = self.content(features)
        return features + content * torch.sigmoid(self.gate(estimate))


def _conv(n_inputs: int, n_outputs: int) -> nn.Conv2d:
    return nn.Conv2d(n_inputs, n_outputs, 3, padding=1, padding_mode="replicate")


def _padded(features: Tensor, before: int, after: int) -> Tensor:
    return functional.pad(features, (before, after, before, after), mode="replicate")


def _active(features: Tensor) -> Tensor:
    return functional.elu(features, inplace=True)


def _to_complex(parts: Tensor) -> Tensor:
    return torch.complex(parts[:, :1], parts[:, 1:])


def _embedding(n_bins: int) -> Tensor:
    """Cosines of 1, 2, 4 .. half turns over the bins; (1 channel bin 1)."""
    place = math.pi * torch.arange(n_bins) / (n_bins - 1)
    return torch.stack([torch.cos(2**k * place) for k in range(_N_EMBEDDED)])[None, :, :, None]


def _noise_power(parts: Tensor) -> Tensor:
    """Power of the noise in each bin, (batch bin): what the quietest fifth of the frames say.

    The power of Gaussian noise in a bin is distributed exponentially, so its quantile q lies at
    -ln(1 - q) of its mean.
    """
    power = parts.square().sum(dim=1)
    n_quiet = 1 + int(_QUIET_FRACTION * (power.shape[-1] - 1))
    return power.kthvalue(n_quiet, dim=-1).values / -math.log1p(-_QUIET_FRACTION)
