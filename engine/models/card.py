"""Card: what weights say of themselves, and travel with: how to build the network and feed it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


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
