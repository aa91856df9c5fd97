"""CNN autoencoder: a small convolutional network on the level of a spectrogram; the phase stays.

The form "classic" is the baseline as it was published: a rectangular window of 20000 samples, the
level in dB cut 80 dB below its maximum, no stride, the restored level given directly, two channels
at once. The form "strided" keeps the idea and makes it work: a usual window, levels of unit
spread, strides with skips between both sides, and a gain in [0, 1.2] for the spectrogram.

Shapes, as einops patterns:
    samples    (batch channel time)       float32; 1 channel, or as many as the config has
    spectrum   (batch channel bin frame)  complex64
    level      (batch channel bin frame)  dB, of the magnitude of the spectrum

References:
    Y. Zadok's convolutional denoising autoencoder for music, for "classic".
    Jansson et al., "Singing Voice Separation with Deep U-Net Convolutional Networks", ISMIR 2017,
    for the gain that "strided" applies.
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

_LEAST_MAGNITUDE = 1e-5
_CLASSIC_RANGE_DB = 80.0
_CLASSIC_MOST_DB = 100.0
_CLASSIC_LEAST_SIDE = 7
_TYPICAL_DB = -35.0
_SPREAD_DB = 25.0
_MOST_GAIN = 1.2


@dataclass(frozen=True)
class CNNAutoencoderConfig(Config):
    """Sizes of the transform and of the network.

    Attributes:
        n_fft, hop_length, window: of the transform.
        form: "strided" or "classic".
        channels: of each level, the finest first; of "classic" those of its three convolutions.
        n_channels: recordings go in by so many channels; of one channel, all are the same.
    """

    n_fft: int = 2048
    hop_length: int = 512
    window: str = "hann"
    form: str = "strided"
    channels: tuple[int, ...] = (16, 32, 48, 64, 96)
    n_channels: int = 1


class CNNAutoencoder(Network):
    """Restorer of levels; see the module."""

    name: ClassVar[str] = "cnn_autoencoder"
    kind: ClassVar[str] = "restorer"
    config_type: ClassVar[type[Config]] = CNNAutoencoderConfig
    presets: ClassVar[Mapping[str, Config]] = {
        "strided": CNNAutoencoderConfig(),
        "classic": CNNAutoencoderConfig(20000, 5000, "rectangular", "classic", (60, 60, 60), 2),
    }

    def __init__(self, config: CNNAutoencoderConfig) -> None:
        """Build it with fresh weights.

        Raises:
            ModelError: there is no such form.
        """
        super().__init__(config)
        if config.form not in ("strided", "classic"):
            raise ModelError(f"form = {config.form} must be strided or classic")
        self.transform = STFT(config.n_fft, config.hop_length, config.window)
        self.n_inputs = config.n_channels
        inner = _Classic if config.form == "classic" else _Strided
        self.inner = inner(config.n_channels, config.channels)
        keep_channels_last(self)

    def forward(self, samples: Tensor) -> Tensor:
        """Restored samples, shaped alike.

        One channel goes in as often as the network has channels, and the mean comes out.
        """
        n_channels = samples.shape[1]
        assert n_channels in (1, self.n_inputs), samples.shape
        spectrum = self.transform.forward(samples.expand(-1, self.n_inputs, -1))
        restored = self.transform.inverse(self.inner(spectrum), samples.shape[-1])
        return restored.mean(dim=1, keepdim=True) if n_channels == 1 else restored


class _Classic(nn.Module):
    """Three convolutions and three transposed ones from level to level."""

    def __init__(self, n_channels: int, channels: tuple[int, ...]) -> None:
        super().__init__()
        down = list(zip((n_channels, *channels[:-1]), channels, strict=True))
        up = [(b, a) for a, b in reversed(down)]
        self.down = nn.ModuleList(nn.Conv2d(a, b, 3) for a, b in down)
        self.up = nn.ModuleList(nn.ConvTranspose2d(a, b, 3) for a, b in up)

    def forward(self, spectrum: Tensor) -> Tensor:
        """The spectrum with another magnitude; where it is 0, it stays so."""
        level = _level_db(spectrum)
        n_bins, n_frames = level.shape[-2:]
        level = torch.maximum(level, level.amax((1, 2, 3), keepdim=True) - _CLASSIC_RANGE_DB)
        short = [max(0, _CLASSIC_LEAST_SIDE - side) for side in (n_frames, n_bins)]
        features = functional.pad(level, (0, short[0], 0, short[1]), mode="replicate")
        features = channels_last(features.to(next(self.parameters()).dtype))
        for layer in [*self.down, *self.up[:-1]]:
            features = functional.relu(layer(features), inplace=True)
        restored = self.up[-1](features)[..., :n_bins, :n_frames].to(level.dtype)
        magnitude = torch.exp(restored.clamp(max=_CLASSIC_MOST_DB) * (math.log(10.0) / 20.0))
        return spectrum / spectrum.abs().clamp(min=torch.finfo(level.dtype).tiny) * magnitude


class _Strided(nn.Module):
    """Levels of convolutions, each half as fine as the one before, and the way back."""

    def __init__(self, n_channels: int, channels: tuple[int, ...]) -> None:
        super().__init__()
        steps = list(zip(channels[:-1], channels[1:], strict=True))
        self.first = _conv(n_channels, channels[0])
        self.down = nn.ModuleList(_conv(fine, coarse, stride=2) for fine, coarse in steps)
        self.look = nn.ModuleList(_conv(coarse, coarse) for _, coarse in steps)
        self.up = nn.ModuleList(
            nn.ConvTranspose2d(coarse, fine, 4, stride=2, padding=1) for fine, coarse in steps
        )
        self.join = nn.ModuleList(_conv(2 * fine, fine) for fine, _ in steps)
        self.last = nn.Conv2d(channels[0], n_channels, 1)
        assert self.last.bias is not None
        nn.init.constant_(self.last.bias, math.log(1 / (_MOST_GAIN - 1)))  # a gain of 1

    def forward(self, spectrum: Tensor) -> Tensor:
        """The spectrum times a gain in [0, 1.2]."""
        level = (_level_db(spectrum) - _TYPICAL_DB) / _SPREAD_DB
        features = _active(self.first(channels_last(level.to(next(self.parameters()).dtype))))
        skips = []
        for down, look in zip(self.down, self.look, strict=True):
            skips.append(features)
            features = _active(down(features))
            features = features + _active(look(features))
        for level_index in reversed(range(len(skips))):
            skip = skips[level_index]
            doubled = _active(self.up[level_index](features))
            doubled = doubled[..., : skip.shape[-2], : skip.shape[-1]]
            features = _active(self.join[level_index](torch.cat([doubled, skip], dim=1)))
        return spectrum * (_MOST_GAIN * torch.sigmoid(self.last(features).to(level.dtype)))


def _conv(n_inputs: int, n_outputs: int, stride: int = 1) -> nn.Conv2d:
    """A side of n becomes ceil(n / stride)."""
    return nn.Conv2d(n_inputs, n_outputs, 3, stride, padding=1)


def _active(features: Tensor) -> Tensor:
    return functional.elu(features, inplace=True)


def _level_db(spectrum: Tensor) -> Tensor:
    return 20.0 * torch.log10(spectrum.abs().clamp(min=_LEAST_MAGNITUDE))
