"""Smallest and largest of each so many samples, as fast as memory is read.

Shapes:
    samples     (channel time)    any type that can be ordered
    low, high   (channel entry)   the same type
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Extremes = tuple[NDArray[Any], NDArray[Any]]

_HALVED_TO = 8
"""Rows shorter than this cost more to begin than to compare, so the rest is done across rows."""


def extremes(samples: NDArray[Any], size: int) -> Extremes:
    """Smallest and largest of each `size` neighbours; a rest at the end makes an entry too.

    Args:
        samples: (channel time), at least one; interleaved as in a file, or channel by channel.
        size: a power of two.
    """
    n_channels, n_samples = samples.shape
    whole = n_samples // size * size
    found = [_folded(samples[:, :whole], size)] if whole else []
    if whole < n_samples:
        rest = samples[:, whole:]
        found.append((rest.min(axis=1, keepdims=True), rest.max(axis=1, keepdims=True)))
    low, high = ([each[i] for each in found] for i in (0, 1))
    return np.concatenate(low, axis=1), np.concatenate(high, axis=1)


def _folded(samples: NDArray[Any], size: int) -> Extremes:
    """Extremes of whole entries; the halves of a row are compared, which lie in one piece each.

    A reduction along so short an axis takes ten times as long.
    """
    n_channels = len(samples)
    is_interleaved = samples.T.flags.c_contiguous
    step = n_channels if is_interleaved else 1
    frames = samples.T if is_interleaved else np.ascontiguousarray(samples)
    low = high = frames.reshape(-1, size * step)
    n_left = size
    while n_left > _HALVED_TO:
        n_left //= 2
        low = np.minimum(low[:, : n_left * step], low[:, n_left * step :])
        high = np.maximum(high[:, : n_left * step], high[:, n_left * step :])
    columns = (np.ascontiguousarray(each.T).reshape(n_left, step, -1) for each in (low, high))
    lowest, highest = next(columns).min(axis=0), next(columns).max(axis=0)
    shape = (n_channels, -1)
    return lowest.reshape(shape), highest.reshape(shape)
