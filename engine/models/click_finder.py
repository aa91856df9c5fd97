"""Click finder: says of every sample whether a click has damaged it, and by how much.

It sees the samples and what short models of the sound around fail to predict, from the past and
from the future, all in units of the usual size of that failure. So a click in loud music looks as
one in faint music, and what is left to learn is how clicks differ from attacks. A U-Net over time
follows: few features at the full rate, which tell where a click begins and ends, and more at a
sixteenth of it, where dilated convolutions see 40 ms to both sides.

Three numbers come out for each sample: how likely it is damaged (log-odds); the damage, as the
inverse hyperbolic sine of its ratio to that usual size, so that large and small ones weigh alike;
and how uncertain that is. Nothing is normalised over time.

Shapes, as einops patterns:
    samples    (batch 1 time)
    features   (batch channel time)

References:
    Ronneberger et al., "U-Net: Convolutional Networks for Biomedical Image Segmentation", MICCAI
    2015; here over samples.
    Kendall & Gal, "What Uncertainties Do We Need in Bayesian Deep Learning for Computer Vision?",
    NeurIPS 2017: an estimate that says how far it may be off.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from engine.errors import ModelError
from engine.models.network import Config, Network
from engine.models.prediction import Prediction, predict

_N_VIEWS = 5
_STRIDE = 4
_LOWEST, _HIGHEST = -6.0, 4.0
"""Range of the logarithm of the uncertainty's square."""
_FARTHEST = 9.0
"""The largest damage, as inverse hyperbolic sine: 4000 times what is usual."""
_FAINT = 1e-6
_AROUND = 511
"""Samples that the loudness of the sound is measured in."""


@dataclass(frozen=True)
class ClickFinderConfig(Config):
    """Sizes of the network.

    Attributes:
        channels: features at the full rate, and at a quarter of the rate before for each other.
        dilations: of the blocks at the lowest rate.
        order, window, hop: of the models that predict, in samples.
    """

    channels: tuple[int, ...] = (12, 24, 48)
    dilations: tuple[int, ...] = (1, 2, 4, 8, 16, 32, 16, 4)
    order: int = 48
    window: int = 2048
    hop: int = 882

    def __post_init__(self) -> None:
        if not self.channels or any(n < 1 for n in self.channels):
            raise ModelError(f"channels = {self.channels} must be one or more, each at least 1")
        if min(self.order, self.hop) < 1 or self.window <= self.order:
            raise ModelError(
                f"order = {self.order}, window = {self.window} and hop = {self.hop} must be at "
                "least 1, and the window longer than the order"
            )


class Verdict(NamedTuple):
    """What the network says of each sample; all (batch time).

    Attributes:
        log_odds: that it is damaged.
        damage: inverse hyperbolic sine of the damage in units of scale.
        spread: standard deviation of that.
        scale: usual size of what cannot be predicted, full scale 1.0.
    """

    log_odds: Tensor
    damage: Tensor
    spread: Tensor
    scale: Tensor


class ClickFinder(Network):
    """Restorer (batch 1 time) -> (batch 1 time) of any length."""

    name = "click_finder"
    kind = "restorer"
    config_type = ClickFinderConfig
    presets: ClassVar[Mapping[str, Config]] = {"standard": ClickFinderConfig()}

    def __init__(self, config: ClickFinderConfig) -> None:
        super().__init__(config)
        self.grid = (config.order, config.window, config.hop)
        self._grain = _STRIDE ** (len(config.channels) - 1)
        steps = list(zip(config.channels[:-1], config.channels[1:], strict=True))
        self.enter = nn.Conv1d(_N_VIEWS, config.channels[0], 9, padding=4)
        self.fine = nn.ModuleList(_Block(n, 5, 1) for n in config.channels[:-1])
        self.down = nn.ModuleList(
            nn.Conv1d(fine, coarse, 2 * _STRIDE, _STRIDE, _STRIDE // 2) for fine, coarse in steps
        )
        self.body = nn.Sequential(*(_Block(config.channels[-1], 3, d) for d in config.dilations))
        self.up = nn.ModuleList(
            nn.ConvTranspose1d(coarse, fine, 2 * _STRIDE, _STRIDE, _STRIDE // 2)
            for fine, coarse in reversed(steps)
        )
        self.again = nn.ModuleList(_Block(n, 5, 1) for n in config.channels[-2::-1])
        self.leave = nn.Conv1d(config.channels[0] + _N_VIEWS, 3, 5, padding=2)
        nn.init.zeros_(self.leave.weight)
        assert self.leave.bias is not None
        nn.init.constant_(self.leave.bias, -3.0)
        nn.init.zeros_(self.leave.bias.data[1:])

    def forward(self, samples: Tensor) -> Tensor:
        """Samples less the likely damage, as far as it is certain; shaped alike."""
        verdict = self.judge(samples)
        damage = verdict.scale * verdict.damage.sinh() * verdict.log_odds.sigmoid()
        return samples - (damage / (1.0 + verdict.spread.square()))[:, None]

    def judge(self, samples: Tensor) -> Verdict:
        """What it says of samples (batch 1 time)."""
        assert samples.ndim == 3, samples.shape
        assert samples.shape[1] == 1, samples.shape
        with torch.no_grad():
            prediction = self.predict(samples)
            views = _views(samples[:, 0], prediction)
        n_samples = views.shape[-1]
        views = functional.pad(views, (0, -n_samples % self._grain))
        features = functional.silu(self.enter(views))
        skips = []
        for block, down in zip(self.fine, self.down, strict=True):
            features = block(features)
            skips.append(features)
            features = functional.silu(down(features))
        features = self.body(features)
        for up, block in zip(self.up, self.again, strict=True):
            features = block(functional.silu(up(features) + skips.pop()))
        told = self.leave(torch.cat((features, views), 1))[..., :n_samples].float()
        spread = (0.5 * told[:, 2].clamp(_LOWEST, _HIGHEST)).exp()
        damage = told[:, 1].clamp(-_FARTHEST, _FARTHEST)
        return Verdict(told[:, 0], damage, spread, prediction.scale)

    def predict(self, samples: Tensor) -> Prediction:
        """What models cannot predict of samples (batch 1 time)."""
        return predict(samples[:, 0], *self.grid)


class _Block(nn.Module):
    """Looks along time, and adds what it finds."""

    def __init__(self, n_features: int, size: int, dilation: int) -> None:
        super().__init__()
        reach = dilation * (size // 2)
        self.along_time = nn.Conv1d(n_features, n_features, size, 1, reach, dilation)
        self.mix = nn.Conv1d(n_features, n_features, 1)

    def forward(self, features: Tensor) -> Tensor:
        """Features of the same shape."""
        mixed: Tensor = self.mix(functional.silu(self.along_time(features)))
        return functional.silu(features + mixed)


def _views(samples: Tensor, prediction: Prediction) -> Tensor:
    """What the network sees of each sample (batch view time)."""
    forward, backward, scale = prediction
    both = torch.minimum(_largest(forward), _largest(backward)) / scale
    loudness = 0.5 * torch.log((_power(samples) + _FAINT**2) / scale.square())
    return torch.stack(
        (
            torch.asinh(forward / scale),
            torch.asinh(backward / scale),
            torch.log1p(both),
            0.5 * torch.asinh(samples / scale),
            0.25 * loudness,
        ),
        dim=1,
    ).float()


def _power(samples: Tensor) -> Tensor:
    """Mean square of the samples around each; those outside count as 0."""
    padded = functional.pad(samples.double().square(), (_AROUND // 2 + 1, _AROUND // 2))
    sums = padded.cumsum(-1)
    return ((sums[:, _AROUND:] - sums[:, :-_AROUND]) / _AROUND).clamp_min(0.0).float()


def _largest(error: Tensor) -> Tensor:
    """The largest size of each sample's error and its two neighbours'."""
    return functional.max_pool1d(error.abs()[:, None], 3, 1, 1)[:, 0]
