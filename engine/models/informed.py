"""Informed: two light denoisers look first, then a network that is told the noise weighs.

What it weighs is what they gave, what there was and what the classical rule makes of it; what it
is told is the spectrum of the noise. The hiss, rumble and hum of a disc hardly
change within a side, while a blind network has to guess them anew from each second. So the noise is
measured once: where a stretch of it is marked, or as what the first looks take out of the whole
recording, and once more as what this network then takes out. Beside the typical power in each bin
goes its mean, which clicks raise: how far both lie apart tells crackle from hiss.

The second network is a U-Net over bins and frames, which it halves at each level. It gives no
spectrum but weights: for every bin and frame one complex weight each for the degraded spectrum, for
the looks and for what the classical rule makes of it by the noise it is told. Untrained, it gives
half the mean of the looks and half what the rule gives, so that training starts from there.

Learnt from:
- the level of the noise as an input of the network: Zhang, Zuo & Zhang, "FFDNet: Toward a Fast and
  Flexible Solution for CNN-Based Image Denoising", IEEE TIP 27(9), 2018;
- a second network that sees what the first has made: Moliner & Valimaki, "A Two-Stage U-Net for
  High-Fidelity Denoising of Historical Recordings", ICASSP 2022.

Shapes, as einops patterns:
    samples    (batch 1 time)
    spectrum   (batch bin frame)             complex
    noise      (batch 2 bin)                 typical and mean power of the noise in each bin
    features   (batch channel bin frame)     channels last in memory
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

import torch
from torch import Tensor, nn
from torch.nn import functional
from typing_extensions import override

from engine.errors import ModelError
from engine.models.blocks import FeatureNorm, bin_coordinates
from engine.models.layout import channels_last, keep_channels_last
from engine.models.light_pair import LightPair, LightPairConfig
from engine.models.network import Config, Network
from engine.models.noise_told import inside, noise_powers
from engine.models.spectral_rule import spectral_gain
from engine.transforms.stft import STFT

_MOST_GAIN = 2.0
_FAINT = 1e-5
_SILENT = 1e-10
"""Power of a bin below which noise counts as none; music comes at a level of about 0.1."""
_N_BESIDE = 7
"""Features of a bin besides the compressed complex values: levels, noise, ratios, the spectral
rule's gain, coordinates."""
_MEMORY_SAMPLES = 44100.0
"""After so many samples the spectral rule remembers a decision by its e-th part."""


@dataclass(frozen=True)
class InformedConfig(Config):
    """Sizes of the networks.

    Attributes:
        n_fft, hop_length: of the transform of the second network.
        n_weighed: bins that the second network weighs, up to 11 kHz; above them, where records
            hold little, all that there is weighs alike.
        channels: features of its levels, the finest first; each halves bins and frames.
        first_n_ffts, first_n_shifts, first_channels: of the first looks, see `LightPairConfig`.
    """

    n_fft: int = 4096
    hop_length: int = 1024
    n_weighed: int = 1024
    channels: tuple[int, ...] = (16, 40, 56, 72, 96)
    first_n_ffts: tuple[int, ...] = (2048, 4096)
    first_n_shifts: tuple[int, ...] = (1, 2)
    first_channels: tuple[int, ...] = (16, 24, 32, 48, 64)

    def __post_init__(self) -> None:
        if len(self.channels) < 2 or any(n < 1 for n in self.channels):
            raise ModelError(f"channels = {self.channels} must be two or more, each at least 1")
        step = 2 ** len(self.channels)
        if self.n_weighed % step or not 0 < self.n_weighed <= self.n_fft // 2:
            raise ModelError(
                f"n_weighed = {self.n_weighed} must be a multiple of {step} within "
                f"n_fft = {self.n_fft} / 2"
            )


class Informed(Network):
    """Restorer (batch 1 time) -> (batch 1 time) of any length, told the noise or not."""

    name = "informed"
    kind = "restorer"
    config_type = InformedConfig
    presets: ClassVar[Mapping[str, Config]] = {"standard": InformedConfig()}
    coordinates: Tensor

    def __init__(self, config: InformedConfig) -> None:
        super().__init__(config)
        first = LightPairConfig(config.first_n_ffts, config.first_n_shifts, config.first_channels)
        self.first = LightPair(first).requires_grad_(False)
        self.transform = STFT(config.n_fft, config.hop_length)
        self.n_weighed = config.n_weighed
        self.n_looks = len(config.first_n_ffts)
        self.memory = math.exp(-config.hop_length / _MEMORY_SAMPLES)
        n_seen = 2 * (1 + self.n_looks) + _N_BESIDE
        widths = config.channels
        self.enter = nn.Conv2d(n_seen, widths[0], 3, padding=1)
        steps = list(zip(widths[:-1], widths[1:], strict=True))
        self.down = nn.ModuleList(_Down(*step) for step in steps)
        self.up = nn.ModuleList(_Up(coarse, fine) for fine, coarse in reversed(steps))
        self.leave = nn.Conv2d(widths[0], 2 * (2 + self.n_looks), 3, padding=1)
        nn.init.zeros_(self.leave.weight)
        assert self.leave.bias is not None
        nn.init.zeros_(self.leave.bias)
        self.register_buffer("coordinates", bin_coordinates(self.n_weighed), persistent=False)
        n_frames = 3 * 2 ** len(steps)
        own = 2 * (n_frames * config.hop_length + config.n_fft)
        self.receptive_samples = self.first.receptive_samples + own
        keep_channels_last(self)

    def forward(
        self,
        samples: Tensor,
        noise: Tensor | None = None,
        looks: Sequence[Tensor] | None = None,
    ) -> Tensor:
        """Restored samples, shaped alike.

        Args:
            samples: (batch 1 time).
            noise: (batch 2 bin), as `noise_powers` measures it at the level of the samples; None
                measures what the first looks take out of these samples.
            looks: what `looks` has made of the samples; None looks now.
        """
        assert samples.ndim == 3, samples.shape
        assert samples.shape[1] == 1, samples.shape
        seen = (samples, *(self.looks(samples) if looks is None else looks))
        spectra = [self.spectrum(each) for each in seen]
        if noise is None:
            noise = self.measure(samples - torch.stack(seen[1:]).mean(0))
        ruled = spectral_gain(spectra[0], noise[:, 0], self.memory)
        weights = self._weights(self._views(spectra, noise, ruled))
        above = spectra[0].shape[1] - self.n_weighed
        weights = functional.pad(weights, (0, 0, 0, above))
        total = torch.zeros_like(spectra[0])
        given = (*spectra, ruled * spectra[0])
        for index, (spectrum, share) in enumerate(zip(given, self._shares(), strict=True)):
            real, imaginary = weights[:, 2 * index] + share, weights[:, 2 * index + 1]
            total = total + torch.complex(real, imaginary) * spectrum
        return self.transform.inverse(total[:, None], samples.shape[-1])

    @classmethod
    def of(cls, first: LightPair) -> Self:
        """With first looks that were trained before; the rest has fresh weights."""
        given = first.config
        assert isinstance(given, LightPairConfig)
        made = cls(
            InformedConfig(
                first_n_ffts=given.n_ffts,
                first_n_shifts=given.n_shifts,
                first_channels=given.channels,
            )
        )
        made.first.load_state_dict(first.state_dict())
        return made

    def looks(self, samples: Tensor) -> tuple[Tensor, ...]:
        """What each of the first networks makes of samples (batch 1 time); no slope reaches it."""
        with torch.no_grad():
            return tuple(look.detach() for look in self.first.looks(samples))

    def spectrum(self, samples: Tensor) -> Tensor:
        """Of samples (batch 1 time), as noise is measured on it (batch bin frame)."""
        return self.transform.forward(samples)[:, 0]

    def measure(self, noise: Tensor) -> Tensor:
        """What to tell (batch 2 bin) of samples (batch 1 time) with nothing but noise."""
        return noise_powers(inside(self.spectrum(noise)))

    @override
    def restore(self, samples: Tensor, noise: Tensor | None = None) -> Tensor:
        restored: Tensor = self(samples, noise)
        return restored

    def _shares(self) -> tuple[float, ...]:
        """What the degraded spectrum, the looks and the rule weigh in an untrained network."""
        return (0.0, *[0.5 / self.n_looks] * self.n_looks, 0.5)

    def _views(self, spectra: Sequence[Tensor], noise: Tensor, ruled: Tensor) -> Tensor:
        """What the second network sees of each bin that it weighs."""
        n_bins = self.n_weighed
        spectra = [each[:, :n_bins] for each in spectra]
        noise, ruled = noise[..., :n_bins], ruled[:, :n_bins]
        sizes = [each.abs() + _FAINT for each in spectra]
        parts: list[Tensor] = []
        for spectrum, size in zip(spectra, sizes, strict=True):
            compressed = spectrum * size**-0.7
            parts += [compressed.real, compressed.imag]
        level = torch.log(sizes[0])
        typical, mean = (0.5 * torch.log(noise + _SILENT)).unbind(1)
        told = typical[..., None].expand_as(level)
        parts += [0.25 * level, 0.25 * told, 0.5 * (level - told).clamp(-6.0, 6.0)]
        parts += [0.5 * (mean - typical)[..., None].expand_as(level), ruled]
        places = self.coordinates.expand(len(level), -1, -1, level.shape[-1])
        return channels_last(torch.cat((torch.stack(parts, dim=1), places), dim=1))

    def _weights(self, features: Tensor) -> Tensor:
        """Complex weights (batch real+imaginary_of_spectra bin frame), held within 2."""
        n_frames, depth = features.shape[-1], len(self.down)
        features = functional.pad(features, (0, -n_frames % 2**depth, 0, 0), mode="replicate")
        features = functional.silu(self.enter(channels_last(features)))
        skips = []
        for down in self.down:
            skips.append(features)
            features = down(features)
        for up in self.up:
            features = up(features, skips.pop())
        weights: Tensor = self.leave(features)[..., :n_frames].float()
        return _MOST_GAIN * torch.tanh(weights / _MOST_GAIN)


class _Twice(nn.Module):
    """Two convolutions; the second adds to what the first has found."""

    def __init__(self, n_in: int, n_out: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(n_in, n_out, 3, padding=1)
        self.norm = FeatureNorm(n_out)
        self.second = nn.Conv2d(n_out, n_out, 3, padding=1)

    def forward(self, features: Tensor) -> Tensor:
        """(batch channel bin frame), other channels."""
        found = functional.silu(self.first(features))
        more: Tensor = functional.silu(self.second(self.norm(found)))
        return found + more


class _Down(nn.Module):
    """Half the bins and frames."""

    def __init__(self, n_in: int, n_out: int) -> None:
        super().__init__()
        self.narrow = nn.Conv2d(n_in, n_out, 2, stride=2)
        self.norm = FeatureNorm(n_out)
        self.twice = _Twice(n_out, n_out)

    def forward(self, features: Tensor) -> Tensor:
        """(batch channel bin frame) -> (batch channel bin/2 frame/2)."""
        halved = self.norm(self.narrow(features))
        found: Tensor = halved + self.twice(halved)
        return found


class _Up(nn.Module):
    """Twice the bins and frames, beside what was there on the way down."""

    def __init__(self, n_in: int, n_out: int) -> None:
        super().__init__()
        self.widen = nn.ConvTranspose2d(n_in, n_out, 2, stride=2)
        self.mix = nn.Conv2d(2 * n_out, n_out, 3, padding=1)

    def forward(self, features: Tensor, skip: Tensor) -> Tensor:
        """(batch channel bin frame) and (batch fewer 2*bin 2*frame) -> shaped like the skip."""
        both = torch.cat((self.widen(features), skip), dim=1)
        mixed: Tensor = functional.silu(self.mix(both))
        return skip + mixed
