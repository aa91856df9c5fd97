"""Light pair: two light denoisers that look through windows of different lengths, and their mean.

A long window tells rumble from the lowest notes, a short one a click from an onset; where they
err, they err differently, so that the mean errs less than either. So it is with one network whose
frames lie half a hop further on.

Shapes, as einops patterns:
    samples    (batch 1 time)
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

import torch
from torch import Tensor, nn
from torch.nn import functional

from engine.errors import ModelError
from engine.models.light import Light, LightConfig
from engine.models.network import Config, Network

_OVERLAP = 4


@dataclass(frozen=True)
class LightPairConfig(Config):
    """Sizes of the networks.

    Attributes:
        n_ffts: windows of the transforms; hops are a quarter of them.
        n_shifts: how often each member looks, its frames moved on by an even part of a hop each
            time; what it gives is the mean. As many as windows.
        channels, time_dilations, bin_dilations, n_taps: of all members, see `LightConfig`.
    """

    n_ffts: tuple[int, ...] = (2048, 4096)
    n_shifts: tuple[int, ...] = (1, 1)
    channels: tuple[int, ...] = (16, 24, 32, 48, 64)
    time_dilations: tuple[int, ...] = LightConfig.time_dilations
    bin_dilations: tuple[int, ...] = LightConfig.bin_dilations
    n_taps: int = 1

    def __post_init__(self) -> None:
        if len(self.n_ffts) < 2:
            raise ModelError(f"n_ffts = {self.n_ffts} must be two or more")
        if len(self.n_shifts) != len(self.n_ffts) or min(self.n_shifts) < 1:
            raise ModelError(f"n_shifts = {self.n_shifts} must be as many as windows, 1 or more")

    def members(self) -> tuple[LightConfig, ...]:
        """What each member is built from."""
        rest = (self.channels, self.time_dilations, self.bin_dilations, self.n_taps)
        return tuple(LightConfig(n_fft, n_fft // _OVERLAP, *rest) for n_fft in self.n_ffts)


class LightPair(Network):
    """Restorer (batch 1 time) -> (batch 1 time) of any length."""

    name = "light_pair"
    kind = "restorer"
    config_type = LightPairConfig
    presets: ClassVar[Mapping[str, Config]] = {"standard": LightPairConfig()}

    def __init__(self, config: LightPairConfig) -> None:
        super().__init__(config)
        self.members = nn.ModuleList(Light(each) for each in config.members())
        self.receptive_samples = max(each.receptive_samples for each in self._lights())

    @classmethod
    def of(cls, members: Sequence[Light], n_shifts: Sequence[int]) -> Self:
        """The mean of networks that were trained one by one.

        Args:
            members: they differ in their windows at most.
            n_shifts: see `LightPairConfig`.

        Raises:
            ModelError: they differ in more than their windows.
        """
        first = members[0].config
        assert isinstance(first, LightConfig)
        config = LightPairConfig(
            tuple(member.transform.n_fft for member in members),
            tuple(n_shifts),
            first.channels,
            first.time_dilations,
            first.bin_dilations,
            first.n_taps,
        )
        pair = cls(config)
        for own, given, built in zip(pair.members, members, config.members(), strict=True):
            if given.config != built:
                raise ModelError("networks that differ in more than their windows make no pair")
            own.load_state_dict(given.state_dict())
        return pair

    def forward(self, samples: Tensor) -> Tensor:
        """Restored samples, shaped alike."""
        return torch.stack(self.looks(samples)).mean(dim=0)

    def looks(self, samples: Tensor) -> list[Tensor]:
        """What each member makes of the samples, shaped alike."""
        assert isinstance(self.config, LightPairConfig)
        counts = zip(self._lights(), self.config.n_shifts, strict=True)
        return [_mean(member, samples, n) for member, n in counts]

    def _lights(self) -> list[Light]:
        return [member for member in self.members if isinstance(member, Light)]


def _mean(member: Light, samples: Tensor, n_shifts: int) -> Tensor:
    """What a member gives, the mean over some places of its frames."""
    hop = member.transform.hop_length
    shifts = [hop * index // n_shifts for index in range(n_shifts)]
    given = [member(functional.pad(samples, (shift, 0)))[..., shift:] for shift in shifts]
    return torch.stack(given).mean(dim=0)
