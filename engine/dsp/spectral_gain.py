"""Gain per bin that takes noise of a known spectrum out of music.

References:
    Ephraim & Malah, "Speech Enhancement Using a Minimum Mean-Square Error Log-Spectral Amplitude
    Estimator", IEEE Trans. ASSP 33(2), 1985. Equation numbers in comments are theirs.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from scipy.special import exp1

from engine.audio import Samples
from engine.dsp.short_time import ShortTime
from engine.progress import Progress, ignore

Power = NDArray[np.float32]
_MEMORY = 0.98
_LEAST_PRIOR = 10**-2.5
_SILENCE = 1e-14
"""Power of a bin below which nothing is done: digital silence has no noise to take."""


def reduce_noise(
    samples: Samples,
    noise: Power,
    grid: ShortTime,
    least_gain: float,
    progress: Progress = ignore,
) -> Samples:
    """Take noise out of samples (channel time), with one gain for all channels.

    Args:
        samples: never written to.
        noise: its power (bin), summed over channels.
        grid: the short-time grid the noise was measured on.
        least_gain: no bin is multiplied by less.
        progress: told after every tenth of a second of sound or so.
    """
    spectrum = grid.forward(samples)
    power = np.square(np.abs(spectrum)).sum(axis=0)
    for index, gain in decision_directed_gains(power, noise + _SILENCE, _LEAST_PRIOR):
        if index % 16 == 0:
            progress(index / len(power))
        spectrum[:, index] *= np.maximum(gain, np.float32(least_gain))
    return grid.inverse(spectrum, samples.shape[1])


def log_spectral_gain(prior_snr: Power, posterior_snr: Power) -> Power:
    """Gain that makes the expected error of the log spectrum least, Eq. 20.

    Args:
        prior_snr: expected power of the music over that of the noise, any shape.
        posterior_snr: observed power over that of the noise.

    Returns:
        Linear gain in [0, 1].
    """
    share = prior_snr / (1.0 + prior_snr)
    doubt = exp1(np.maximum(share * posterior_snr, 1e-6))
    gain: Power = np.minimum(share * np.exp(0.5 * doubt), 1.0).astype(np.float32)
    return gain


def decision_directed_gains(
    power: Power, noise: Power, least_prior: float
) -> Iterator[tuple[int, Power]]:
    """Frame by frame, the gain that follows from the frame and the restored frame before, Eq. 51.

    Args:
        power: (frame bin) of the degraded.
        noise: (bin) of the noise, > 0.
        least_prior: the prior SNR is never taken for less.

    Yields:
        Index of a frame and its gain (bin).
    """
    before = np.ones(power.shape[1], np.float32)
    for index, frame in enumerate(power):
        posterior = frame / noise
        prior = _MEMORY * before + (1 - _MEMORY) * np.maximum(posterior - 1, 0)
        gain = log_spectral_gain(np.maximum(prior, np.float32(least_prior)), posterior)
        before = np.square(gain) * posterior
        yield index, gain
