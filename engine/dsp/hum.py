"""Hum: what of a recording follows the harmonics of the mains, steadily, all the time.

A harmonic is taken for hum where its beats against the mains stay in phase for eight seconds on
end, in most of the recording; music does not. Its amplitude is a mean over some 24 s in which
beats far from it hardly count, so that a note near a harmonic moves it little, and what all
harmonics turn and swell by together is followed within 3 s. The hum is put together from that and
taken off as it is: no filter, so nothing is delayed and nothing else is lost.

Shapes:
    low     (channel time)            float32
    beats   (channel harmonic beat)   complex128

References:
    Widrow et al., "Adaptive Noise Cancelling: Principles and Applications", Proc. IEEE 63(12),
    1975: hum cancelled by a reference at its frequency, amplitude and phase adapted.
    Huber, "Robust Statistics", Wiley 1981: means by reweighting; the weights here are Cauchy's.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.signal import fftconvolve

from engine.audio import Audio, Recording, Samples
from engine.dsp import mains
from engine.dsp.hum_beats import BEAT_S, Complex, Lowering, Real, beat, sound
from engine.dsp.hum_profile import Hum, is_hum
from engine.progress import Progress, ignore, part

MOST_HARMONICS = 40
LEAST_S = 8.0
"""Shortest recording in which hum can be told from notes, in seconds."""
_BLOCK_S, _MOST_BLOCKS = 30.0, 40
_RANGE_HZ = 1.0
_VOTERS = 20
_AMPLITUDE_S, _TURN_S = 24.0, 3.0
_ROUNDS = 10
_TOLERANCE = 0.1
"""Deviation from a harmonic's amplitude at which a beat counts half, as a share of it."""
_GAINS, _LEAST_WEIGHT = (0.05, 4.0), 0.01
"""Range of the level that all harmonics share, and the weight below which beats say nothing."""
_CHOIR = 3
"""Harmonics that can tell a swell of the hum from a note on one of them."""
_STEADY_S = 8.0
_STEADY, _FAINTLY_STEADY = 0.85, 0.7
"""Length of the mean beat over its root mean square; music stays below 0.75, hum is near 1. Where
there is hum for certain, its fainter harmonics are let in with less."""
_HEADROOM = 2.0
"""Most that a harmonic may rise above its usual amplitude."""
_SILENT_RUN_S = 0.002
_NOTHING = 1e-12


@dataclass(frozen=True)
class _Followed:
    """A stretch with its mains followed: the phase, and beats against it."""

    phase: Real
    beats: Complex


def find_hum(
    recording: Recording, mains_hz: float, n_harmonics: int, progress: Progress = ignore
) -> Hum:
    """What the hum of a recording is like.

    Args:
        recording: at least LEAST_S long; of a long one, stretches all over it are looked at.
        mains_hz: the mains frequency to within 1 Hz; 0 has it measured.
        n_harmonics: harmonics there are; 0 has them found. With both given nothing is doubted.
        progress: told after each stretch.
    """
    lowering = Lowering.of(recording.sample_rate)
    low_rate = lowering.sample_rate
    blocks = _blocks(recording)
    centre_hz = mains_hz or _measure(recording, lowering, blocks, part(progress, 0.0, 0.4))
    search = _around(centre_hz)
    most = n_harmonics or min(MOST_HARMONICS, int(0.45 * low_rate / search.high_hz))
    voters = range(1, min(_VOTERS, most) + 1)
    steady: list[Real] = []
    sizes: list[Real] = []
    for index, block in enumerate(blocks):
        progress(0.4 + 0.6 * index / len(blocks), "measuring the hum")
        low = lowering.lower(recording.read(block.start, block.stop).samples)
        followed = _follow(low, low_rate, search, voters, most)
        steady.append(steadiness(followed.beats))
        sizes.append(np.abs(settle(followed.beats, voters)))
    usual = np.median(np.concatenate(sizes, axis=2), axis=2)
    if mains_hz and n_harmonics:
        return Hum(centre_hz, _as_rows(usual))
    # the channel in which it is steadiest decides for all: levels differ, the mains do not
    typical = np.median(np.concatenate(steady, axis=2), axis=2).max(axis=0)
    certain = tuple(int(k) + 1 for k in np.flatnonzero(typical > _STEADY))
    if not is_hum(certain, centre_hz, bool(mains_hz)):
        return Hum(centre_hz)
    if not n_harmonics:
        usual = np.where(typical > _FAINTLY_STEADY, usual, 0.0)
    return Hum(centre_hz, _as_rows(usual))


def estimate_hum(degraded: Audio, hum: Hum, progress: Progress = ignore) -> Samples:
    """The hum (channel time) in a stretch of a recording; silence has none."""
    lowering = Lowering.of(degraded.sample_rate)
    low = lowering.lower(degraded.samples)
    progress(0.1)
    most = hum.present[-1]
    followed = _follow(
        low,
        lowering.sample_rate,
        _around(hum.mains_hz),
        hum.present,
        most,
        part(progress, 0.1, 0.6),
    )
    progress(0.6)
    settled = settle(followed.beats, hum.present)
    usual = np.asarray(hum.usual)[:, :most, None]
    size = np.abs(settled)
    settled *= np.minimum(1.0, _HEADROOM * usual / np.maximum(size, _NOTHING))
    progress(0.75)
    samples = lowering.lift(
        sound(settled, lowering.sample_rate, followed.phase), degraded.n_samples
    )
    samples[_silent(degraded.samples, round(_SILENT_RUN_S * degraded.sample_rate))] = 0.0
    return samples


def settle(beats: Complex, voters: Sequence[int]) -> Complex:
    """The beats of the hum alone: steady amplitudes, and the turn that all harmonics share.

    Args:
        beats: (channel harmonic beat).
        voters: the harmonics that say how far it has turned, from 1.
    """
    harmonics = np.arange(1, beats.shape[1] + 1)[None, :, None]
    used = np.isin(harmonics, np.asarray(voters))
    size = np.abs(beats)
    heard = size > _NOTHING
    usual = np.maximum(np.median(size, axis=2, keepdims=True), _NOTHING)
    weight = heard.astype(np.float64)
    limited = beats * np.minimum(1.0, usual / np.maximum(size, _NOTHING))
    amplitude = _mean(limited, weight, _AMPLITUDE_S)
    turn, gain = np.zeros(beats.shape[2]), np.ones(beats.shape[2])
    for _ in range(_ROUNDS):
        still = beats * np.exp(-1j * harmonics * turn)
        deviation = np.abs(still - gain * amplitude) / (_TOLERANCE * usual)
        weight = heard / (1.0 + deviation**2)
        amplitude = _mean(still / gain, weight * gain**2, _AMPLITUDE_S)
        share = used / usual**2
        agreement = share * weight * gain * still * np.conj(amplitude)
        size = share * np.abs(amplitude) ** 2
        # one step of Gauss and Newton on the phase common to all
        pull = (harmonics * agreement.imag).sum(axis=(0, 1))
        turn += _step(pull, harmonics**2 * weight * size * gain**2, harmonics**2 * size)
        change = ((agreement.real / gain) - weight * size).sum(axis=(0, 1))
        if len(voters) >= _CHOIR:
            gain = np.clip(1.0 + _step(change, weight * size, size), *_GAINS)
    settled: Complex = gain * amplitude * np.exp(1j * harmonics * turn)
    return settled


def _step(pull: Real, weighed: Real, unweighed: Real) -> Real:
    """Mean of a pull around each beat, none where music outweighs the hum."""
    near = np.ones_like(pull)
    mass = _mean(weighed.sum(axis=(0, 1)), near, _TURN_S).real
    least = _LEAST_WEIGHT * unweighed.sum(axis=(0, 1))
    step: Real = _mean(pull, near, _TURN_S).real / np.maximum(mass + least, _NOTHING)
    return step


def steadiness(beats: Complex) -> Real:
    """How well beats (channel harmonic beat) stay in phase around each: 1 for a steady tone."""
    ones = np.ones(beats.shape)
    mean = np.abs(_mean(beats, ones, _STEADY_S))
    power = _mean((beats * np.conj(beats)), ones, _STEADY_S).real
    steady: Real = mean / np.sqrt(np.maximum(power, _NOTHING**2))
    return steady


def _follow(
    low: Samples,
    low_rate: float,
    search: mains.Search,
    voters: Sequence[int],
    most: int,
    progress: Progress = ignore,
) -> _Followed:
    """Follow the mains, twice corrected by the phases of the harmonics."""
    track = mains.find_track(mains.score(low, low_rate, search), search)
    progress(0.3)
    for done in (0.5, 0.7):
        phase = mains.track_to_phase(track, low.shape[1], low_rate)
        reach = max(voters)
        track = mains.refine_track(track, beat(low, low_rate, phase, reach), voters)
        progress(done)
    phase = mains.track_to_phase(track, low.shape[1], low_rate)
    return _Followed(phase, beat(low, low_rate, phase, most))


def _measure(
    recording: Recording, lowering: Lowering, blocks: list[slice], progress: Progress
) -> float:
    """The mains frequency in Hz that most of the recording speaks for."""
    search = mains.Search()
    total = np.zeros(len(search.candidates()))
    for index, block in enumerate(blocks):
        progress(index / len(blocks), "measuring the mains frequency")
        low = lowering.lower(recording.read(block.start, block.stop).samples)
        total += mains.weigh_candidates(mains.score(low, lowering.sample_rate, search))
    return mains.choose(total / len(blocks), search)


def _around(mains_hz: float) -> mains.Search:
    return mains.Search(
        max(mains.LOWEST_HZ, mains_hz - _RANGE_HZ), min(mains.HIGHEST_HZ, mains_hz + _RANGE_HZ)
    )


def _blocks(recording: Recording) -> list[slice]:
    """Stretches all over a recording: all of it if it is not too long."""
    length = round(_BLOCK_S * recording.sample_rate)
    count = -(-recording.n_samples // length)
    if count <= _MOST_BLOCKS:
        edges = [recording.n_samples * i // count for i in range(count + 1)]
        return [slice(a, b) for a, b in zip(edges[:-1], edges[1:], strict=True)]
    starts = np.linspace(0, recording.n_samples - length, _MOST_BLOCKS).astype(np.int64)
    return [slice(int(start), int(start) + length) for start in starts]


def _mean(values: NDArray[np.inexact], weight: Real, length_s: float) -> Complex:
    """Weighted mean over a time around each beat."""
    window = np.hanning(2 * round(length_s / BEAT_S / 2) + 3)[1:-1]
    window = window.reshape((1,) * (values.ndim - 1) + (-1,))
    n_beats = values.shape[-1]
    lead = window.shape[-1] // 2
    kept = (..., slice(lead, lead + n_beats))
    total = fftconvolve(values * weight, window, axes=-1)[kept]
    mass = fftconvolve(weight, window, axes=-1)[kept]
    mean: Complex = (total / np.maximum(mass, _NOTHING)).astype(np.complex128)
    return mean


def _silent(samples: Samples, least: int) -> NDArray[np.bool_]:
    """Samples in runs of digital silence that long."""
    silent = np.zeros(samples.shape, bool)
    for flags, row in zip(silent, samples, strict=True):
        edges = np.flatnonzero(np.diff(np.concatenate(([False], row == 0.0, [False]))))
        for start, stop in edges.reshape(-1, 2):
            if stop - start >= least:
                flags[start:stop] = True
    return silent


def _as_rows(usual: Real) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(float(value) for value in row) for row in usual)
