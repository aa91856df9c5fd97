"""Loudness of a programme in LUFS, measured block by block.

Samples are weighted by two filters that stand for head and ear, squared, and averaged over blocks
of 400 ms that begin every 100 ms. Two gates leave out what is not programme: blocks below -70 LUFS,
then blocks 10 LU below the mean of the rest. Every channel counts alike, as those of a transfer
are front channels or walls of a groove.

The filters are published as coefficients at 48 kHz; the analogue ones behind them, whose corners
and Q are given below, make them for every other rate: a sine of 997 Hz reads the same from 8 to
192 kHz within 0.03 LU.

References:
    ITU-R BS.1770-5, "Algorithms to measure audio programme loudness and true-peak audio level".
    De Man, "Evaluation of Implementations of the EBU R128 Loudness Measurement", AES 145, 2018:
    corners, gain and Q.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.signal import sosfilt

from engine.audio import Samples

HOPS_PER_S = 10
HOPS_PER_BLOCK = 4
OFFSET_DB = -0.691
"""Takes out the gain of the filters at 997 Hz, so that a full-scale sine has -3.01 LUFS."""
ABSOLUTE_GATE_LUFS = -70.0
RELATIVE_GATE_LU = -10.0


def weighting(sample_rate: int) -> NDArray[np.float64]:
    """The two filters of K weighting as second-order sections."""
    k = np.tan(np.pi * 1681.974450955533 / sample_rate)
    q, high = 0.7071752369554196, 10 ** (3.999843853973347 / 20)
    middle = high**0.4996667741545416
    head = [
        high + middle * k / q + k * k,
        2 * (k * k - high),
        high - middle * k / q + k * k,
        1 + k / q + k * k,
        2 * (k * k - 1),
        1 - k / q + k * k,
    ]
    k = np.tan(np.pi * 38.13547087602444 / sample_rate)
    q = 0.5003270373238773
    scale = 1 + k / q + k * k
    ear = [scale, -2 * scale, scale, scale, 2 * (k * k - 1), 1 - k / q + k * k]
    sections = np.array([head, ear])
    weighted: NDArray[np.float64] = sections / sections[:, 3:4]
    return weighted


class LoudnessMeter:
    """Takes a programme block by block; `lufs` tells what it has come to."""

    def __init__(self, sample_rate: int, n_channels: int) -> None:
        self._sections = weighting(sample_rate)
        self._hop = max(1, round(sample_rate / HOPS_PER_S))
        self._state = np.zeros((2, n_channels, 2))
        self._rest = np.zeros(0)
        self._energies: list[NDArray[np.float64]] = []

    def add(self, samples: Samples) -> None:
        """Take the samples (channel time) that follow."""
        exact = samples.astype(np.float64)
        weighted, self._state = sosfilt(self._sections, exact, axis=1, zi=self._state)
        squares = np.concatenate((self._rest, np.square(weighted).sum(axis=0)))
        whole = len(squares) // self._hop * self._hop
        self._energies.append(squares[:whole].reshape(-1, self._hop).sum(axis=1))
        self._rest = squares[whole:]

    @property
    def lufs(self) -> float | None:
        """Gated loudness; None if no block of 400 ms is louder than -70 LUFS."""
        energies = np.concatenate([np.zeros(0), *self._energies])
        if len(energies) < HOPS_PER_BLOCK:
            return None
        blocks = np.lib.stride_tricks.sliding_window_view(energies, HOPS_PER_BLOCK).sum(axis=1)
        power = blocks / (HOPS_PER_BLOCK * self._hop)
        power = power[power > _lufs_to_power(ABSOLUTE_GATE_LUFS)]
        if not len(power):
            return None
        gate = _lufs_to_power(_power_to_lufs(float(power.mean())) + RELATIVE_GATE_LU)
        return _power_to_lufs(float(power[power > gate].mean()))


def _power_to_lufs(power: float) -> float:
    return OFFSET_DB + 10.0 * float(np.log10(power))


def _lufs_to_power(lufs: float) -> float:
    return float(10.0 ** ((lufs - OFFSET_DB) / 10.0))
