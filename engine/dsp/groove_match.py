"""How the two walls of a mono groove stand to each other: level, time, polarity.

What the walls carry in common is the music; where it stands far above the noise their spectra
differ by one factor and one delay alone. Both are read there: the delay from the slope of the
phase, each bin counting by how well its phase is known, the factor from the levels. Each wall is
then brought half the way to the other, so that the music is when it is in their plain sum.

Shapes:
    pair       (2 time)        float32, left and right wall
    spectrum   (frame bin)     complex64

References:
    Knapp & Carter, "The Generalized Correlation Method for Estimation of Time Delay",
    IEEE Trans. ASSP 24(4), 1976.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter1d
from scipy.signal import oaconvolve

from engine.audio import Recording, Samples
from engine.dsp.short_time import ShortTime, Spectrum
from engine.progress import Progress, ignore

Real = NDArray[np.float64]

_HOP_MS, _OVERLAP, _SMOOTH_FRAMES = 24, 4, 25
_PIECE_S, _MOST_PIECES = 4.0, 40
"""A long recording is looked at in that many pieces, spread over it."""
_LONGEST_S = 0.001
_FINER = 8
_FOR_DELAY, _FOR_GAIN = 0.9, 0.98
"""Coherence from which a bin counts."""
_DOUBT = 1e-3
_FAINTEST = 1e-6
"""Power of a bin that counts, to the strongest: below lies what windows and codecs leave."""
_HIGHEST_HZ = 14000.0
_MUSIC_HZ = (150.0, 5000.0)
_LEAST_LIKENESS = 0.2
_HALF_TAPS, _BETA = 64, 10.0
_AT_ONCE = 1e-5
"""A delay in samples that makes no difference."""


@dataclass(frozen=True)
class Match:
    """The right wall is `gain` times the left one and `delay_s` later.

    gain: below 0 where the walls move against each other, as on hill-and-dale discs.
    likeness: correlation of the walls in the band of the music, -1 .. 1.
    """

    gain: float = 1.0
    delay_s: float = 0.0
    likeness: float = 1.0


class Matched:
    """A stereo pick-up whose walls stand alike: half their sum, and their difference."""

    def __init__(self, recording: Recording, match: Match) -> None:
        self.recording = recording
        delay = 0.5 * match.delay_s * recording.sample_rate
        self._walls = (_Wall.of(-delay, match, 0.5), _Wall.of(delay, match, -0.5))
        self._sign = np.float32(np.sign(match.gain))

    def read(self, start: int, stop: int) -> tuple[Samples, Samples]:
        """Samples [start, stop), silence where there are none: middle (time,), difference (time,).

        The difference is left minus right wall; the music in the middle has the left one's sign.
        """
        reach = max(wall.reach for wall in self._walls)
        pair = self._padded(start - reach, stop + reach)
        left, right = (
            wall.moved(row[reach - wall.reach : len(row) - reach + wall.reach])
            for wall, row in zip(self._walls, pair, strict=True)
        )
        right *= self._sign
        return np.float32(0.5) * (left + right), left - right

    def _padded(self, start: int, stop: int) -> Samples:
        n_samples = self.recording.n_samples
        low, high = min(max(0, start), n_samples), max(0, min(stop, n_samples))
        pair = np.zeros((2, stop - start), np.float32)
        if low < high:
            pair[:, low - start : high - start] = self.recording.read(low, high).samples
        return pair


@dataclass(frozen=True, eq=False)
class _Wall:
    """What brings one wall to the middle: a factor, and taps that reach `reach` samples around."""

    taps: Real

    @staticmethod
    def of(delay: float, match: Match, exponent: float) -> "_Wall":
        """Read `delay` samples later, at the gain to the power of `exponent`."""
        factor = abs(match.gain) ** exponent
        if abs(delay) < _AT_ONCE:
            return _Wall(np.array([factor]))
        half = _HALF_TAPS + int(np.ceil(abs(delay)))
        position = np.arange(-half, half + 1) + delay
        taps = (
            np.sinc(position)
            * np.i0(_BETA * np.sqrt(np.maximum(0.0, 1.0 - np.square(position / _HALF_TAPS))))
            * (np.abs(position) < _HALF_TAPS)
        )
        return _Wall(taps * (factor / taps.sum()))

    @property
    def reach(self) -> int:
        """Samples it looks at on each side."""
        return len(self.taps) // 2

    def moved(self, samples: Samples) -> Samples:
        """Samples (time,) without the `reach` at each end."""
        moved: Samples = oaconvolve(samples, self.taps, "valid").astype(np.float32)
        return moved


def measure_match(recording: Recording, progress: Progress = ignore) -> Match:
    """Compare the walls of a stereo pick-up wherever the music is far above the noise.

    Silence, or walls with nothing in common, count as matched.
    """
    grid = ShortTime.of(recording.sample_rate, _HOP_MS, _OVERLAP)
    found = _Found.of(grid, recording.sample_rate)
    spans = _spans(recording, grid)
    for index, (start, stop) in enumerate(spans):
        progress(index / len(spans), "comparing the walls")
        found.add(grid.inside(recording.read(start, stop).samples))
    return found.match()


def _spans(recording: Recording, grid: ShortTime) -> list[tuple[int, int]]:
    """Pieces of a recording, all of it where it is short."""
    n_samples = recording.n_samples
    piece = max(round(_PIECE_S * recording.sample_rate), 4 * grid.frame_samples)
    if n_samples < grid.frame_samples:
        return []
    count = max(1, n_samples // piece)
    used = min(count, _MOST_PIECES)
    starts = [index * count // used * piece for index in range(used)]
    stops = [min(start + piece, n_samples) for start in starts]
    if used == count:
        stops[-1] = n_samples
    return list(zip(starts, stops, strict=True))


@dataclass(eq=False)
class _Found:
    """What adds up over the pieces: the spectra of both walls and of what they share."""

    hz: Real
    rate: int
    n_fft: int
    turns: NDArray[np.complex128]
    """Phase factors between the walls, each as often as it is sure: (bin,)."""
    shared: NDArray[np.complex128]
    powers: Real
    """Of left and right wall: (2 bin)."""
    log_gain: float = 0.0
    log_weight: float = 0.0

    @staticmethod
    def of(grid: ShortTime, rate: int) -> "_Found":
        hz = np.arange(grid.n_bins) * rate / grid.frame_samples
        none = np.zeros(grid.n_bins, np.complex128)
        powers = np.zeros((2, grid.n_bins))
        return _Found(hz, rate, grid.frame_samples, none, none.copy(), powers)

    def add(self, pair: Spectrum) -> None:
        """Count the frames of a piece (2 frame bin)."""
        left, right = pair
        cross = left * right.conj()
        powers = np.square(np.abs(pair))
        self.shared += cross.sum(axis=0)
        self.powers += powers.sum(axis=1)
        mean = _smoothed(cross.real) + 1j * _smoothed(cross.imag)
        left_power, right_power = _smoothed(powers[0]) + 1e-20, _smoothed(powers[1]) + 1e-20
        product = left_power * right_power
        coherence = np.square(np.abs(mean)) / product
        faint = product < _FAINTEST**2 * product.max(axis=1, keepdims=True)
        coherence[faint | (self.hz > _HIGHEST_HZ)] = 0.0
        sure = coherence / (1.0 - np.minimum(coherence, 1.0) + _DOUBT)
        unit = mean / (np.abs(mean) + 1e-20)
        self.turns += (np.where(coherence > _FOR_DELAY, sure, 0.0) * unit).sum(axis=0)
        weight = np.where(coherence > _FOR_GAIN, sure, 0.0)
        self.log_gain += float((weight * np.log(right_power / left_power)).sum()) / 2.0
        self.log_weight += float(weight.sum())

    def match(self) -> Match:
        """Put it together."""
        delay_s, sign = self._delay()
        shared = (self.shared * np.exp(-2j * np.pi * self.hz * delay_s)).real
        band = (self.hz > _MUSIC_HZ[0]) & (self.hz < _MUSIC_HZ[1])
        both = np.sqrt(np.prod(self.powers[:, band].sum(axis=1)))
        likeness = float(shared[band].sum() / both) if both > 0.0 else 1.0
        if abs(likeness) < _LEAST_LIKENESS or self.log_weight == 0.0:
            return Match(likeness=likeness)
        gain = sign * float(np.exp(self.log_gain / self.log_weight))
        return Match(gain, delay_s, likeness)

    def _delay(self) -> tuple[float, float]:
        """How much later the right wall is, in seconds, and the sign it has."""
        if not self.turns.any():
            return 0.0, 1.0
        finer = self.n_fft * _FINER
        likeness = np.fft.irfft(self.turns, finer)
        reach = max(1, round(_LONGEST_S * self.rate * _FINER))
        near = np.concatenate((likeness[-reach:], likeness[: reach + 1]))
        best = int(np.argmax(np.abs(near)))
        sign = float(np.sign(near[best]))
        delay_s = -(best - reach) / (self.rate * _FINER)
        weight = np.abs(self.turns)
        bent = float((weight * self.hz**2).sum())
        for _ in range(3):
            rest = np.angle(sign * self.turns * np.exp(-2j * np.pi * self.hz * delay_s))
            delay_s += float((weight * self.hz * rest).sum()) / bent / (2.0 * np.pi)
        return delay_s, sign


def _smoothed(values: NDArray[np.floating]) -> Real:
    smooth: Real = uniform_filter1d(values.astype(np.float64), _SMOOTH_FRAMES, axis=0)
    return smooth
