"""Pulses: what a stylus makes of a hit, many at once.

A pulse is a tone under an envelope that begins at a moment between samples. All of them are
computed as one matrix (pulse time), those of about one length together.

Shapes:
    arrays of a Pulses   (pulse)   float64
    samples              (time)    float32
"""

from collections.abc import Callable
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from engine.audio import Samples

Real = NDArray[np.float64]
Rng = np.random.Generator

_CHUNK = 1024
_WIDTHS = 10.0
"""After so many widths a pulse has died away by 60 dB and more."""


def soft(age: Samples) -> Samples:
    """Rises within one width to 1 and dies away: a stylus thrown to the side."""
    pulse: Samples = age * np.exp(1.0 - age)
    return pulse


def struck(age: Samples) -> Samples:
    """Is there at once and dies away, as what rings after a blow."""
    pulse: Samples = np.exp(-age)
    return pulse


def bell(age: Samples) -> Samples:
    """Swells and fades alike, after four widths; with a tone in it, limited to a band."""
    pulse: Samples = np.exp(-0.5 * np.square(age - 4.0))
    return pulse


@dataclass(frozen=True, eq=False)
class Pulses:
    """When, how wide, how high and with which sign and size pulses strike; one entry for each."""

    at_s: Real
    width_s: Real
    frequency_hz: Real
    phase: Real
    amplitude: Real

    def __len__(self) -> int:
        return len(self.at_s)

    def chosen(self, which: NDArray[np.bool_] | NDArray[np.int64]) -> "Pulses":
        """Some of them."""
        return Pulses(*(getattr(self, each.name)[which] for each in fields(self)))


def render(
    pulses: Pulses, n_samples: int, sample_rate: int, envelope: Callable[[Samples], Samples] = soft
) -> Samples:
    """The sum of all pulses: (time) float32; what lies outside is cut off."""
    total = np.zeros(n_samples)
    octave = np.floor(np.log2(pulses.width_s))
    for each in np.unique(octave):
        alike = np.flatnonzero(octave == each)
        for begin in range(0, len(alike), _CHUNK):
            _add(pulses.chosen(alike[begin : begin + _CHUNK]), sample_rate, envelope, total)
    return total.astype(np.float32)


def moments(n_samples: int, sample_rate: int, per_second: float, rng: Rng) -> Real:
    """When independent pulses strike, in seconds: a Poisson process."""
    duration_s = n_samples / sample_rate
    return rng.uniform(0.0, duration_s, rng.poisson(per_second * duration_s))


def signs(count: int, rng: Rng) -> Real:
    """As many numbers that are 1 or -1."""
    return 2.0 * rng.integers(0, 2, count).astype(np.float64) - 1.0


def log_uniform(low: float, high: float, count: int, rng: Rng) -> Real:
    """Numbers between two others; their logarithms are spread evenly."""
    numbers: Real = np.exp(rng.uniform(np.log(low), np.log(high), count))
    return numbers


def _add(
    pulses: Pulses, sample_rate: int, envelope: Callable[[Samples], Samples], total: Real
) -> None:
    longest = int(_WIDTHS * sample_rate * pulses.width_s.max()) + 4
    first = np.ceil(pulses.at_s * sample_rate)
    offset = (first / sample_rate - pulses.at_s).astype(np.float32)[:, None]
    time_s = np.arange(longest, dtype=np.float32) / np.float32(sample_rate) + offset
    turn = (2.0 * np.pi * pulses.frequency_hz).astype(np.float32)[:, None]
    tone = np.cos(turn * time_s + pulses.phase.astype(np.float32)[:, None])
    shape = envelope(time_s / pulses.width_s.astype(np.float32)[:, None]) * tone
    shape *= pulses.amplitude.astype(np.float32)[:, None]
    place = first.astype(np.int64)[:, None] + np.arange(longest)
    inside = (place >= 0) & (place < len(total))
    total += np.bincount(place[inside], shape[inside], len(total))
