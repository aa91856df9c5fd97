"""Side: a made transfer of which every damage is known to the sample."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

RATE = 44100
LEAD_S = 1.5
"""Groove noise alone, before the music."""
NOISE_LEVEL = 0.004
N_CLICKS = 24
PATCH_S, PATCH_HZ = (6.0, 7.0), (2500.0, 5500.0)
"""One second in which noise lies over the music, in a band."""
GAP_S, GAP_HZ = (10.0, 10.08), (900.0, 3500.0)
"""A burst short enough to be filled from both sides."""
_NOTES_HZ = (220.0, 277.2, 329.6, 440.0, 554.4, 659.3)


@dataclass(frozen=True, eq=False)
class Side:
    """A file, and where its clicks are: samples [start, stop)."""

    path: Path
    duration_s: float
    clicks: tuple[tuple[int, int], ...]
    clean: NDArray[np.float64]
    """What it was before it was damaged."""


def make_side(folder: Path, duration_s: float = 16.0, seed: int = 78) -> Side:
    """Write a mono side in 24 bit: chords over groove noise, with a patch, a burst and clicks.

    It stays so far below full scale that the removed part fits beside any result.
    """
    rng = np.random.default_rng(seed)
    n_samples = round(duration_s * RATE)
    clean = NOISE_LEVEL * rng.standard_normal(n_samples) + _music(n_samples)
    samples = clean + _burst(rng, n_samples, PATCH_S, PATCH_HZ, 0.03)
    samples += _burst(rng, n_samples, GAP_S, GAP_HZ, 0.12)
    clicks = _click_places(rng, n_samples)
    for start, stop in clicks:
        width = stop - start
        shape = np.hanning(width + 2)[1:-1] * rng.choice((-1.0, 1.0), width)
        samples[start:stop] += 0.4 * shape + 0.05 * rng.standard_normal(width)
    path = folder / "Side A.wav"
    soundfile.write(path, np.clip(samples, -0.99, 0.99), RATE, subtype="PCM_24")
    return Side(path, duration_s, clicks, clean)


def _music(n_samples: int) -> NDArray[np.float64]:
    """Chords of decaying notes, two a second, after the lead."""
    music = np.zeros(n_samples)
    step = RATE // 2
    for number, start in enumerate(range(round(LEAD_S * RATE), n_samples, step)):
        time_s = np.arange(min(3 * step, n_samples - start)) / RATE
        fall = np.exp(-2.0 * time_s) * np.minimum(1.0, time_s / 0.01)
        for part in (0, 2, 3):
            hz = _NOTES_HZ[(number + part) % len(_NOTES_HZ)]
            for harmonic in (1, 2, 3, 5):
                tone = np.sin(2 * np.pi * harmonic * hz * time_s)
                music[start : start + len(time_s)] += 0.045 / harmonic * fall * tone
    return music


def _burst(
    rng: np.random.Generator,
    n_samples: int,
    span_s: tuple[float, float],
    band_hz: tuple[float, float],
    level: float,
) -> NDArray[np.float64]:
    start, stop = (round(each * RATE) for each in span_s)
    spectrum = np.fft.rfft(rng.standard_normal(stop - start))
    hz = np.fft.rfftfreq(stop - start, 1 / RATE)
    spectrum[(hz < band_hz[0]) | (hz > band_hz[1])] = 0.0
    burst = np.fft.irfft(spectrum, stop - start)
    burst *= level / np.sqrt(np.mean(burst**2)) * np.sqrt(np.hanning(stop - start))
    samples = np.zeros(n_samples)
    samples[start:stop] = burst
    return samples


def _click_places(rng: np.random.Generator, n_samples: int) -> tuple[tuple[int, int], ...]:
    """Apart from one another, and outside of lead, patch and burst."""
    free = [s for s in np.linspace(2.0, n_samples / RATE - 0.5, 3 * N_CLICKS)
            if not any(low - 0.15 < s < high + 0.15 for low, high in (PATCH_S, GAP_S))]  # fmt: skip
    chosen = np.sort(rng.choice(len(free), N_CLICKS, replace=False))
    starts = [round(float(free[index]) * RATE) + int(rng.integers(0, 999)) for index in chosen]
    return tuple((start, start + int(rng.integers(8, 32))) for start in starts)
