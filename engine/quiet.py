"""Quiet: where a recording has nothing but its noise, as before the music and between movements.

The level of a stretch is the median of short blocks, so that a click in it does not make it loud.
Digital silence is no noise and is passed over, as is what is known to be music.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engine.audio import Recording
from engine.progress import Progress, ignore
from engine.region import Region

LEAST_S, MOST_S = 1.0, 10.0
_BLOCK_S = 0.05
_READ_S = 30.0
_SILENT = 1e-12
"""Power of a block below which it is digital silence."""
_LOUDER = 2.0
"""How much more power a block may have than the quietest second that it is added to."""


def quietest(
    recording: Recording, music: Sequence[Region] = (), progress: Progress = ignore
) -> Region | None:
    """The quietest second, with what is as quiet before and after it.

    Args:
        recording: read once, in blocks.
        music: stretches that are never taken.
        progress: told after each block.

    Returns:
        A stretch of LEAST_S .. MOST_S seconds; None where there is none without music.

    Raises:
        Cancelled: progress said so.
    """
    size = max(1, round(_BLOCK_S * recording.sample_rate))
    power = _powers(recording, size, progress)
    block_s = size / recording.sample_rate
    is_free = power > _SILENT
    for region in music:
        first, last = int(region.start_s / block_s), int(np.ceil(region.stop_s / block_s))
        is_free[first:last] = False
    width = round(LEAST_S / block_s)
    if len(power) < width:
        return None
    windows = np.lib.stride_tricks.sliding_window_view(power, width)
    is_whole = np.lib.stride_tricks.sliding_window_view(is_free, width).all(axis=1)
    if not is_whole.any():
        return None
    levels = np.where(is_whole, np.median(windows, axis=1), np.inf)
    start = int(levels.argmin())
    first, stop = _grown(power, is_free, start, start + width, _LOUDER * float(levels[start]))
    return Region(first * block_s, stop * block_s)


def _powers(recording: Recording, size: int, progress: Progress) -> NDArray[np.float64]:
    """Mean square of each whole block, over all channels."""
    n_blocks = recording.n_samples // size
    step = max(1, round(_READ_S / _BLOCK_S))
    powers = np.zeros(n_blocks)
    for first in range(0, n_blocks, step):
        progress(first / n_blocks)
        last = min(first + step, n_blocks)
        samples = recording.read(first * size, last * size).samples.astype(np.float64)
        blocks = samples.reshape(len(samples), last - first, size)
        powers[first:last] = np.square(blocks - blocks.mean(axis=2, keepdims=True)).mean((0, 2))
    return powers


def _grown(
    power: NDArray[np.float64], is_free: NDArray[np.bool_], start: int, stop: int, limit: float
) -> tuple[int, int]:
    most = round(MOST_S / _BLOCK_S)
    fits = is_free & (power <= limit)
    while stop - start < most and start > 0 and fits[start - 1]:
        start -= 1
    while stop - start < most and stop < len(power) and fits[stop]:
        stop += 1
    return start, stop
