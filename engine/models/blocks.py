"""Layers of U-Nets over a spectrum with noise embedding: norm, resampling, gated dilated blocks.

Shapes, as einops patterns:
    x           (batch channel bin frame)   float32 or half precision
    embedding   (batch feature)             of the noise level

References:
    Moliner, Valimaki, "Diffusion-based audio inpainting", J. Audio Eng. Soc. 72(3), 2024.
"""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

N_GROUPS = 8
_SQRT_HALF = math.sqrt(0.5)
_SQRT_THIRD = math.sqrt(1.0 / 3.0)
_EPSILON = 1e-7
_N_HEADS = 8
# A cubic interpolator at half the rate; unit gain at 0 Hz.
_CUBIC = (-0.01171875, -0.03515625, 0.11328125, 0.43359375)


class NoiseEmbedding(nn.Module):
    """c_noise (batch) to features: random Fourier features of fixed frequencies, three layers."""

    frequencies: Tensor

    def __init__(self, n_features: int, scale: float, n_frequencies: int = 32) -> None:
        """Draw the frequencies; scale is their standard deviation, periods per unit of c_noise."""
        super().__init__()
        self.register_buffer("frequencies", scale * torch.randn(n_frequencies))
        sizes = (2 * n_frequencies, 128, 256, n_features)
        self.layers = nn.ModuleList(
            nn.Linear(inner, outer) for inner, outer in zip(sizes[:-1], sizes[1:], strict=True)
        )

    def forward(self, c_noise: Tensor) -> Tensor:
        """Features (batch feature)."""
        angles = 2.0 * math.pi * c_noise[:, None] * self.frequencies
        features = torch.cat((angles.sin(), angles.cos()), 1)
        for layer in self.layers:
            features = functional.relu(layer(features))
        return features


class Modulation(nn.Module):
    """Norm without bias, its gain scaled by the noise level: x g (1 + gamma) / std of its group.

    Only the standard deviation is divided out, nothing subtracted, so silence stays silence.
    """

    def __init__(self, n_channels: int, n_features: int) -> None:
        super().__init__()
        assert n_channels % N_GROUPS == 0, n_channels
        self.gain = nn.Parameter(torch.ones(n_channels))
        self.gamma = nn.Linear(n_features, n_channels)
        scale_weights(self.gamma)

    def forward(self, x: Tensor, embedding: Tensor) -> Tensor:
        """X, scaled; statistics are taken in float32."""
        with torch.autocast(x.device.type, enabled=False):
            groups = _group_std(x.float()).repeat_interleave(x.shape[1] // N_GROUPS, 1)
        scale = self.gain * (self.gamma(embedding) + 1.0) / groups
        scaled: Tensor = x * scale[:, :, None, None].to(x.dtype)
        return scaled


class GatedConv(nn.Module):
    """Residual layer: modulated norm, GELU, dilated convolution, a gate that opens from 0."""

    def __init__(
        self, n_channels: int, n_features: int, kernel: tuple[int, int], dilation: tuple[int, int]
    ) -> None:
        super().__init__()
        self.modulation = Modulation(n_channels, n_features)
        padding = (dilation[0] * (kernel[0] // 2), dilation[1] * (kernel[1] // 2))
        self.conv = nn.Conv2d(n_channels, n_channels, kernel, 1, padding, dilation, bias=False)
        scale_weights(self.conv)
        self.gate = closed_gate(n_features, n_channels)

    def forward(self, x: Tensor, embedding: Tensor) -> Tensor:
        """Take and give (batch channel bin frame)."""
        branch = self.conv(functional.gelu(self.modulation(x, embedding)))
        return add_gated(x, branch, self.gate(embedding))


class TimeAttention(nn.Module):
    """Residual layer: in every head each frame attends to all frames by its whole spectrum.

    Queries and keys are learnt from the bins of all heads; values are the frames as they are.
    """

    def __init__(self, n_channels: int, n_features: int, n_bins: int) -> None:
        super().__init__()
        self.modulation = Modulation(n_channels, n_features)
        self.split = Pointwise(n_channels, _N_HEADS)
        self.queries_keys = nn.Conv1d(_N_HEADS * n_bins, 2 * _N_HEADS * n_bins, 1, bias=False)
        scale_weights(self.queries_keys)
        self.join = Pointwise(_N_HEADS, n_channels)
        self.gate = closed_gate(n_features, n_channels)

    def forward(self, x: Tensor, embedding: Tensor) -> Tensor:
        """Take and give (batch channel bin frame)."""
        values = self.split(self.modulation(x, embedding))
        queries, keys = self.queries_keys(values.flatten(1, 2)).chunk(2, 1)
        queries, keys = (each.view(values.shape).mT for each in (queries, keys))
        attended = functional.scaled_dot_product_attention(queries, keys, values.mT)
        return add_gated(x, self.join(attended.mT), self.gate(embedding))


class ResidualBlock(nn.Module):
    """Gated convolutions with dilations 1, 2, 4 ... over frequency, beside a direct path."""

    def __init__(
        self,
        n_in: int,
        n_out: int,
        n_features: int,
        n_layers: int = 1,
        kernel: tuple[int, int] = (1, 1),
        attention_bins: int = 0,
        projects_last: bool = False,
    ) -> None:
        """Lay out the layers.

        Args:
            n_in: channels that come.
            n_out: channels that leave.
            n_features: of the embedding.
            n_layers: gated convolutions.
            kernel: their size in bins and frames.
            attention_bins: bins of x, for attention over time before all else; 0 for none.
            projects_last: change the number of channels after the layers, not before.
        """
        super().__init__()
        inner = n_in if projects_last else n_out
        project = nn.Identity() if n_in == n_out else Pointwise(n_in, n_out)
        self.enter = nn.Identity() if projects_last else project
        self.leave = project if projects_last else nn.Identity()
        self.direct = nn.Identity() if n_in == n_out else Pointwise(n_in, n_out)
        layers: list[nn.Module] = []
        if attention_bins:
            layers.append(TimeAttention(inner, n_features, attention_bins))
        layers += [
            GatedConv(inner, n_features, kernel, (2**each if kernel[0] > 1 else 1, 1))
            for each in range(n_layers)
        ]
        self.layers = nn.ModuleList(layers)

    def forward(self, x: Tensor, embedding: Tensor) -> Tensor:
        """Take (batch n_in bin frame), give (batch n_out bin frame)."""
        inner = self.enter(x)
        for layer in self.layers:
            inner = layer(inner, embedding)
        y: Tensor = (self.leave(inner) + self.direct(x)) * _SQRT_HALF
        return y


class Resampler(nn.Module):
    """Half or twice the frames (or bins) by a fixed cubic filter, each channel by itself.

    As one dense convolution over all bins, the usual form, it costs bins times as much.
    """

    taps: Tensor

    def __init__(self, upwards: bool, over_bins: bool = False) -> None:
        super().__init__()
        self._upwards = upwards
        taps = torch.tensor(_CUBIC + _CUBIC[::-1])
        if upwards:
            taps = 2.0 * taps
        shape = (1, 1, -1, 1) if over_bins else (1, 1, 1, -1)
        self.register_buffer("taps", taps.view(shape), persistent=False)
        self._stride = (2, 1) if over_bins else (1, 2)
        self._padding = (3, 0) if over_bins else (0, 3)

    def forward(self, x: Tensor) -> Tensor:
        """Take and give (batch channel bin frame)."""
        n_channels = x.shape[1]
        taps = self.taps.to(x.dtype).expand(n_channels, -1, -1, -1)
        resample = functional.conv_transpose2d if self._upwards else functional.conv2d
        return resample(x, taps, None, self._stride, self._padding, groups=n_channels)


class Pointwise(nn.Linear):
    """A convolution of one bin and one frame; as a matrix product it is faster on one core."""

    def __init__(self, n_in: int, n_out: int) -> None:
        super().__init__(n_in, n_out, bias=False)
        scale_weights(self)

    def forward(self, x: Tensor) -> Tensor:
        """Take (batch n_in bin frame), give (batch n_out bin frame)."""
        return super().forward(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)


def _group_std(x: Tensor) -> Tensor:
    """Standard deviation (batch group) of groups of channels."""
    # As matrix products with ones, which are several times as fast as var_mean over these axes.
    rows = x.permute(0, 2, 3, 1).flatten(1, 2)
    ones = rows.new_full((len(rows), 1, rows.shape[1]), 1.0 / rows.shape[1])
    mean, power = torch.bmm(ones, rows), torch.bmm(ones, rows.square())
    mean, power = (each.view(len(rows), N_GROUPS, -1).mean(2) for each in (mean, power))
    return (power - mean.square()).clamp_min(_EPSILON**2).sqrt() + _EPSILON


def scale_weights(layer: nn.Conv2d | nn.Conv1d | nn.Linear, scale: float = _SQRT_THIRD) -> None:
    """Draw weights that would keep the variance, times the scale."""
    nn.init.kaiming_uniform_(layer.weight, nonlinearity="linear")
    with torch.no_grad():
        layer.weight.mul_(scale)


def closed_gate(n_features: int, n_channels: int) -> nn.Linear:
    """A gate per channel that the noise level opens; all but closed at first."""
    gate = nn.Linear(n_features, n_channels)
    scale_weights(gate, 1e-7)
    nn.init.zeros_(gate.bias)
    return gate


def add_gated(x: Tensor, branch: Tensor, gate: Tensor) -> Tensor:
    """(x + gate branch) / sqrt 2."""
    scaled = (gate * _SQRT_HALF)[:, :, None, None].to(x.dtype)
    return torch.addcmul(x * _SQRT_HALF, branch, scaled)


class FeatureNorm(nn.Module):
    """Layer norm over the features of each bin and frame by itself."""

    def __init__(self, n_features: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(n_features)

    def forward(self, features: Tensor) -> Tensor:
        """Features of the same shape, channels last."""
        normed: Tensor = self.norm(features.permute(0, 2, 3, 1))
        return normed.permute(0, 3, 1, 2)


def bin_coordinates(n_bins: int) -> Tensor:
    """Where a bin lies, in two numbers (1 2 bin 1)."""
    place = torch.linspace(0.0, 1.0, n_bins)
    return torch.stack((place, torch.cos(4.0 * math.pi * place)))[None, :, :, None]
