"""Noise estimate: how loud noise is, how far music lies above it, and what spectrum it has.

Between notes nothing but noise is left: the gain is the root of the lowest power that a window of
186 ms comes down to. Where music never pauses that is music; there the spectral estimate, which
looks for pauses in each bin by itself, bounds it. Digital silence is no noise and is passed over.

Shapes:
    samples   (signal 1 time)   float32
    gain      (signal)          root mean square of the noise
    snr_db    (signal 2)        lowest and highest ratio of music to noise
    psd       (signal bin)      power of the noise by frequency, bins evenly spaced from 0 to the
                                Nyquist frequency; white noise of variance v has v in all of them

References:
    The block estimators of the 78 rpm sampler, which start from the minimum of the power in a
    moving window; here its lowest hundredth, as one dropped sample makes the minimum 0.
    Martin, "Noise Power Spectral Density Estimation Based on Optimal Smoothing and Minimum
    Statistics", IEEE Trans. Speech and Audio Processing 9(5), 2001.
"""

from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.audio import Audio, MemoryRecording
from engine.dsp.noise_profile import LEAST_S, estimate_noise, measure_noise
from engine.dsp.short_time import ShortTime
from engine.errors import SettingsError

Power = NDArray[np.float64]

_WINDOW_S = 8192 / 44100
_SILENT_S = 0.005
"""A run of zeros as long as this is digital silence; shorter ones are zero crossings."""
_FLOOR_QUANTILE = 0.01
_LEAST_POWER = 1e-12
_NEVER_PAUSES = 2.5
"""The lowest power over that of the spectral estimate, which errs low, from which it is music."""
_SPECTRAL_BIAS = 1.2
_LEAST_FRAMES = 50
"""With fewer there are no quantiles over time."""
_LOWEST_SNR_DB, _HIGHEST_SNR_DB = -10.0, 60.0
_LEAST_WIDTH_DB, _WIDTH_DB = 3.0, 43.0
_HOP_MS, _OVERLAP = 40, 4
_SMOOTHED_OCTAVES = 1 / 6


def estimate_gain(samples: Tensor, sample_rate: int) -> Tensor:
    """The noise under each signal (signal); 0 where all is digital silence."""
    rows = samples.detach().double().cpu().numpy()[:, 0]
    gains = [_gain(row, sample_rate) for row in rows]
    return torch.tensor(gains, dtype=samples.dtype, device=samples.device)


def estimate_snr(blocks: Tensor, gain: Tensor, loudest: Tensor, sample_rate: int) -> Tensor:
    """The range of ratios (signal 2) in dB that each block may have.

    Args:
        blocks: (signal 1 time), each estimated by itself.
        gain: (signal), of the noise, as `estimate_gain` has it from the whole recording.
        loudest: (signal), highest power of a window in the whole recording; the wider its range,
            the wider that of a block.
        sample_rate: in Hz.
    """
    floor = gain.square().clamp_min(_LEAST_POWER)
    peak = loudest_power(blocks, sample_rate)
    low = 10 * torch.log10((peak - gain.square()).clamp_min(_LEAST_POWER) / floor)
    low = low.clamp(_LOWEST_SNR_DB, _HIGHEST_SNR_DB)
    share_db = 10 * torch.log10(floor / loudest.clamp_min(_LEAST_POWER))
    width = (_WIDTH_DB + share_db).clamp(_LEAST_WIDTH_DB, _WIDTH_DB)
    return torch.stack((low, low + width), dim=1)


def loudest_power(samples: Tensor, sample_rate: int) -> Tensor:
    """The highest power of a window in each signal: (signal)."""
    rows = samples.detach().double().cpu().numpy()[:, 0]
    powers = [float(_window_power(row, sample_rate).max(initial=0.0)) for row in rows]
    return torch.tensor(powers, dtype=samples.dtype, device=samples.device)


def measure_psd(noise: Tensor, sample_rate: int) -> Tensor:
    """The spectrum (signal bin) of samples with nothing but noise.

    Raises:
        SettingsError: they are too few.
    """
    length_s = noise.shape[-1] / sample_rate
    if length_s < LEAST_S:
        raise SettingsError(
            f"the marked noise lasts {1000 * length_s:.0f} ms; mark at least "
            f"{1000 * LEAST_S:.0f} ms of nothing but noise"
        )
    grid = ShortTime.of(sample_rate, _HOP_MS, _OVERLAP)
    return _per_signal(noise, lambda audio: measure_noise(audio, grid), sample_rate)


def estimate_psd(samples: Tensor, sample_rate: int) -> Tensor:
    """The spectrum (signal bin) of the noise under the music of each signal."""
    grid = ShortTime.of(sample_rate, _HOP_MS, _OVERLAP)
    return _per_signal(
        samples, lambda audio: estimate_noise(MemoryRecording(audio), (grid,))[0], sample_rate
    )


def _per_signal(
    samples: Tensor, estimate: Callable[[Audio], NDArray[np.float32]], sample_rate: int
) -> Tensor:
    rows = samples.detach().float().cpu().numpy()
    half = ShortTime.of(sample_rate, _HOP_MS, _OVERLAP).frame_samples / 2  # power of its window
    psd = [_smooth(estimate(Audio(row, sample_rate)).astype(np.float64) / half) for row in rows]
    return torch.from_numpy(np.stack(psd)).to(samples)


def _smooth(power: Power) -> Power:
    """Means over a sixth of an octave."""
    bins = np.arange(len(power))
    reach = (bins * (2 ** (_SMOOTHED_OCTAVES / 2) - 1)).astype(np.int64)
    low, high = bins - reach, np.minimum(bins + reach + 1, len(power))
    sums = np.concatenate(([0.0], np.cumsum(power)))
    smoothed: Power = (sums[high] - sums[low]) / (high - low)
    return smoothed


def _gain(row: Power, sample_rate: int) -> float:
    powers = _window_power(row, sample_rate)
    if not len(powers):
        return 0.0
    floor = float(np.quantile(powers, _FLOOR_QUANTILE))
    grid = ShortTime.of(sample_rate, _HOP_MS, _OVERLAP)
    if len(row) >= _LEAST_FRAMES * grid.hop_samples:
        audio = Audio(row.astype(np.float32)[None], sample_rate)
        bins = estimate_noise(MemoryRecording(audio), (grid,))[0] / (grid.frame_samples / 2)
        spectral = _SPECTRAL_BIAS * float(bins.mean(dtype=np.float64))
        if floor > _NEVER_PAUSES * spectral > 0.0:
            floor = spectral
    return float(np.sqrt(floor))


def _window_power(row: Power, sample_rate: int) -> Power:
    """Power of all windows without digital silence; of all the samples when they are few."""
    window = min(round(_WINDOW_S * sample_rate), len(row))
    run = min(max(1, round(_SILENT_S * sample_rate)), window)
    silent = _sums((row != 0.0).astype(np.float64), run) == 0.0
    # a window of n samples holds n - run + 1 places where a run can start
    broken = _sums(silent.astype(np.float64), window - run + 1) > 0.0
    powers = np.maximum(_sums(np.square(row), window) / window, 0.0)
    heard: Power = powers[~broken & (powers > _LEAST_POWER)]
    return heard


def _sums(values: Power, length: int) -> Power:
    """Sums of `length` neighbours, one for each place where all of them are there."""
    sums = np.concatenate(([0.0], np.cumsum(values)))
    moving: Power = sums[length:] - sums[:-length]
    return moving
