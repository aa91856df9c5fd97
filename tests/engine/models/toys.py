"""Networks small enough to know what they must give: for tests of what runs networks."""

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor, nn

from engine.card import Card
from engine.models.network import Config, Network
from engine.models.weights import Model


@dataclass(frozen=True)
class NoConfig(Config):
    """Nothing to set."""


class Toy(Network):
    """Base of all toys."""

    kind: ClassVar[str] = "restorer"
    config_type: ClassVar[type[Config]] = NoConfig
    presets: ClassVar = {"only": NoConfig()}

    def __init__(self) -> None:
        super().__init__(NoConfig())


class Identity(Toy):
    """Changes nothing; remembers what it was given."""

    name: ClassVar[str] = "identity"

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[Tensor] = []

    def forward(self, samples: Tensor) -> Tensor:
        self.seen.append(samples.clone())
        return samples


class PairIdentity(Identity):
    """The same with two channels."""

    n_channels = 2


class Filter(Toy):
    """A linear-phase low-pass of 129 taps at a quarter of the rate."""

    name: ClassVar[str] = "filter"

    def __init__(self) -> None:
        super().__init__()
        taps = torch.sinc(0.5 * torch.arange(-64, 65)) * 0.5 * torch.hann_window(131)[1:-1]
        self.conv = nn.Conv1d(1, 1, 129, padding=64, bias=False)
        self.conv.weight.data[:] = taps / taps.sum()
        self.requires_grad_(False)

    def forward(self, samples: Tensor) -> Tensor:
        filtered: Tensor = self.conv(samples)
        return filtered


class Conv(Toy):
    """Four layers with rectifiers and no bias, so that it follows the level; sees 60 samples."""

    name: ClassVar[str] = "conv"

    def __init__(self) -> None:
        super().__init__()
        with torch.random.fork_rng():
            torch.manual_seed(78)
            self.layers = nn.Sequential(
                nn.Conv1d(1, 8, 31, padding=15, bias=False),
                nn.ReLU(),
                nn.Conv1d(8, 8, 31, padding=15, bias=False),
                nn.ReLU(),
                nn.Conv1d(8, 8, 31, padding=15, bias=False),
                nn.ReLU(),
                nn.Conv1d(8, 1, 31, padding=15, bias=False),
            )
        self.requires_grad_(False)

    def forward(self, samples: Tensor) -> Tensor:
        restored: Tensor = 0.7 * samples + self.layers(samples)
        return restored


class Squash(Toy):
    """Not linear: what it gives hangs on the level it is fed with."""

    name: ClassVar[str] = "squash"

    def forward(self, samples: Tensor) -> Tensor:
        return torch.tanh(samples / 0.2) * 0.2


def model(
    network: Network,
    sample_rate: int = 22050,
    level: float = 0.0,
    segment_s: float = 1.0,
    context_s: float = 0.1,
) -> Model:
    """A toy with its card."""
    card = Card(
        network=network.name,
        config={},
        sample_rate=sample_rate,
        segment_samples=round(segment_s * sample_rate),
        context_s=context_s,
        level=level,
    )
    return Model(network.eval(), card, "0" * 64)
