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

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import median_filter, uniform_filter1d

from engine.audio import Audio, Recording
from engine.dsp.short_time import ShortTime
from engine.progress import Progress, ignore

Power = NDArray[np.float32]

LEAST_S = 0.05
"""Shortest noise that can be measured, in seconds."""
_BLOCK_S = 5.0
_SMOOTH_FRAMES = 15
_QUANTILE = 0.1
_BIAS_DB = 2.9
"""How far below the mean that quantile lies for Gaussian noise in frames that overlap by 80 %."""
_DIGITAL_SILENCE = 1e-12
_LOWEST_DB, _STEP_DB, _STEPS = -180.0, 0.5, 500


def measure_noise(noise: Audio, grid: ShortTime) -> Power:
    """Mean power in each bin (bin), summed over channels, of samples with nothing but noise.

    Noise shorter than a frame is measured with the frame it fills and scaled to the whole.
    """
    samples = noise.samples
    missing = grid.frame_samples - noise.n_samples
    scale = 1.0
    if missing > 0:
        samples = np.pad(samples, ((0, 0), (missing // 2, missing - missing // 2)))
        covered = grid.window()[missing // 2 : missing // 2 + noise.n_samples]
        scale = grid.overlap * grid.hop_samples / 2 / float(covered @ covered)
    power = np.square(np.abs(grid.inside(samples))).sum(axis=0).mean(axis=0) * scale
    mean: Power = power.astype(np.float32)
    return mean


def estimate_noise(recording: Recording, grid: ShortTime, progress: Progress = ignore) -> Power:
    """Power (bin), summed over channels, of the noise under the music of a whole recording.

    Args:
        recording: any length; silence gives a profile of zeros.
        grid: where the profile is wanted.
        progress: told after each block.
    """
    counts = np.zeros((grid.n_bins, _STEPS), np.int64)
    block = max(round(_BLOCK_S * recording.sample_rate), 4 * grid.frame_samples)
    for start in range(0, max(1, recording.n_samples), block):
        progress(start / max(1, recording.n_samples), "estimating the noise")
        stop = min(recording.n_samples, start + block)
        samples = recording.read(start, stop).samples
        short = grid.frame_samples - (stop - start)
        samples = np.pad(samples, ((0, 0), (0, max(0, short))))
        power = np.square(np.abs(grid.inside(samples))).sum(axis=0)
        power = power[power.sum(axis=1) > _DIGITAL_SILENCE]
        _count(counts, uniform_filter1d(power, _SMOOTH_FRAMES, axis=0, mode="nearest"))
    return _lowest_level(counts)


def _count(counts: NDArray[np.int64], power: Power) -> None:
    """Add frames of smoothed power (frame bin) to a histogram of levels for each bin."""
    if not len(power):
        return
    level_db = 10 * np.log10(power + 1e-18)
    steps = np.clip((level_db - _LOWEST_DB) / _STEP_DB, 0, _STEPS - 1).astype(np.int64)
    steps += _STEPS * np.arange(power.shape[1])
    counts += np.bincount(steps.ravel(), minlength=counts.size).reshape(counts.shape)


def _lowest_level(counts: NDArray[np.int64]) -> Power:
    """The quantile of each bin, scaled to a mean, and its median over neighbouring bins."""
    total = counts.sum(axis=1, keepdims=True)
    step = np.argmax(np.cumsum(counts, axis=1) >= np.maximum(1, _QUANTILE * total), axis=1)
    level_db = _LOWEST_DB + (step + 0.5) * _STEP_DB + _BIAS_DB
    power = np.where(step > 0, 10 ** (level_db / 10), 0.0)
    return median_filter(power, 31, mode="nearest").astype(np.float32)
