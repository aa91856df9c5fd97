"""Samples that lie in mapped files: what was read of them is not to fill the memory.

The system keeps all that was ever read or written through a map in the memory of the process, until
it runs short. An hour of repairs would seem to take gigabytes, and on a small machine push out what
others need.
"""

import mmap
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

_DONT_NEED = getattr(mmap, "MADV_DONTNEED", None)


def let_go(arrays: Iterable[NDArray[Any]]) -> None:
    """Give back the memory behind arrays as far as they lie in mapped files; their content stays.

    Where the system has no such thing it decides by itself.
    """
    if _DONT_NEED is None:
        return
    maps = {id(each): each for each in map(_map_of, arrays) if each is not None}
    for each in maps.values():
        each.madvise(_DONT_NEED)  # ours are shared maps, which lose nothing by it


def is_mapped(array: NDArray[Any]) -> bool:
    """Whether an array lies in a mapped file."""
    return _map_of(array) is not None


def _map_of(array: NDArray[Any]) -> mmap.mmap | None:
    owner: object = array
    while isinstance(owner, np.ndarray):
        owner = owner.base
    if isinstance(owner, memoryview):
        owner = owner.obj
    return owner if isinstance(owner, mmap.mmap) else None
