"""Weights looked at from outside: card, sizes and hash of a file, without loading torch.

A file of weights is safetensors: 8 bytes with the length of a JSON header, the header, the numbers
of all tensors. The header names each tensor's kind, shape and place, and holds the card as JSON
under one key of its `__metadata__`. Nothing in it can be run, so nothing in it is trusted.

References:
    The format, version 0.x: https://huggingface.co/docs/safetensors
"""

import hashlib
import math
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.card import Card
from engine.documents import open_content, parse_json
from engine.errors import ModelError
from engine.progress import Progress, ignore

CARD_KEY = "runout.card"

_LENGTH_BYTES = 8
_LONGEST_HEADER = 16 << 20
_BLOCK = 1 << 20


@dataclass(frozen=True)
class WeightsHeader:
    """What the head of a file of weights says.

    Attributes:
        card: of the network.
        shapes: of the tensors, by name.
    """

    card: Card
    shapes: Mapping[str, tuple[int, ...]]

    @property
    def n_numbers(self) -> int:
        """Of all tensors together."""
        return sum(math.prod(shape) for shape in self.shapes.values())


def read_card(path: Path) -> Card:
    """The card of a file of weights.

    Raises:
        ModelError: as `read_header`.
    """
    return read_header(path).card


def read_header(path: Path) -> WeightsHeader:
    """Card and shapes of a file of weights.

    Raises:
        ModelError: it is missing, cut short, not safetensors, or has no card that can be read.
    """
    entries = _entries(path)
    metadata = entries.pop("__metadata__", {})
    text = metadata.get(CARD_KEY) if isinstance(metadata, dict) else None
    if not isinstance(text, str):
        raise ModelError(
            f"{path.name} says nothing of the network it belongs to: it has no card of Runout; "
            "choose weights that Runout has saved"
        )
    try:
        values = parse_json(text)
        if not isinstance(values, dict):
            raise ModelError("its card is no list of entries")
        return WeightsHeader(Card.from_mapping(values), _shapes(entries))
    except ValueError as error:
        raise ModelError(f"{path.name} has a card that cannot be read: {error}") from error
    except ModelError as error:
        raise ModelError(f"{path.name} cannot be used: {error}") from error


def file_sha256(path: Path, progress: Progress = ignore) -> str:
    """SHA-256 of a file, read piece by piece, in hexadecimal.

    Raises:
        ModelError: it cannot be read.
        Cancelled: progress said so.
    """
    digest, done = hashlib.sha256(), 0
    try:
        with open_content(path) as file:
            size = max(1, os.fstat(file.fileno()).st_size)
            while block := file.read(_BLOCK):
                digest.update(block)
                done += len(block)
                progress(min(1.0, done / size))
    except OSError as error:
        raise unreadable(path, error) from error
    return digest.hexdigest()


def unreadable(path: Path, error: OSError) -> ModelError:
    """What to tell when the file itself is out of reach."""
    if isinstance(error, FileNotFoundError):
        return ModelError(f"the weights {path} are missing; import their file again")
    return ModelError(f"the weights {path} cannot be read: {error.strerror or error}")


def _entries(path: Path) -> dict[str, Any]:
    """The header of a whole safetensors file."""
    try:
        with open_content(path) as file:
            size = os.fstat(file.fileno()).st_size
            n_bytes = int.from_bytes(file.read(_LENGTH_BYTES), "little")
            if size < _LENGTH_BYTES or n_bytes > _LONGEST_HEADER:
                raise _foreign(path)
            text = file.read(n_bytes)
    except OSError as error:
        raise unreadable(path, error) from error
    if len(text) < n_bytes:
        raise _cut_short(path, size, _LENGTH_BYTES + n_bytes)
    try:
        entries = parse_json(text)
        end = max(
            (_end(entry) for key, entry in entries.items() if key != "__metadata__"), default=0
        )
    except (ValueError, TypeError, LookupError, AttributeError) as error:
        raise _foreign(path) from error
    if size < _LENGTH_BYTES + n_bytes + end:
        raise _cut_short(path, size, _LENGTH_BYTES + n_bytes + end)
    return dict(entries)


def _end(entry: Mapping[str, Any]) -> int:
    """Where a tensor ends, in bytes behind the header."""
    return int(entry["data_offsets"][1])


def _shapes(entries: Mapping[str, Any]) -> dict[str, tuple[int, ...]]:
    try:
        return {name: tuple(int(n) for n in entry["shape"]) for name, entry in entries.items()}
    except (TypeError, LookupError) as error:
        raise ModelError("its list of tensors cannot be read") from error


def _foreign(path: Path) -> ModelError:
    return ModelError(
        f"{path.name} is not a safetensors file; pickled weights (.pt, .pth, .ckpt) are never "
        "opened, as opening them runs what is in them"
    )


def _cut_short(path: Path, size: int, wanted: int) -> ModelError:
    return ModelError(
        f"{path.name} is cut short: it has {size} of {wanted} bytes; copy or import it again"
    )
