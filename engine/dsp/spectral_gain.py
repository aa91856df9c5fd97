"""Gain per bin that takes noise of a known spectrum out of music.

Every bin's prior signal-to-noise ratio is followed through time by the decision-directed rule,
once forwards and once backwards, as the whole recording is at hand; the gain is the geometric
mean of both. Two resolutions are restored and averaged: long frames part close partials and low
notes, short ones keep attacks. Where music stands near a bin, the bin is not taken below what
that music makes likely, which fills the holes a bare gain leaves between partials; where none
does, it is taken further down, which ends the lonely peaks that are heard as musical noise.

Tried and not taken: prior ratios raised or noise raised by the local background (both take
crackle for music or music for crackle), a second pass over the restored spectrum, and choosing
the resolution with the lower expected error (it prefers what takes too much).

References:
    Ephraim & Malah, "Speech Enhancement Using a Minimum Mean-Square Error Log-Spectral Amplitude
    Estimator", IEEE Trans. ASSP 33(2), 1985. Equation numbers in comments are theirs.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter1d
from scipy.special import exp1

from engine.audio import Audio, Samples
from engine.dsp.short_time import ShortTime
from engine.progress import Progress, ignore, part

Power = NDArray[np.float32]

_GRIDS = ((30, 8), (10, 6))
"""Hop in ms and hops per frame: 240 ms and 60 ms."""
_MEMORY_S = 1.0
"""Each hop the decision of the frame before loses the share hop / memory to the new frame."""
_LEAST_PRIOR = 1e-4
_SILENCE = 1e-14
"""Power of a bin below which nothing is done: digital silence has no noise to take."""
_NEAR_SHARE, _NEAR_MOST = 0.2, 10**-0.8
_NEAR_S, _NEAR_HZ = 0.7, 1000.0
"""Music this near in time and frequency holds a bin up: by this share of it, no more than that."""
_NEAR_FROM_HZ = 250.0
"""Rumble lies below; holding it up under bass notes costs more than the holes."""
_LONELY = 0.05
"""A bin around which less than this is left, as a share of the noise, is likely noise itself."""

_TABLE_BITS = 14


def _indexes(values: Power) -> NDArray[np.int32]:
    """Index by a float's exponent and first bits, 512 steps to the octave."""
    index: NDArray[np.int32] = values.view(np.int32) >> _TABLE_BITS
    return index


_LOW, _HIGH = np.float32(1e-6), np.float32(40.0)
_FIRST = int(_indexes(np.array([_LOW]))[0])
_STEPS = np.arange(_FIRST, int(_indexes(np.array([_HIGH]))[0]) + 1, dtype=np.int32)
_MIDDLES = ((_STEPS << _TABLE_BITS) + (1 << (_TABLE_BITS - 1))).view(np.float32)
_DOUBT = np.exp(0.5 * exp1(_MIDDLES.astype(np.float64))).astype(np.float32)


def log_spectral_gain(prior: Power, posterior: Power) -> Power:
    """Gain that makes the expected error of the log spectrum least, Eq. 20, within 0.01 dB.

    Args:
        prior: expected power of the music over that of the noise, any shape, > 0.
        posterior: observed power over that of the noise.

    Returns:
        Linear gain in [0, 1].
    """
    share = prior / (1 + prior)
    # the exponential integral is looked up: computing it took most of the time
    doubt = _DOUBT[_indexes(np.clip(share * posterior, _LOW, _HIGH)) - _FIRST]
    gain: Power = np.minimum(share * doubt, np.float32(1.0))
    return gain


def grids(sample_rate: int) -> tuple[ShortTime, ...]:
    """The short-time grids music is restored on, so that noise can be measured on them."""
    return tuple(ShortTime.of(sample_rate, hop_ms, overlap) for hop_ms, overlap in _GRIDS)


def reduce_noise(
    degraded: Audio, noises: Sequence[Power], least_gain: float, progress: Progress = ignore
) -> Samples:
    """Take noise out of audio, with one gain for all channels.

    Args:
        degraded: never written to.
        noises: power (bin) of the noise, summed over channels, on each of `grids`.
        least_gain: no bin is multiplied by less.
        progress: told after every few frames.

    Returns:
        Samples (channel time) shaped like the degraded.
    """
    restored = np.zeros_like(degraded.samples)
    each = grids(degraded.sample_rate)
    for index, (grid, noise) in enumerate(zip(each, noises, strict=True)):
        share = part(progress, index / len(each), (index + 1) / len(each))
        spectrum = grid.forward(degraded.samples)
        power = np.square(np.abs(spectrum)).sum(axis=0)
        gain = bin_gains(power, noise, grid, degraded.sample_rate, share)
        spectrum *= np.maximum(gain, np.float32(least_gain))
        restored += grid.inverse(spectrum, degraded.n_samples) / np.float32(len(each))
    return restored


def bin_gains(
    power: Power, noise: Power, grid: ShortTime, sample_rate: int, progress: Progress = ignore
) -> Power:
    """Gain (frame bin) for power (frame bin) over noise (bin)."""
    posterior = power / (noise + np.float32(_SILENCE))
    memory = np.float32(max(0.0, 1 - grid.hop_samples / sample_rate / _MEMORY_S))
    gain = np.empty_like(posterior)
    _follow(posterior, gain, memory, part(progress, 0.0, 0.4))
    backward = np.empty_like(posterior)
    _follow(posterior[::-1], backward[::-1], memory, part(progress, 0.4, 0.8))
    gain *= backward
    np.sqrt(gain, out=gain)
    progress(0.8)
    return _judged_by_neighbours(gain, posterior, noise, grid, sample_rate, progress)


def _follow(posterior: Power, gain: Power, memory: np.float32, progress: Progress) -> None:
    """Fill the gain (frame bin), each frame's from itself and the one before, Eq. 51."""
    before = np.ones(posterior.shape[1], np.float32)
    for index, frame in enumerate(posterior):
        if index % 64 == 0:
            progress(index / len(posterior))
        prior = memory * before + (1 - memory) * np.maximum(frame - 1, 0)
        gain[index] = log_spectral_gain(np.maximum(prior, np.float32(_LEAST_PRIOR)), frame)
        before = np.square(gain[index]) * frame


def _judged_by_neighbours(
    gain: Power,
    posterior: Power,
    noise: Power,
    grid: ShortTime,
    sample_rate: int,
    progress: Progress,
) -> Power:
    """The gain, lower where nothing stands near, and not lower than music near makes likely."""
    frame_s, bin_hz = grid.hop_samples / sample_rate, sample_rate / grid.frame_samples
    # roots are averaged, or one click would hold up half a second around it
    amplitude = gain * np.sqrt(posterior)
    near = np.square(_blurred(amplitude, _NEAR_S / frame_s, _NEAR_HZ / bin_hz))
    lowered = gain * np.clip(near / np.float32(_LONELY), 0, 1)
    progress(0.9)
    # the lower of a mean of ratios and a ratio of means: neither loud rumble beside quiet music
    # nor loud music beside quiet noise shall count for more than it is
    level = np.sqrt(noise + np.float32(_SILENCE))
    near_level = _blurred(amplitude * level, _NEAR_S / frame_s, _NEAR_HZ / bin_hz) / level
    near = np.minimum(near, np.square(near_level))
    rise = np.clip(np.arange(grid.n_bins) * bin_hz / _NEAR_FROM_HZ - 1, 0, 1).astype(np.float32)
    least = np.sqrt(np.clip(np.float32(_NEAR_SHARE) * near, 0, np.float32(_NEAR_MOST))) * rise
    judged: Power = np.maximum(lowered, least)
    return judged


def _blurred(values: Power, frames: float, bins: float) -> Power:
    """Mean over so many neighbours."""
    for size, axis in ((bins, 1), (frames, 0)):
        odd = 2 * round(size / 2) + 1
        values = uniform_filter1d(values, odd, axis=axis, mode="nearest")
    return values
