"""Restored samples on the grid of a file, so that what was removed adds up exactly.

An unchanged sample is the source's own stored value. A changed one is rounded to the grid, limited
to what the format holds, and limited once more so that `source - result` fits the format, too.

Shapes:
    native, source_float, wanted   (channel time)
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.audio import Samples
from engine.containers import Encoding, Native
from engine.units import SILENCE_DB, amplitude_to_db


@dataclass
class Limits:
    """What did not fit: counts over all channels, and the highest magnitude wanted.

    over_range: changed samples beyond full scale; integers are limited there, floats kept.
    bent: samples limited further, for the sake of the removed part.
    """

    over_range: int = 0
    over_peak: float = 0.0
    bent: int = 0

    @property
    def over_peak_dbfs(self) -> float:
        """The highest magnitude beyond full scale; SILENCE_DB where there was none."""
        return amplitude_to_db(self.over_peak) if self.over_range else SILENCE_DB


def to_grid(samples: Samples, encoding: Encoding, limits: Limits) -> Native:
    """Samples as the nearest values of the encoding, ties to even, limited to its range."""
    if encoding.is_float:
        return samples.astype(encoding.dtype)
    rounded = np.rint(samples.astype(np.float64) * encoding.steps)
    _count(rounded, encoding, limits)
    fitted: Native = np.clip(rounded, encoding.low, encoding.high).astype(np.int32)
    return fitted


def fit(
    wanted: Samples, source: Native, source_float: Samples, encoding: Encoding, limits: Limits
) -> Native:
    """The result to store for the samples wanted.

    Args:
        wanted: restored samples.
        source: what the source stores.
        source_float: the same with full scale 1.0, as tasks saw it.
        encoding: of both source and result.
        limits: counts what did not fit.
    """
    changed = wanted != source_float
    if not changed.any():
        return source
    result = source.copy()
    fresh = wanted[changed].astype(np.float64) * encoding.steps
    if encoding.is_float:
        _count(fresh, encoding, limits)
        result[changed] = fresh
        return result
    fresh = np.rint(fresh)
    _count(fresh, encoding, limits)
    before = source[changed].astype(np.int64)
    railed = np.clip(fresh, encoding.low, encoding.high).astype(np.int64)
    lowest, highest = before - encoding.high, before - encoding.low
    bent = np.clip(railed, lowest, highest)
    limits.bent += int(np.count_nonzero(bent != railed))
    result[changed] = bent
    return result


def removed(source: Native, result: Native, encoding: Encoding) -> Native:
    """What was taken out: source - result; integers always fit after `fit`."""
    if encoding.is_float:
        return source - result
    difference: Native = (source.astype(np.int64) - result).astype(np.int32)
    return difference


def sum_errors(source: Native, result: Native, rest: Native, encoding: Encoding) -> int:
    """How many samples of `result + rest` are not the source's."""
    if encoding.is_float:
        return int(np.count_nonzero(result + rest != source))
    return int(np.count_nonzero(result.astype(np.int64) + rest != source))


def _count(fresh: NDArray[np.float64], encoding: Encoding, limits: Limits) -> None:
    low, high = (-1.0, 1.0) if encoding.is_float else (encoding.low, encoding.high)
    beyond = (fresh > high) | (fresh < low)
    if beyond.any():
        limits.over_range += int(np.count_nonzero(beyond))
        limits.over_peak = max(
            limits.over_peak, float(np.abs(fresh[beyond]).max()) / encoding.steps
        )
