"""DCU-Net: twenty complex convolutions that make a bounded complex mask for the spectrogram.

A complex convolution is one real convolution of twice the channels: channels 2k and 2k + 1 hold the
real and the imaginary part of complex channel k, so that complex features join as real ones do.
Three convolutions after Gauss need a quarter fewer operations; measured on a CPU they take twice as
long at width 8, and as long at widths 16 and 32; four separate ones are slower at every width.

Shapes, as einops patterns:
    samples    (batch 1 time)             float32
    spectrum   (batch 1 bin frame)        complex64
    features   (batch channel bin frame)  two real channels for each complex one

References:
    Choi et al., "Phase-aware Speech Enhancement with Deep Complex U-Net", ICLR 2019; the mask is
    their BDT. Their "complex" normalisation is here one of each part, as in most later works.
    Kernels of the form "classic" are those with which Noise2Noise training was done for music.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from engine.errors import ModelError
from engine.models.layout import channels_last, keep_channels_last
from engine.models.network import Config, Network
from engine.transforms.stft import STFT

_LEAST_POWER = 1e-12
_FIRST_GAIN = 1.5
_SLOPE = 0.01


@dataclass(frozen=True)
class DCUNetConfig(Config):
    """Sizes of the transform and of the network.

    Attributes:
        n_fft, hop_length: of the transform, whose window is Hann's.
        width: complex channels of the outermost layers; the inner ones have twice and, in the
            middle, four times as many.
        form: "same" pads every layer by half its kernel, so that any size goes down and comes
            back; "classic" has the kernels of the reference and hardly any padding.
    """

    n_fft: int = 2048
    hop_length: int = 512
    width: int = 8
    form: str = "same"


class _Layer(NamedTuple):
    """Outputs as a multiple of the width (0 stands for the single mask), bins before frames."""

    outputs: int
    kernel: tuple[int, int]
    stride: tuple[int, int]
    padding: tuple[int, int]


_SAME_ENCODER = (
    _Layer(1, (7, 1), (1, 1), (3, 0)),
    _Layer(1, (1, 7), (1, 1), (0, 3)),
    _Layer(2, (7, 5), (2, 2), (3, 2)),
    _Layer(2, (7, 5), (2, 1), (3, 2)),
    _Layer(2, (5, 3), (2, 2), (2, 1)),
    _Layer(2, (5, 3), (2, 1), (2, 1)),
    _Layer(2, (5, 3), (2, 2), (2, 1)),
    _Layer(2, (5, 3), (2, 1), (2, 1)),
    _Layer(2, (5, 3), (2, 2), (2, 1)),
    _Layer(4, (5, 3), (2, 1), (2, 1)),
)
_SAME_DECODER = tuple(
    _SAME_ENCODER[level]._replace(outputs=_SAME_ENCODER[level - 1].outputs if level else 0)
    for level in reversed(range(len(_SAME_ENCODER)))
)
_CLASSIC_ENCODER = (
    _Layer(1, (7, 1), (1, 1), (3, 0)),
    _Layer(1, (1, 7), (1, 1), (0, 3)),
    _Layer(2, (6, 4), (2, 2), (0, 0)),
    _Layer(2, (7, 5), (2, 1), (0, 0)),
    _Layer(2, (5, 3), (2, 2), (0, 0)),
    _Layer(2, (5, 3), (2, 1), (0, 0)),
    _Layer(2, (5, 3), (2, 2), (0, 0)),
    _Layer(2, (5, 3), (2, 1), (0, 0)),
    _Layer(2, (5, 3), (2, 2), (2, 0)),
    _Layer(4, (5, 3), (2, 1), (0, 0)),
)
_CLASSIC_DECODER = (
    _Layer(2, (6, 3), (2, 1), (0, 0)),
    _Layer(2, (3, 3), (2, 2), (1, 0)),
    _Layer(2, (6, 3), (2, 1), (0, 0)),
    _Layer(2, (6, 3), (2, 2), (0, 0)),
    _Layer(2, (6, 3), (2, 1), (0, 0)),
    _Layer(2, (6, 4), (2, 2), (0, 0)),
    _Layer(2, (8, 5), (2, 1), (0, 0)),
    _Layer(1, (7, 5), (2, 2), (0, 0)),
    _Layer(1, (1, 7), (1, 1), (0, 3)),
    _Layer(0, (7, 1), (1, 1), (3, 0)),
)
_FORMS = {
    "same": (_SAME_ENCODER, _SAME_DECODER),
    "classic": (_CLASSIC_ENCODER, _CLASSIC_DECODER),
}


class DCUNet(Network):
    """Restorer by a complex mask of modulus below 1; see the module."""

    name: ClassVar[str] = "dcunet"
    kind: ClassVar[str] = "restorer"
    config_type: ClassVar[type[Config]] = DCUNetConfig
    presets: ClassVar[Mapping[str, Config]] = {
        "width8": DCUNetConfig(width=8),
        "width16": DCUNetConfig(width=16),
        "width32": DCUNetConfig(width=32),
        "classic": DCUNetConfig(width=32, form="classic"),
    }

    def __init__(self, config: DCUNetConfig) -> None:
        """Build it with fresh weights.

        Raises:
            ModelError: there is no such form.
        """
        super().__init__(config)
        if config.form not in _FORMS:
            raise ModelError(f"form = {config.form} must be one of {', '.join(_FORMS)}")
        encoder, decoder = _FORMS[config.form]
        self.transform = STFT(config.n_fft, config.hop_length)
        self.least_sides = _least_sides(encoder)
        widths = [layer.outputs * config.width for layer in encoder]
        outputs = [layer.outputs * config.width for layer in decoder[:-1]]
        inputs = [widths[-1], *(a + b for a, b in zip(outputs, widths[-2::-1], strict=True))]
        self.encoder = nn.ModuleList(
            _Down(n_inputs, layer, config.width)
            for n_inputs, layer in zip([1, *widths[:-1]], encoder, strict=True)
        )
        self.decoder = nn.ModuleList(
            _Up(n_inputs, layer, config.width)
            for n_inputs, layer in zip(inputs, decoder, strict=True)
        )
        keep_channels_last(self)

    def forward(self, samples: Tensor) -> Tensor:
        """Restored samples, shaped alike."""
        spectrum = self.transform.forward(samples)
        return self.transform.inverse(self.mask(spectrum) * spectrum, samples.shape[-1])

    def mask(self, spectrum: Tensor) -> Tensor:
        """Complex factor of every bin and frame, of modulus below 1."""
        parts = torch.cat([spectrum.real, spectrum.imag], dim=1)
        sides = parts.shape[-2:]
        short = [max(0, least - side) for least, side in zip(self.least_sides, sides, strict=True)]
        features = functional.pad(parts, (0, short[1], 0, short[0]))
        features = channels_last(features.to(next(self.parameters()).dtype))
        skips = []
        for down in self.encoder:
            skips.append(features)
            features = down(features)
        for up in self.decoder[:-1]:
            skip = skips.pop()
            features = torch.cat([up(features, skip.shape[-2:]), skip], dim=1)
        found = self.decoder[-1](features, skips.pop().shape[-2:])
        return _bounded(found[..., : sides[0], : sides[1]].to(parts.dtype))


class _ComplexConv(nn.Module):
    """The weights of a complex convolution, or of a transposed one, and their real form."""

    def __init__(self, n_inputs: int, n_outputs: int, layer: _Layer, is_transposed: bool) -> None:
        super().__init__()
        shape = (n_inputs, n_outputs) if is_transposed else (n_outputs, n_inputs)
        self.real = nn.Parameter(torch.empty(*shape, *layer.kernel))
        self.imaginary = nn.Parameter(torch.empty(*shape, *layer.kernel))
        nn.init.xavier_normal_(self.real)
        nn.init.xavier_normal_(self.imaginary)
        self.sign = 1 if is_transposed else -1

    def forward(self) -> Tensor:
        """The weight of the real convolution; (A + iB)(x + iy) = Ax - By + i(Bx + Ay)."""
        turned = self.sign * self.imaginary
        first = torch.stack([self.real, turned], dim=2)
        second = torch.stack([-turned, self.real], dim=2)
        joined = torch.stack([first, second], dim=1)
        return channels_last(joined.flatten(2, 3).flatten(0, 1))


class _Down(nn.Module):
    """A layer of the encoder."""

    def __init__(self, n_inputs: int, layer: _Layer, width: int) -> None:
        super().__init__()
        self.layer = layer
        self.conv = _ComplexConv(n_inputs, layer.outputs * width, layer, is_transposed=False)
        self.norm = nn.BatchNorm2d(2 * layer.outputs * width)

    def forward(self, features: Tensor) -> Tensor:
        """Half the sides, more or less, where the stride is 2."""
        found = functional.conv2d(
            features, self.conv(), None, self.layer.stride, self.layer.padding
        )
        return functional.leaky_relu(self.norm(found), _SLOPE, inplace=True)


class _Up(nn.Module):
    """A layer of the decoder; the last one has a bias in the place of the norm."""

    def __init__(self, n_inputs: int, layer: _Layer, width: int) -> None:
        super().__init__()
        self.layer = layer
        self.is_last = layer.outputs == 0
        self.conv = _ComplexConv(n_inputs, layer.outputs * width or 1, layer, is_transposed=True)
        if self.is_last:
            # training starts near the identity
            self.bias = nn.Parameter(torch.tensor([_FIRST_GAIN, 0.0]))
        else:
            self.norm = nn.BatchNorm2d(2 * layer.outputs * width)

    def forward(self, features: Tensor, sides: torch.Size) -> Tensor:
        """The sides that the layer of the encoder had."""
        _, kernel, stride, padding = self.layer
        extra = [
            sides[i] - ((features.shape[2 + i] - 1) * stride[i] - 2 * padding[i] + kernel[i])
            for i in range(2)
        ]
        found = functional.conv_transpose2d(
            features,
            self.conv(),
            self.bias if self.is_last else None,
            stride,
            padding,
            [max(0, more) for more in extra],
        )[..., : sides[0], : sides[1]]
        if self.is_last:
            return found
        return functional.leaky_relu(self.norm(found), _SLOPE, inplace=True)


def _bounded(parts: Tensor) -> Tensor:
    """tanh(|O|) O / |O|; the least power keeps the gradient finite at O = 0."""
    modulus = (parts.square().sum(dim=1, keepdim=True) + _LEAST_POWER).sqrt()
    real, imaginary = (torch.tanh(modulus) / modulus * parts).chunk(2, dim=1)
    return torch.complex(real, imaginary)


def _least_sides(encoder: tuple[_Layer, ...]) -> tuple[int, int]:
    """Bins and frames of which one is left in the middle."""
    bins = frames = 1
    for _, kernel, stride, padding in reversed(encoder):
        bins = (bins - 1) * stride[0] + kernel[0] - 2 * padding[0]
        frames = (frames - 1) * stride[1] + kernel[1] - 2 * padding[1]
    return max(1, bins), max(1, frames)
