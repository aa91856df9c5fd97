"""Light pair: two light denoisers that look through windows of different lengths, and their mean.

A long window tells rumble from the lowest notes, a short one a click from an onset; where they
err, they err differently, so that the mean errs less than either.

Shapes, as einops patterns:
    samples    (batch 1 time)
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

import torch
from torch import Tensor, nn

from engine.errors import ModelError
from engine.models.light import Light, LightConfig
from engine.models.network import Config, Network

_OVERLAP = 4


@dataclass(frozen=True)
class LightPairConfig(Config):
    """Sizes of the networks.

    Attributes:
        n_ffts: windows of the transforms; hops are a quarter of them.
        channels, time_dilations, bin_dilations, n_taps: of all members, see `LightConfig`.
    """

    n_ffts: tuple[int, ...] = (2048, 4096)
    channels: tuple[int, ...] = (16, 24, 32, 48, 64)
    time_dilations: tuple[int, ...] = LightConfig.time_dilations
    bin_dilations: tuple[int, ...] = LightConfig.bin_dilations
    n_taps: int = 1

    def __post_init__(self) -> None:
        if len(self.n_ffts) < 2:
            raise ModelError(f"n_ffts = {self.n_ffts} must be two or more")

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
    def of(cls, members: Sequence[Light]) -> Self:
        """The mean of networks that were trained one by one.

        Raises:
            ModelError: they differ in more than their windows.
        """
        first = members[0].config
        assert isinstance(first, LightConfig)
        config = LightPairConfig(
            tuple(member.transform.n_fft for member in members),
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
        return torch.stack([member(samples) for member in self.members]).mean(dim=0)

    def _lights(self) -> list[Light]:
        return [member for member in self.members if isinstance(member, Light)]
