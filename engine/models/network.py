"""Network: what all neural networks have in common; samples in, samples or verdicts out.

A network is built from a frozen config, which travels inside its weights. It takes any number of
samples from 1 on and pads by itself. It knows no rate, no level and no schedule: who calls it
brings samples at the rate and level it was trained with.

Shapes, as einops patterns:
    samples   (batch channel time)   float32
"""

import dataclasses
import typing
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from torch import Tensor, nn

from engine.errors import ModelError

LARGEST = 1 << 22
"""No setting of a network comes near it."""
MOST_LAYERS = 64
"""Of one kind, one after the other."""


@dataclass(frozen=True)
class Config:
    """Base of the settings of a network: whole numbers, floats, truths, words, tuples of them.

    counts: settings that say how many layers there are.
    """

    counts: ClassVar[tuple[str, ...]] = ()

    def to_mapping(self) -> dict[str, Any]:
        """Names and plain values, fit for JSON; tuples become lists."""
        values = dataclasses.asdict(self)
        return {key: list(v) if isinstance(v, tuple) else v for key, v in values.items()}

    @classmethod
    def from_mapping(cls, values: Mapping[str, Any]) -> Self:
        """Read what `to_mapping` gave; what it does not name keeps its default.

        Raises:
            ModelError: an unknown name, a value of another kind than the default, or one that no
                network has, and that could not be built in any time or memory.
        """
        hints = typing.get_type_hints(cls)
        known = {each.name for each in dataclasses.fields(cls)}
        unknown = sorted(set(values) - known)
        if unknown:
            raise ModelError(f"{cls.__name__} has no setting '{unknown[0]}'")
        read = {name: _typed(name, value, hints[name]) for name, value in values.items()}
        for name, value in read.items():
            _check_size(name, value, MOST_LAYERS if name in cls.counts else LARGEST)
        return cls(**read)


class Network(nn.Module):
    """Base of all networks: named, built from a config, with presets.

    What `forward` takes and gives is the network's own affair:
        restorers       forward(samples) -> samples, shaped alike
        priors          forward(samples, c_noise (batch) or None) -> samples, shaped alike
        autoencoders    forward(samples) -> samples; encode(samples) -> (batch feature frame)
        discriminators  forward(samples[, degraded]) -> logits (batch) or (batch patch)
    """

    name: ClassVar[str]
    kind: ClassVar[str]
    """restorer, prior, autoencoder or discriminator."""
    config_type: ClassVar[type[Config]]
    presets: ClassVar[Mapping[str, Config]]
    """Configs by name; the first is the default."""
    n_channels: ClassVar[int] = 1
    """Channels of the samples it takes; more are given as more examples of a batch."""
    join_s: ClassVar[float] = 0.05
    """Seconds over which segments of a recording cross-fade; longer where a segment as a whole
    bears on each of its samples."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.config = config

    def restore(self, samples: Tensor, noise: Tensor | None = None) -> Tensor:
        """Samples restored, shaped alike; what a restorer's `forward` gives.

        Args:
            samples: (batch channel time).
            noise: what networks that are told the noise are told; the others take none.
        """
        assert noise is None, f"{self.name} is told nothing of the noise"
        restored: Tensor = self(samples)
        return restored

    @property
    def n_parameters(self) -> int:
        """Numbers that training sets."""
        return sum(each.numel() for each in self.parameters())


def _typed(name: str, value: Any, hint: Any) -> Any:
    """A value as JSON holds it, as the config wants it."""
    if typing.get_origin(hint) is tuple and isinstance(value, list | tuple):
        item = typing.get_args(hint)[0]
        return tuple(_typed(name, each, item) for each in value)
    if hint is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if hint in (bool, int, float, str) and type(value) is hint:
        return value
    raise ModelError(f"the setting {name} = {value!r} is not of the kind the network takes")


def _check_size(name: str, value: Any, most: int) -> None:
    numbers = value if isinstance(value, tuple) else (value,)
    is_large = any(isinstance(each, int | float) and not abs(each) <= most for each in numbers)
    if is_large or len(numbers) > MOST_LAYERS:
        raise ModelError(f"the setting {name} = {value!r} is larger than that of any network")
