"""Mains frequency followed through a recording, from the harmonics that hum leaves in it.

Hum is what is always there: in spectra of some seconds each, the power at all multiples of a
candidate frequency is told against what lies around it, with a limit to what one of them may say,
so that loud notes do not outvote the rest; the path through time that gathers most, and may drift
only slowly, is the mains. Phases refine it: how far each harmonic turns in a second, against the
path, tells its error to some thousandths of a hertz.

Shapes:
    low     (channel time)        float32, brought down to a low rate
    scores  (frame candidate)     float64
    track   (frame)               float64, Hz, one each `HOP_S`

References:
    Viterbi, "Error Bounds for Convolutional Codes", IEEE Trans. Information Theory 13(2), 1967.
    Brixen, "Techniques for the Authentication of Digital Audio Recordings", AES 122nd Convention,
    2007: mains drift slowly and alike in all harmonics.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.fft import next_fast_len, rfft
from scipy.ndimage import maximum_filter1d, minimum_filter1d, uniform_filter1d
from scipy.signal import fftconvolve, get_window, savgol_filter

from engine.audio import Samples
from engine.dsp.hum_beats import BEAT_S, Complex, Real

LOWEST_HZ, HIGHEST_HZ = 40.0, 70.0
HOP_S = 0.5
"""Time between two values of a track."""
_FRAME_S = 4.0
_STEP_HZ = 0.02
_PAD = 4
_VOTERS = 20
"""Harmonics that vote for a frequency; high ones less, as notes fall on some of them anyway."""
_LASTING_FRAMES = 5
"""A vote is the least within so many frames: notes come and go."""
_NEAR_HZ, _BESIDE_HZ = 8.0, 0.75
_LIMIT = 4.0
"""Most that a harmonic may say in a frame: log of its power over that around it."""
_DRIFT_COST = 2.0
"""Cost of a step of the grid from frame to frame."""
_PRIOR, _PRIOR_HZ = 0.5, 1.0
"""Benefit of a doubt for 50 and 60 Hz: one harmonic alone may be of either or of neither."""
_SMOOTH_FRAMES = 17
_LAG, _NEAR_BEATS = 4, 17
"""Beats whose turn is measured, and beats over which it is averaged."""
_WORST_HZ, _FINEST_HZ = 0.06, 0.001
_NOTHING = 1e-24


@dataclass(frozen=True)
class Search:
    """Candidate frequencies between two, in Hz."""

    low_hz: float = LOWEST_HZ
    high_hz: float = HIGHEST_HZ

    def candidates(self) -> Real:
        """All of them."""
        count = max(1, round((self.high_hz - self.low_hz) / _STEP_HZ))
        return np.linspace(self.low_hz, self.high_hz, count + 1)


def n_frames(n_low: int, low_rate: float) -> int:
    """How many values a track of so many lowered samples has."""
    return int(n_low / low_rate / HOP_S) + 1


def score(low: Samples, low_rate: float, search: Search) -> Real:
    """How much each candidate has for it in each frame: scores (frame candidate)."""
    candidates = search.candidates()
    voters = min(_VOTERS, max(1, int(0.45 * low_rate / search.high_hz)))
    length = round(_FRAME_S * low_rate)
    n_fft = next_fast_len(_PAD * length, real=True)
    used = min(n_fft // 2 + 1, round((voters * search.high_hz + 50.0) * n_fft / low_rate))
    harmonics = np.arange(1, voters + 1)[:, None] * candidates
    bins = np.minimum(np.rint(harmonics * n_fft / low_rate).astype(np.int64), used - 1)
    window = get_window("hann", length).astype(np.float32)
    near = max(3, round(2 * _NEAR_HZ * n_fft / low_rate))
    beside = max(3, round(2 * _BESIDE_HZ * n_fft / low_rate))
    padded = np.pad(low, ((0, 0), (length // 2, length)))
    votes = np.zeros((n_frames(low.shape[1], low_rate), *bins.shape), np.float32)
    for frame, vote in enumerate(votes):
        start = round(frame * HOP_S * low_rate)
        spectrum = rfft(padded[:, start : start + length] * window, n_fft, axis=1)[:, :used]
        power = np.sum(spectrum.real**2 + spectrum.imag**2, axis=0, dtype=np.float64)
        level = np.log(power + 1e-12)
        above = np.clip(level - uniform_filter1d(level, near, mode="nearest"), 0.0, _LIMIT)
        # clear hum reaches the limit far from its frequency; only its very peak says it all
        above *= np.exp(0.5 * (level - maximum_filter1d(level, beside, mode="nearest")))
        vote[:] = above[bins]
    lasting = minimum_filter1d(votes, _LASTING_FRAMES, axis=0, mode="nearest")
    weights = 1.0 / np.sqrt(np.arange(1, voters + 1))
    return np.asarray(np.einsum("fkc,k->fc", lasting, weights), np.float64)


def find_path(scores: Real) -> NDArray[np.int64]:
    """The candidate of each frame on the best path that drifts slowly."""
    steps = np.arange(-3, 4)
    best = scores[0].copy()
    came_from = np.zeros(scores.shape, np.int8)
    for frame in range(1, len(scores)):
        padded = np.pad(best, 3, constant_values=-np.inf)
        options = np.stack(
            [padded[3 + s : 3 + s + len(best)] - _DRIFT_COST * abs(s) for s in steps]
        )
        choice = options.argmax(axis=0)
        came_from[frame] = steps[choice]
        best = options[choice, np.arange(len(best))] + scores[frame]
    path = np.zeros(len(scores), np.int64)
    path[-1] = best.argmax()
    for frame in range(len(scores) - 1, 0, -1):
        path[frame - 1] = path[frame] + came_from[frame, path[frame]]
    return path


def weigh_candidates(scores: Real) -> Real:
    """What a stretch of frames says for each candidate, drift of a quarter of a hertz forgiven."""
    mean: Real = maximum_filter1d(uniform_filter1d(scores, 9, axis=0), 9, axis=1).mean(axis=0)
    return mean


def choose(weights: Real, search: Search) -> float:
    """The frequency in Hz with most for it."""
    candidates = search.candidates()
    doubt = [np.exp(-(((candidates - mains) / _PRIOR_HZ) ** 2)) for mains in (50.0, 60.0)]
    best = weights + _PRIOR * np.maximum(*doubt)
    return float(candidates[best.argmax()])


def find_track(scores: Real, search: Search) -> Real:
    """The mains frequency over time: the best path, its steps smoothed away."""
    return _smoothed(search.candidates()[find_path(scores)])


def track_to_phase(track: Real, n_low: int, low_rate: float) -> Real:
    """Phase of the fundamental in radians, for every lowered sample."""
    at = np.arange(n_low) / (HOP_S * low_rate)
    frequency_hz = np.interp(at, np.arange(len(track)), track)
    phase: Real = np.cumsum(frequency_hz) * (2.0 * np.pi / low_rate)
    return phase


def refine_track(track: Real, beats: Complex, present: Sequence[int]) -> Real:
    """A track corrected by how fast the beats against it turn.

    Args:
        track: (frame) in Hz.
        beats: (channel harmonic beat) against this track.
        present: the harmonics to listen to, from 1.
    """
    used = np.asarray(present) - 1
    chosen = beats[:, used]
    turned = chosen[:, :, _LAG:] * np.conj(chosen[:, :, :-_LAG])
    if not turned.size:
        return track
    # square roots: a loud note counts for more than hum, but not for its power
    turned = (turned / np.sqrt(np.abs(turned) + _NOTHING)).sum(axis=0)
    near = np.hanning(_NEAR_BEATS + 2)[1:-1]
    mean = fftconvolve(turned, near[None], mode="same", axes=1)[:, : turned.shape[1]]
    errors_hz = np.arange(-_WORST_HZ, _WORST_HZ + _FINEST_HZ / 2, _FINEST_HZ)
    turns = np.outer(used + 1, 2.0 * np.pi * _LAG * BEAT_S * errors_hz)
    agreement = mean.real.T @ np.cos(turns) + mean.imag.T @ np.sin(turns)
    error_hz = errors_hz[agreement.argmax(axis=1)]
    at_s = (np.arange(len(error_hz)) + _LAG / 2) * BEAT_S
    return _smoothed(track + np.interp(np.arange(len(track)) * HOP_S, at_s, error_hz))


def _smoothed(track: Real) -> Real:
    """Parabolas fitted to 8.5 s: a mean would bend the ends of a track that drifts."""
    length = min(_SMOOTH_FRAMES, len(track) - 1 + len(track) % 2)
    if length < 5:
        return track
    return np.asarray(savgol_filter(track, length, 2, mode="interp"), np.float64)
