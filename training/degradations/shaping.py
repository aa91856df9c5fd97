"""Noise of a wanted spectrum, and slow curves that carry levels up and down.

Shapes:
    noise, curve   (time)   float32
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from engine.audio import Samples

Real = NDArray[np.float64]
Rng = np.random.Generator

_AUDIBLE_HZ = (20.0, 22050.0)
_DECIBELS = np.log(10.0) / 20.0


def shaped_noise(
    n_samples: int, sample_rate: int, gain_db: Callable[[Real], Real], rng: Rng
) -> Samples:
    """Gaussian noise whose spectrum is drawn, so that no filter has to settle.

    Args:
        n_samples: its length.
        sample_rate: in Hz.
        gain_db: level of its density at frequencies in Hz, all above 0.
        rng: what it is drawn from.

    Returns:
        (time) float32 of root mean square 1; nothing at 0 Hz.
    """
    from scipy import fft

    length = fft.next_fast_len(max(n_samples, 16), real=True)
    frequency_hz = np.arange(1.0, length // 2 + 1, dtype=np.float64) * (sample_rate / length)
    spectrum = np.zeros(length // 2 + 1, np.complex64)
    parts = rng.standard_normal((2, length // 2), np.float32)
    spectrum[1:] = (parts[0] + 1j * parts[1]) * np.exp(_DECIBELS * gain_db(frequency_hz))
    return normalised(np.asarray(fft.irfft(spectrum, length)[:n_samples], np.float32))


def normalised(noise: Samples) -> Samples:
    """The same with a root mean square of 1; silence stays silence."""
    power = float(np.mean(np.square(noise, dtype=np.float64))) if noise.size else 0.0
    return noise / np.float32(np.sqrt(power)) if power > 0.0 else noise


def drawn_bumps_db(frequency_hz: Real, spread_db: float, per_octave: float, rng: Rng) -> Real:
    """A curve that wanders over the octaves with a standard deviation of `spread_db`."""
    octaves = np.log2(_AUDIBLE_HZ[1] / _AUDIBLE_HZ[0])
    knots = spread_db * rng.standard_normal(int(octaves * per_octave) + 2)
    place = np.log2(np.maximum(frequency_hz, _AUDIBLE_HZ[0]) / _AUDIBLE_HZ[0]) * per_octave
    curve: Real = np.interp(place, np.arange(len(knots)), knots)
    return curve


def wandering(n_samples: int, sample_rate: int, rate_hz: float, spread_db: float, rng: Rng) -> Real:
    """Gains around 1 that wander about as often a second as `rate_hz` says."""
    knots_per_sample = 2.0 * rate_hz / sample_rate
    knots = _DECIBELS * spread_db * rng.standard_normal(int(n_samples * knots_per_sample) + 2)
    place = np.arange(n_samples) * knots_per_sample
    gains: Real = np.interp(place, np.arange(len(knots)), np.exp(knots))
    return gains


def returning(n_samples: int, turn_samples: float, spread_db: float, rng: Rng) -> Real:
    """Gains around 1 that are the same in every turn, from a random angle on."""
    knots = np.exp(_DECIBELS * spread_db * rng.standard_normal(16))
    angle = np.arange(n_samples) / turn_samples + rng.random()
    place = angle * len(knots)
    gains: Real = np.interp(place, np.arange(len(knots)), knots, period=len(knots))
    return gains


COLOURS: dict[str, float] = {"white": 0.0, "pink": -1.0, "brown": -2.0, "blue": 1.0, "tpdf": 0.0}
"""Colours of noise: exponents of the power density; tpdf is white of triangular distribution."""
_LOWEST_HZ = 20.0


def coloured_noise(colour: str, n_samples: int, sample_rate: int, rng: Rng) -> Samples:
    """Noise (time) of a colour and root mean square 1; below 20 Hz no colour rises or falls on."""
    if colour == "tpdf":
        return normalised(rng.random((2, n_samples), np.float32).sum(axis=0) - np.float32(1.0))
    if colour == "white":
        return normalised(rng.standard_normal(n_samples, np.float32))
    exponent = COLOURS[colour]

    def gain_db(frequency_hz: Real) -> Real:
        decibels: Real = 10 * exponent * np.log10(np.maximum(frequency_hz, _LOWEST_HZ))
        return decibels

    return shaped_noise(n_samples, sample_rate, gain_db, rng)
