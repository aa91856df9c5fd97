"""ModelUsed: which weights an operation has worked with, as reports and projects keep it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ModelUsed:
    """A model as it was used.

    Attributes:
        name: of its catalogue entry.
        version: of the weights.
        sha256: of the weights' file, in hexadecimal.
        licence: of the weights, an SPDX expression.
        device: where it ran in the end: cpu, cuda or mps.
    """

    name: str
    version: str
    sha256: str
    licence: str
    device: str
