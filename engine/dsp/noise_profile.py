"""Noise profile: the power of the groove noise in each bin of a short-time spectrum.

It is measured where nothing but noise is heard, or estimated from a whole recording: stationary
noise is the level a bin comes down to again and again, so a low quantile of its power over time,
scaled up by what that quantile is of the mean for Gaussian noise, follows the noise and not the
music above it.

References:
    Martin, "Noise Power Spectral Density Estimation Based on Optimal Smoothing and Minimum
    Statistics", IEEE Trans. Speech and Audio Processing 9(5), 2001.
    Stahl, Fischer & Bippus, "Quantile Based Noise Estimation for Spectral Subtraction and Wiener
    Filtering", ICASSP 2000.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter1d

from engine.audio import Audio, Recording
from engine.dsp.short_time import ShortTime
from engine.progress import Progress, ignore

Power = NDArray[np.float32]

LEAST_S = 0.05
"""Shortest noise that can be measured, in seconds."""
_ALIKE_SHARE = 0.02
_BLOCK_S = 5.0
_HOP_MS, _OVERLAP = 40, 4
"""Frames of 160 ms: shorter ones smear bass notes over the noise between them."""
_SMOOTH_FRAMES = 12
_QUANTILE = 0.03
_BIAS_DB = 3.6
"""The quantile of Gaussian noise lies 4.2 dB below its mean; with less made good, the estimate errs
towards leaving noise."""
_UPPER_QUANTILE, _STEADY_DB, _DOUBT = 0.2, 2.5, 3.0
"""Gaussian noise has 2.5 dB from the lower to the upper quantile. The rests of restless music are
less alike: for every dB more the estimate goes down by 3 dB, or music would be taken for noise."""
_NEAR_BINS, _NEAR_SHARE = 4, 0.12
_BASS_HZ, _BASS_QUANTILE, _TREBLE_QUANTILE = 500.0, 0.2, 0.5
_DIGITAL_SILENCE = 1e-12
_LOWEST_DB, _STEP_DB, _STEPS = -180.0, 0.5, 500


def measure_noise(noise: Audio, grid: ShortTime) -> Power:
    """Power in each bin (bin), summed over channels, of samples with nothing but noise.

    Noise shorter than a frame is measured with the frame it fills and scaled to the whole.
    """
    samples = noise.samples
    missing = grid.frame_samples - noise.n_samples
    scale = 1.0
    if missing > 0:
        samples = np.pad(samples, ((0, 0), (missing // 2, missing - missing // 2)))
        covered = grid.window()[missing // 2 : missing // 2 + noise.n_samples]
        scale = grid.overlap * grid.hop_samples / 2 / float(covered @ covered)
    power = np.square(np.abs(grid.inside(samples))) * np.float32(scale)
    # clicks raise the mean and hardly the mean level, which lies 2.5 dB below it for Gaussian
    # noise: halfway between, few clicks do little and steady crackle still counts
    typical = np.exp(np.log(power + 1e-20).mean(axis=1) + np.euler_gamma)
    middle = np.sqrt(power.mean(axis=1) * typical).sum(axis=0)
    # what few frames cannot average, neighbouring bins do
    alike = max(1, round(2 * grid.frame_samples / noise.n_samples))
    return _smoothed(uniform_filter1d(middle, alike, mode="nearest"))


def _smoothed(power: NDArray[np.floating]) -> Power:
    """Mean over 2 % of frequency to either side: lines of hum and the edge of rumble stay."""
    bins = np.arange(len(power))
    reach = (_ALIKE_SHARE * bins).astype(np.int64)
    low, high = bins - reach, np.minimum(bins + reach + 1, len(power))
    sums = np.concatenate(([0.0], np.cumsum(power, dtype=np.float64)))
    smoothed: Power = ((sums[high] - sums[low]) / (high - low)).astype(np.float32)
    return smoothed


def estimate_noise(
    recording: Recording, grids: Sequence[ShortTime], progress: Progress = ignore
) -> tuple[Power, ...]:
    """Power (bin), summed over channels, of the noise under the music of a whole recording.

    Args:
        recording: any length; silence gives profiles of zeros.
        grids: where profiles are wanted.
        progress: told after each block.

    Returns:
        A profile for each grid.
    """
    rate = recording.sample_rate
    own = ShortTime.of(rate, _HOP_MS, _OVERLAP)
    counts = np.zeros((own.n_bins, _STEPS), np.int64)
    block = round(_BLOCK_S * rate)
    for start in range(0, recording.n_samples, block):
        progress(start / recording.n_samples, "estimating the noise")
        samples = recording.read(start, min(recording.n_samples, start + block)).samples
        missing = max(0, own.frame_samples - samples.shape[1])
        power = np.square(np.abs(own.inside(np.pad(samples, ((0, 0), (0, missing)))))).sum(axis=0)
        power = power[power.sum(axis=1) > _DIGITAL_SILENCE]
        _count(counts, uniform_filter1d(power, _SMOOTH_FRAMES, axis=0, mode="nearest"))
    level = _lowest_level(counts, rate / own.frame_samples)
    hz = np.arange(own.n_bins) / own.frame_samples
    return tuple(
        (
            np.interp(np.arange(grid.n_bins) / grid.frame_samples, hz, level)
            * (grid.frame_samples / own.frame_samples)
        ).astype(np.float32)
        for grid in grids
    )


def _count(counts: NDArray[np.int64], power: Power) -> None:
    """Add frames of smoothed power (frame bin) to a histogram of levels for each bin."""
    if not len(power):
        return
    level_db = 10 * np.log10(power + 1e-18)
    steps = np.clip((level_db - _LOWEST_DB) / _STEP_DB, 0, _STEPS - 1).astype(np.int64)
    steps += _STEPS * np.arange(power.shape[1])
    counts += np.bincount(steps.ravel(), minlength=counts.size).reshape(counts.shape)


def _lowest_level(counts: NDArray[np.int64], bin_hz: float) -> NDArray[np.float64]:
    """The quantile of each bin over time, scaled to a mean, less where music may have set it.

    Then one quantile over neighbouring bins: a partial that never stops stands above them and
    is not taken for noise; in the bass, where partials fill the bins, a lower one counts.
    """
    total = counts.sum(axis=1, keepdims=True)
    shares = np.cumsum(counts, axis=1) / np.maximum(total, 1)
    step = np.argmax(shares >= _QUANTILE, axis=1)
    spread_db = (np.argmax(shares >= _UPPER_QUANTILE, axis=1) - step) * _STEP_DB
    doubt_db = _DOUBT * np.maximum(spread_db - _STEADY_DB, 0.0)
    level_db = _LOWEST_DB + (step + 0.5) * _STEP_DB + _BIAS_DB - doubt_db
    power = np.where(step > 0, 10 ** (level_db / 10), 0.0)
    lowest = np.empty_like(power)
    octaves = np.log2(np.maximum(np.arange(len(power)) * bin_hz, 1.0) / _BASS_HZ)
    quantiles = np.interp(octaves, (0, 3), (_BASS_QUANTILE, _TREBLE_QUANTILE))
    for index, quantile in enumerate(quantiles):
        reach = max(_NEAR_BINS, round(_NEAR_SHARE * index))
        near = power[max(0, index - reach) : index + reach + 1]
        lowest[index] = np.quantile(near, quantile)
    return lowest
