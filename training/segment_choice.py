"""Segment choice: which excerpts of a recording are worth learning from.

Silence is never chosen, and neither are the ends of a recording, where it is faded or announced.
Of the rest those are preferred in which most happens, by three measures of each frame:

    flux       how far 24 bands move from frame to frame, dB
    flatness   geometric over arithmetic mean of the bands, dB: many bands at once, not one tone
    spread     of the energy around its centre, in octaves: bass and treble at once

An excerpt has the mean of each over its frames that are not silent; its score is the mean of its
three ranks among the candidates of the recording, so that no measure outweighs another and a
noisy recording has no advantage. Noises play no part: whether two of them correlate is asked where
they are drawn (see noise_pairs).

Shapes:
    bands   (frame band)   float64, power
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.chain import Rng
from training.recordings import CleanRecording

Values = NDArray[np.float64]

HEAD_S, TAIL_S = 6.0, 12.0
_HEAD_SHARE, _TAIL_SHARE = 0.1, 0.2
"""Of a short recording no more than that is left out."""
_FRAME = 1024
_FRAMES_AT_ONCE = 1024
_N_BANDS = 24
_LOW_HZ = 60.0
_FLOOR = 1e-12
_LEAST_HEARD = 0.5
"""Of the frames of an excerpt, the part that must not be silent."""
_MOST_TRIES = 20


@dataclass(frozen=True)
class Segment:
    """An excerpt: its first sample, and its score in [0, 1]."""

    start: int
    score: float


def choose_diverse(
    recording: CleanRecording, sample_rate: int, n_samples: int, count: int, least_dbfs: float
) -> tuple[Segment, ...]:
    """The excerpts of highest score that do not overlap, the best first.

    Args:
        recording: what to choose from.
        sample_rate: of it, in Hz.
        n_samples: length of an excerpt.
        count: at most so many.
        least_dbfs: frames below it are silent.
    """
    candidates = score_segments(recording, sample_rate, n_samples, least_dbfs)
    chosen: list[Segment] = []
    for each in sorted(candidates, key=lambda each: (-each.score, each.start)):
        if len(chosen) == count:
            break
        if all(abs(each.start - other.start) >= n_samples for other in chosen):
            chosen.append(each)
    return tuple(chosen)


def choose_random(
    recording: CleanRecording, sample_rate: int, n_samples: int, least_dbfs: float, rng: Rng
) -> int:
    """The start of an excerpt anywhere but at the ends, not silent if a few tries find such."""
    first, last = usable_starts(len(recording.steps), sample_rate, n_samples)
    least = 10.0 ** (least_dbfs / 20.0)
    for _ in range(_MOST_TRIES):
        start = int(rng.integers(first, last + 1))
        if np.sqrt(np.mean(np.square(recording.read(start, n_samples)))) >= least:
            break
    return start


def usable_starts(n_total: int, sample_rate: int, n_samples: int) -> tuple[int, int]:
    """First and last sample at which an excerpt may start; all where its ends are most of it."""
    head = int(min(HEAD_S * sample_rate, _HEAD_SHARE * n_total))
    tail = int(min(TAIL_S * sample_rate, _TAIL_SHARE * n_total))
    if head + n_samples + tail <= n_total:
        return head, n_total - tail - n_samples
    return 0, max(0, n_total - n_samples)


def score_segments(
    recording: CleanRecording, sample_rate: int, n_samples: int, least_dbfs: float
) -> tuple[Segment, ...]:
    """Score excerpts that overlap by half, silent ones left out, in the order of time."""
    first, last = usable_starts(len(recording.steps), sample_rate, n_samples)
    bands = _bands(recording, sample_rate)
    if not len(bands):
        return ()
    heard = 10.0 * np.log10(bands.sum(axis=1) + _FLOOR) >= least_dbfs
    measures = _measures(bands)
    starts, found = [], []
    for start in range(first, last + 1, max(1, n_samples // 2)):
        inside = slice(start // _FRAME, max(start // _FRAME + 1, (start + n_samples) // _FRAME))
        if heard[inside].size and heard[inside].mean() >= _LEAST_HEARD:
            starts.append(start)
            found.append(measures[inside][heard[inside]].mean(axis=0))
    if not starts:
        return ()
    scores = _ranks(np.array(found)).mean(axis=1)
    return tuple(Segment(start, float(score)) for start, score in zip(starts, scores, strict=True))


def _measures(bands: Values) -> Values:
    """Flux, flatness and spread (frame 3)."""
    level_db = 10.0 * np.log10(bands + _FLOOR)
    flux = np.abs(np.diff(level_db, axis=0, prepend=level_db[:1])).mean(axis=1)
    flatness = level_db.mean(axis=1) - 10.0 * np.log10(bands.mean(axis=1) + _FLOOR)
    share = bands / (bands.sum(axis=1, keepdims=True) + _FLOOR)
    octave = np.linspace(0.0, 1.0, bands.shape[1])  # up to a factor, of which ranks know nothing
    centre = share @ octave
    spread = np.sqrt(np.maximum(share @ octave**2 - centre**2, 0.0))
    return np.stack([flux, flatness, spread], axis=1)


def _ranks(values: Values) -> Values:
    """Rank of each in its column, in [0, 1]; equal values have the mean of their ranks."""
    if len(values) == 1:
        return np.ones_like(values)
    columns: Sequence[Values] = [_rank(column) for column in values.T]
    return np.stack(columns, axis=1) / (len(values) - 1)


def _rank(column: Values) -> Values:
    _, which, counts = np.unique(column, return_inverse=True, return_counts=True)
    last = np.cumsum(counts) - 1
    ranks: Values = (last - 0.5 * (counts - 1))[which]
    return ranks


def _bands(recording: CleanRecording, sample_rate: int) -> Values:
    """Mean square in bands of equal width in octaves, of frames side by side."""
    n_frames = len(recording.steps) // _FRAME
    edges_hz = np.geomspace(_LOW_HZ, sample_rate / 2, _N_BANDS + 1)
    edges = np.maximum.accumulate(np.rint(edges_hz * _FRAME / sample_rate).astype(int))
    edges = np.maximum(edges, np.arange(_N_BANDS + 1) + 1)
    window = np.hanning(_FRAME)
    scale = 2.0 / (_FRAME * np.sum(window**2))
    parts = []
    for first in range(0, n_frames, _FRAMES_AT_ONCE):
        count = min(_FRAMES_AT_ONCE, n_frames - first)
        frames = recording.read(first * _FRAME, count * _FRAME).reshape(count, _FRAME)
        power = scale * np.abs(np.fft.rfft(frames * window, axis=1)) ** 2
        parts.append(np.add.reduceat(power[:, : edges[-1]], edges[:-1], axis=1))
    return np.concatenate(parts) if parts else np.zeros((0, _N_BANDS))
