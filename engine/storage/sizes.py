"""How large a project folder is."""

import contextlib
from collections.abc import Mapping, Set
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Sizes:
    """Bytes of a project folder, and of renders that no operation in force needs."""

    total: int
    undone: int


def measure_sizes(folder: Path, renders: Mapping[str, int], standing: Set[str]) -> Sizes:
    """Add up all files.

    Args:
        folder: the project.
        renders: bytes of each of its renders.
        standing: the renders of operations in force.
    """
    total = 0
    for each in folder.rglob("*"):
        with contextlib.suppress(OSError):
            total += 0 if each.is_dir() else each.lstat().st_size
    return Sizes(total, sum(size for key, size in renders.items() if key not in standing))
