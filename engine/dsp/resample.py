"""Resampling by any rational ratio, block by block, exact to the position of every sample.

Two steps: a long filter doubles the rate and takes out what the shorter of both rates cannot hold,
then a short one reads the doubled samples at the positions wanted. Positions are fractions of whole
numbers, so that nothing drifts however long a recording is. Libraries were measured first: soxr's
best quality is 0.001 dB down at 18 kHz, which is 76 dB of signal to error, and it counts positions
in steps of 2^-32 samples: 104 dB at 5 kHz after twelve seconds, and less with every minute.

Up to PASSBAND of the lower of both Nyquist frequencies all is kept; above it the filter falls, and
at that Nyquist frequency it is 140 dB down.

Beyond both ends the recording is continued by linear prediction, as the filters would otherwise
meet a step from the first sample to silence and ring.

Shapes:
    samples   (channel time)   float64 inside, float32 in blocks

References:
    Smith & Gossett, "A Flexible Sampling-Rate Conversion Method", ICASSP 1984.
    Kaiser, "Nonrecursive Digital Filter Design Using the I0-sinh Window Function", ISCAS 1974.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray
from scipy.signal import oaconvolve
from scipy.signal.windows import kaiser

from engine.audio import Recording, Samples
from engine.dsp.ar import estimate
from engine.progress import Progress, ignore

Real = NDArray[np.float64]

PASSBAND = 0.95
"""Share of the lower Nyquist frequency that is kept."""
BLOCK_SAMPLES = 1 << 16
_STOP_DB = 140.0
_READ_TAPS, _PHASES = 20, 4096
"""The short filter, and how finely it is tabulated; between, it is read along straight lines."""
_CHUNK = 1 << 14
_EDGE_ORDER, _EDGE_WINDOW = 128, 8192


def resample(
    recording: Recording, ratio: Fraction, n_samples: int, progress: Progress = ignore
) -> Iterator[Samples]:
    """Give a recording `ratio` times as many samples, without delay.

    Args:
        recording: read in blocks, each a little more than once.
        ratio: new length to old, > 0; sample k of the result is read at k / ratio.
        n_samples: how many to make.
        progress: asked before every block.

    Yields:
        Blocks (channel time), together `n_samples` long.
    """
    halves = _doubling_filter(min(Fraction(1), ratio))
    table = _reading_table()
    edges = _Continued.of(recording, len(halves[0]) + _READ_TAPS)
    for start in range(0, n_samples, BLOCK_SAMPLES):
        progress(start / n_samples)
        stop = min(start + BLOCK_SAMPLES, n_samples)
        at, phase = _positions(start, stop, ratio)
        low, high = int(at[0]) - _READ_TAPS // 2 + 1, int(at[-1]) + _READ_TAPS // 2 + 1
        doubled = _doubled(edges, halves, low, high)
        first = at - low - (_READ_TAPS // 2 - 1)
        yield np.stack([_read(row, first, phase, table) for row in doubled])


def _positions(start: int, stop: int, ratio: Fraction) -> tuple[NDArray[np.int64], Real]:
    """Where samples [start, stop) of the result lie among doubled ones: whole part, fraction."""
    n, d = ratio.numerator, ratio.denominator
    whole, rest = divmod(2 * start * d, n)  # Python's integers: no product is too large
    steps = np.arange(stop - start, dtype=np.int64) * (2 * d) + rest
    return whole + steps // n, (steps % n) / n


def _doubling_filter(share: Fraction) -> tuple[Real, Real]:
    """The taps that make even and odd samples of the doubled rate, each of odd length.

    Args:
        share: of the Nyquist frequency that the result can hold.
    """
    stop = 0.25 * float(share)  # of the doubled rate
    width = (1.0 - PASSBAND) * stop
    half = 2 * int(np.ceil((_STOP_DB - 8.0) / (2.285 * 2.0 * np.pi * width) / 4.0)) + 1
    cutoff = stop - width / 2.0
    position = np.arange(-half, half + 1)
    taps = 4.0 * cutoff * np.sinc(2.0 * cutoff * position) * kaiser(len(position), _beta())
    odd = np.append(taps[0::2], 0.0)  # an even number of taps; one of nothing centres them alike
    even = np.concatenate(([0.0], taps[1::2], [0.0]))
    return even, odd


def _beta() -> float:
    return 0.1102 * (_STOP_DB - 8.7)


def _reading_table() -> Real:
    """The short filter at _PHASES + 1 fractions of a sample: (phase tap)."""
    fractions = np.arange(_PHASES + 1)[:, None] / _PHASES
    distance = np.arange(_READ_TAPS) - (_READ_TAPS // 2 - 1) - fractions
    reach = np.clip(1.0 - np.square(distance / (_READ_TAPS / 2)), 0.0, None)
    table: Real = np.sinc(distance) * np.i0(_beta() * np.sqrt(reach)) / np.i0(_beta())
    return table


@dataclass(frozen=True, eq=False)
class _Continued:
    """A recording and what linear prediction makes of the time before and after it."""

    recording: Recording
    before: Real
    after: Real

    @staticmethod
    def of(recording: Recording, reach: int) -> "_Continued":
        """Continue a recording by `reach` samples on each side."""
        n_samples = recording.n_samples
        known = min(_EDGE_WINDOW, n_samples)
        head = recording.read(0, known).samples.astype(np.float64)
        tail = recording.read(n_samples - known, n_samples).samples.astype(np.float64)
        before = np.stack([_predicted(row[::-1], reach)[::-1] for row in head])
        return _Continued(recording, before, np.stack([_predicted(row, reach) for row in tail]))

    def read(self, start: int, stop: int) -> Real:
        """Samples [start, stop), which may lie outside."""
        n_samples, reach = self.recording.n_samples, self.before.shape[1]
        inside = self.recording.read(max(0, min(start, n_samples)), max(0, min(stop, n_samples)))
        return np.concatenate(
            (
                self.before[:, max(0, reach + start) : max(0, reach + stop)],
                inside.samples,
                self.after[:, max(0, start - n_samples) : max(0, stop - n_samples)],
            ),
            axis=1,
        )


def _predicted(past: Real, length: int) -> Real:
    """Go on after what is known, ever softer; silence where nothing can be learnt."""
    order = min(_EDGE_ORDER, len(past) // 4)
    if order == 0 or not past.any():
        return np.zeros(length)
    model = estimate(past[None], order)[0][0]
    wave = np.concatenate((past[-order:], np.zeros(length)))
    backwards = -model[:0:-1]
    for now in range(order, order + length):
        wave[now] = backwards @ wave[now - order : now]
    fade: Real = np.cos(0.5 * np.pi * np.arange(length) / length) ** 2
    return wave[order:] * fade


def _doubled(edges: _Continued, halves: tuple[Real, Real], low: int, high: int) -> Real:
    """Samples [low, high) of the doubled rate: (channel time)."""
    centre = len(halves[0]) // 2
    start, stop = low // 2, -(-high // 2)
    known = edges.read(start - centre, stop + centre)
    both = np.empty((len(known), 2 * (stop - start)))
    for offset, taps in enumerate(halves):
        both[:, offset::2] = oaconvolve(known, taps[None], "valid", axes=1)
    return both[:, low - 2 * start : high - 2 * start]


def _read(doubled: Real, first: NDArray[np.int64], phase: Real, table: Real) -> Samples:
    """Weighted sums of _READ_TAPS samples from `first` on: (time,)."""
    windows = np.lib.stride_tricks.sliding_window_view(doubled, _READ_TAPS)
    samples = np.empty(len(first), np.float32)
    for begin in range(0, len(first), _CHUNK):
        chunk = slice(begin, begin + _CHUNK)
        step, between = np.divmod(phase[chunk] * _PHASES, 1.0)
        index = step.astype(np.int64)
        taps = table[index]
        taps += (table[index + 1] - taps) * between[:, None]
        samples[chunk] = np.einsum("nt,nt->n", windows[first[chunk]], taps)
    return samples
