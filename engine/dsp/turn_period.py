"""How long a turn of the disc took, from clicks that come back once a turn.

A scratch across the grooves, or the runout, clicks at the same angle every turn. The strength of
clicks, a millisecond each, is compared with itself later: where the delays of one, two, three and
more turns all find it alike, one of them is a turn. The longest of those delays says how long to a
small part of a millisecond.

Shapes:
    strength   (moment)   float64, MOMENTS_PER_S of them a second
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.audio import Recording
from engine.progress import Progress, ignore

MOMENTS_PER_S = 1000
SLOWEST_RPM, FASTEST_RPM = 55.0, 110.0
_READ_S = 10.0
_MOST_TURNS = 24
_LEAST_TURNS = 4
_TRUSTED = 14.0
"""How far a turn stands out among all delays, in deviations; rhythm alone reached 13."""
_HIGHEST = 4.0
"""A click counts no more than this many times the usual, or one loud one would decide."""

Strength = NDArray[np.float64]


@dataclass(frozen=True)
class Turn:
    """A turn that was found.

    Attributes:
        period_s: how long it takes.
        n_turns: how many of them it was measured over.
        standing: how far it stands out among other delays, in deviations of theirs.
    """

    period_s: float
    n_turns: int
    standing: float

    @property
    def rpm(self) -> float:
        """Turns a minute."""
        return 60.0 / self.period_s


def find_turn(
    recording: Recording, start: int, stop: int, progress: Progress = ignore
) -> Turn | None:
    """The turn of a disc in samples [start, stop); None where no click comes back regularly.

    Args:
        recording: any number of channels.
        start: first sample.
        stop: one past the last; ten turns and more are wanted, four are the least.
        progress: asked every ten seconds of the recording.
    """
    strength = click_strength(recording, start, stop, progress)
    n_turns = min(_MOST_TURNS, int(len(strength) / MOMENTS_PER_S * SLOWEST_RPM / 60.0) - 1)
    if n_turns < _LEAST_TURNS:
        return None
    alike = _alike(strength)
    first, last = (round(60.0 * MOMENTS_PER_S / rpm) for rpm in (FASTEST_RPM, SLOWEST_RPM))
    # half a moment a step at the longest delay
    delays = np.arange(first, last, 0.5 / n_turns)
    turns = np.arange(1, n_turns + 1)
    found = np.interp(np.multiply.outer(delays, turns), np.arange(len(alike)), alike)
    scores = found.mean(axis=1)
    best = int(np.argmax(scores))
    spread = 1.4826 * float(np.median(np.abs(scores - np.median(scores))))
    standing = float(scores[best] - np.median(scores)) / spread if spread > 0.0 else 0.0
    if standing < _TRUSTED:
        return None
    return Turn(_refined(delays, scores, best) / MOMENTS_PER_S, n_turns, standing)


def click_strength(
    recording: Recording, start: int, stop: int, progress: Progress = ignore
) -> Strength:
    """How strong clicks are at every moment: steps of the steps, against the usual around."""
    rate = recording.sample_rate
    per_moment = rate / MOMENTS_PER_S
    n_moments = int((stop - start) / per_moment)
    strength = np.zeros(n_moments)
    length = round(_READ_S * MOMENTS_PER_S)
    for first in range(0, n_moments, length):
        progress(first / max(1, n_moments))
        last = min(first + length, n_moments)
        edges = np.round(np.arange(first, last + 1) * per_moment).astype(np.int64)
        audio = recording.read(start + int(edges[0]), start + int(edges[-1]))
        steps = np.abs(np.diff(audio.samples.astype(np.float64), n=2, axis=1)).max(axis=0)
        steps = np.concatenate((steps, steps[-1:], steps[-1:])) if len(steps) else np.zeros(2)
        peaks = np.maximum.reduceat(steps, np.minimum(edges[:-1] - edges[0], len(steps) - 1))
        usual = float(np.median(peaks))
        if usual > 0.0:
            strength[first:last] = np.minimum(peaks / usual, 10.0)
    rare = np.maximum(strength - np.percentile(strength, 90) if n_moments else strength, 0.0)
    return np.minimum(rare, _HIGHEST)


def _alike(strength: Strength) -> Strength:
    """How alike it is to itself later, by the delay in moments."""
    centred = strength - strength.mean()
    # a click of the next turn may fall into the moment beside
    centred = np.convolve(centred, (0.25, 0.5, 0.25), mode="same")
    n_fft = 1 << (2 * len(centred) - 1).bit_length()
    power = np.square(np.abs(np.fft.rfft(centred, n_fft)))
    alike = np.fft.irfft(power, n_fft)[: len(centred)]
    overlap = np.arange(len(centred), 0, -1)
    return np.asarray(alike / overlap, np.float64)


def _refined(delays: Strength, scores: Strength, best: int) -> float:
    """The middle of the peak, by what of it stands above its half."""
    low = high = best
    half = 0.5 * (scores[best] + float(np.median(scores)))
    while low > 0 and scores[low - 1] > half:
        low -= 1
    while high < len(scores) - 1 and scores[high + 1] > half:
        high += 1
    weights = scores[low : high + 1] - half
    if weights.sum() <= 0.0:
        return float(delays[best])
    return float(np.average(delays[low : high + 1], weights=weights))
