"""Stereo pick-ups of mono discs made by calculation: music on both walls, noise on each."""

from dataclasses import dataclass

import numpy as np

from engine.audio import Audio, MemoryRecording, Samples
from tests.signals import clicks, music

RATE = 44100


@dataclass(frozen=True, eq=False)
class Side:
    """The music as it was cut, and what both walls gave of it."""

    music: Samples
    walls: Audio

    @property
    def recording(self) -> MemoryRecording:
        return MemoryRecording(self.walls)

    @property
    def plain_sum(self) -> Samples:
        summed: Samples = self.walls.samples.mean(axis=0, keepdims=True)
        return summed


def surface(rng: np.random.Generator, n_samples: int, level: float) -> np.ndarray:
    """Noise that falls by 3 dB an octave, as that of shellac does, from 60 Hz up."""
    spectrum = np.fft.rfft(rng.standard_normal(n_samples))
    hz = np.fft.rfftfreq(n_samples, 1 / RATE)
    spectrum /= np.sqrt(np.maximum(hz, 60.0))
    spectrum[hz < 60.0] = 0.0
    noise = np.fft.irfft(spectrum, n_samples)
    return level * noise / np.std(noise)


def later(samples: np.ndarray, delay_s: float) -> np.ndarray:
    spectrum = np.fft.rfft(samples, 2 * len(samples))
    hz = np.fft.rfftfreq(2 * len(samples), 1 / RATE)
    return np.fft.irfft(spectrum * np.exp(-2j * np.pi * hz * delay_s))[: len(samples)]


def side(
    rng: np.random.Generator,
    noise: tuple[float, float],
    seconds: float = 4.0,
    gain: float = 1.0,
    delay_s: float = 0.0,
    worn_clicks: float = 0.0,
) -> Side:
    """Music with noise of those levels on the left and the right wall.

    The right wall is `gain` times as loud and later; clicks per second are on the right wall.
    """
    clean = music(rng, seconds, RATE)
    left, right = (surface(rng, clean.n_samples, level) for level in noise)
    if worn_clicks:
        none = Audio(np.zeros((1, clean.n_samples), np.float32), RATE)
        right = right + clicks(rng, none, worn_clicks)[0].samples[0]
    walls = clean.samples[0] + left, gain * (later(clean.samples[0], delay_s) + right)
    return Side(clean.samples, Audio(np.stack(walls).astype(np.float32), RATE))
