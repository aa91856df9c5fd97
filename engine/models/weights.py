"""Weights: networks as safetensors files that carry their card; nothing is ever unpickled.

References:
    The format: https://huggingface.co/docs/safetensors
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import safetensors.torch
import torch
from safetensors import SafetensorError
from torch import Tensor

from engine.card import Card
from engine.errors import EngineError, ModelError
from engine.models import NETWORKS
from engine.models.network import Network
from engine.models.room import Room, TooLarge
from engine.sync import write_whole
from engine.weights_header import (
    CARD_KEY,
    WeightsHeader,
    file_sha256,
    read_header,
    unreadable,
)

_CANNOT_BUILD = (
    ArithmeticError,
    AssertionError,
    LookupError,
    MemoryError,
    RuntimeError,
    TypeError,
    ValueError,
)


_ROOM, _TIMES = 1 << 24, 4
"""So many numbers, and so many times those of its file, a network may ask for while it is built."""


@dataclass(frozen=True, eq=False)
class Model:
    """A network with its weights, ready to restore.

    Attributes:
        network: in eval mode, on the CPU; no gradient reaches its parameters.
        card: how to feed it.
        sha256: of the file it came from, in hexadecimal.
    """

    network: Network
    card: Card
    sha256: str


def build_network(name: str, config: Mapping[str, Any]) -> Network:
    """A network of a name in NETWORKS with fresh weights.

    Raises:
        ModelError: there is none of that name, or the config has a setting that does not fit.
    """
    if name not in NETWORKS:
        raise ModelError(f"there is no network '{name}'; there are {', '.join(sorted(NETWORKS))}")
    network = NETWORKS[name]
    return network(network.config_type.from_mapping(config))


def save_weights(path: Path, network: Network, card: Card, half: bool = False) -> str:
    """Write all parameters and persistent buffers with the card, whole or not at all.

    Args:
        path: where to; what is there is replaced.
        network: of the name and config in the card.
        card: kept as JSON in the metadata.
        half: store floating-point numbers in 16 bits; they come back as 32 bits.

    Returns:
        SHA-256 of the file, in hexadecimal.

    Raises:
        ModelError: a number is not finite, or is too large for 16 bits.
        StorageError: the file cannot be written.
    """
    assert card.network == network.name, card.network
    assert type(network.config).from_mapping(card.config) == network.config, card.config
    tensors = {name: _stored(value, half) for name, value in network.state_dict().items()}
    for name, value in tensors.items():
        if not torch.isfinite(value).all():
            raise ModelError(f"{path.name} was not saved: {name} has a number that is not finite")
    text = json.dumps(card.to_mapping(), allow_nan=False)
    content = safetensors.torch.save(tensors, metadata={CARD_KEY: text})
    write_whole(path, content)
    return hashlib.sha256(content).hexdigest()


def load_weights(path: Path, sha256: str | None = None) -> Model:
    """Build the network that the card of a file names, with the numbers of the file.

    Args:
        path: of a safetensors file.
        sha256: what the file must hash to; None takes any.

    Raises:
        ModelError: the file is missing, cut short, changed, not safetensors, has no card or an
            unknown network, or its tensors are not those of the network.
    """
    found = file_sha256(path)
    if sha256 is not None and found != sha256.lower():
        raise ModelError(
            f"{path.name} has changed: its SHA-256 is {found}, and {sha256} is expected; "
            "import the file again"
        )
    header = read_header(path)
    network = _built(path, header)
    try:
        network.load_state_dict(safetensors.torch.load_file(path))
    except OSError as error:
        raise unreadable(path, error) from error
    except SafetensorError as error:
        raise ModelError(f"{path.name} is damaged: {error}; import it again") from error
    if not all(torch.isfinite(value).all() for value in network.state_dict().values()):
        raise ModelError(f"{path.name} is damaged: it has numbers that are not finite")
    network.eval().requires_grad_(False)
    return Model(network, header.card, found)


def _built(path: Path, header: WeightsHeader) -> Network:
    """A network with room for exactly the tensors of the file."""
    try:
        # the fresh weights it draws are thrown away
        with torch.random.fork_rng(devices=[]), Room(_ROOM + _TIMES * header.n_numbers):
            network = build_network(header.card.network, header.card.config)
    except TooLarge as error:
        raise ModelError(
            f"{path.name} does not fit the network {header.card.network}: its card asks for many "
            f"times the {header.n_numbers} numbers that are in the file"
        ) from error
    except EngineError as error:
        raise ModelError(f"{path.name} cannot be used: {error}") from error
    except _CANNOT_BUILD as error:
        raise ModelError(
            f"{path.name} cannot be used: no network can be built from its card"
        ) from error
    _check_fits(path, header, network)
    return network


def _check_fits(path: Path, header: WeightsHeader, network: Network) -> None:
    """See that a network has room for exactly the tensors of the file."""
    wanted = {name: tuple(value.shape) for name, value in network.state_dict().items()}
    for name in sorted(wanted.keys() | header.shapes.keys()):
        mine, theirs = wanted.get(name), header.shapes.get(name)
        if mine != theirs:
            raise ModelError(
                f"{path.name} does not fit the network {network.name}: "
                f"{name} is {_shown(theirs)} in the file and {_shown(mine)} in the network"
            )


def _stored(value: Tensor, half: bool) -> Tensor:
    """A copy of its own in plain order, as safetensors wants it."""
    copy = value.detach().to("cpu", copy=True).contiguous()
    return copy.half() if half and copy.dtype == torch.float32 else copy


def _shown(shape: tuple[int, ...] | None) -> str:
    return "missing" if shape is None else " x ".join(map(str, shape)) or "one number"
