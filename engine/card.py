"""Card: what weights say of themselves, and travel with: how to build the network and feed it."""

import dataclasses
import typing
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from engine.errors import ModelError


@dataclass(frozen=True)
class Card:
    """Enough to build a network and to bring recordings into the form it was trained on.

    Attributes:
        network: a name in NETWORKS.
        config: the settings of the network, as `Config.to_mapping` gives them.
        sample_rate: in Hz.
        segment_samples: length of the excerpts it was trained on.
        context_s: seconds at both ends of a segment that are thrown away, as it lacks sight there.
        level: root mean square of the excerpts it was trained on, full scale 1.0; recordings are
            brought to it and back. 0 when their level is left alone.
        sigma_data: of a prior, the standard deviation of its clean training data; else 0.
        sigma_min, sigma_max: of a prior, the range of noise it was trained on; else 0.
        training: what else is worth knowing: steps, data, seconds; for people.
    """

    network: str
    config: Mapping[str, Any]
    sample_rate: int
    segment_samples: int
    context_s: float = 0.5
    level: float = 0.0
    sigma_data: float = 0.0
    sigma_min: float = 0.0
    sigma_max: float = 0.0
    training: Mapping[str, Any] = field(default_factory=dict)

    def to_mapping(self) -> dict[str, Any]:
        """Names and plain values, fit for JSON."""
        named = {each.name: getattr(self, each.name) for each in dataclasses.fields(self)}
        return {key: dict(v) if isinstance(v, Mapping) else v for key, v in named.items()}

    @classmethod
    def from_mapping(cls, values: Mapping[str, Any]) -> Self:
        """Read what `to_mapping` gave.

        Raises:
            ModelError: an unknown name, one that is missing, or a value of another kind.
        """
        fields = {each.name: each for each in dataclasses.fields(cls)}
        needed = {name for name, each in fields.items() if _has_no_default(each)}
        if unknown := sorted(set(values) - set(fields)):
            raise ModelError(f"its card has an unknown entry '{unknown[0]}'")
        if absent := sorted(needed - set(values)):
            raise ModelError(f"its card has no entry '{absent[0]}'")
        hints = typing.get_type_hints(cls)
        return cls(**{name: _typed(name, value, hints[name]) for name, value in values.items()})


def _has_no_default(each: "dataclasses.Field[Any]") -> bool:
    return each.default is dataclasses.MISSING and each.default_factory is dataclasses.MISSING


def _typed(name: str, value: Any, hint: Any) -> Any:
    """A value as JSON holds it, as the card wants it."""
    if hint is float and type(value) is int:
        return float(value)
    if type(value) is hint or (isinstance(value, dict) and typing.get_origin(hint) is Mapping):
        return value
    raise ModelError(f"its card says {name} = {value!r}, which is not of the kind it must be")
