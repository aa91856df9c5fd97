"""The signals we measure on, (channel time) float32: sines, sweeps, clicks, seeded noise."""

import numpy as np
from numpy.typing import NDArray

from engine.audio import Audio, Samples


def sine(
    frequency_hz: float,
    duration_s: float,
    sample_rate: int = 44100,
    amplitude: float = 0.5,
    n_channels: int = 1,
) -> Audio:
    """The same sine on every channel."""
    time_s = np.arange(round(duration_s * sample_rate)) / sample_rate
    wave = (amplitude * np.sin(2 * np.pi * frequency_hz * time_s)).astype(np.float32)
    return Audio(np.tile(wave, (n_channels, 1)), sample_rate)


def sweep(
    duration_s: float, sample_rate: int = 44100, low_hz: float = 20.0, high_hz: float | None = None
) -> Audio:
    """A logarithmic sweep at half of full scale."""
    high = high_hz or 0.45 * sample_rate
    time_s = np.arange(round(duration_s * sample_rate)) / sample_rate
    growth = np.log(high / low_hz) / duration_s
    phase = 2 * np.pi * low_hz * np.expm1(growth * time_s) / growth
    return Audio((0.5 * np.sin(phase)).astype(np.float32)[None], sample_rate)


def noise(
    rng: np.random.Generator,
    duration_s: float,
    sample_rate: int = 44100,
    level: float = 0.1,
    n_channels: int = 1,
) -> Audio:
    """White Gaussian noise with the given standard deviation."""
    shape = (n_channels, round(duration_s * sample_rate))
    return Audio((level * rng.standard_normal(shape)).astype(np.float32), sample_rate)


def music(
    rng: np.random.Generator, duration_s: float, sample_rate: int = 44100, n_channels: int = 1
) -> Audio:
    """Decaying harmonic notes, four a second: smooth enough to predict, with real attacks."""
    n_samples = round(duration_s * sample_rate)
    samples = np.zeros(n_samples)
    for start in range(0, n_samples, sample_rate // 4):
        time_s = np.arange(n_samples - start) / sample_rate
        pitch_hz = 110.0 * 2 ** (rng.integers(0, 30) / 12)
        attack = np.minimum(time_s / 0.01, 1.0)
        for harmonic in range(1, 8):
            if harmonic * pitch_hz < 0.45 * sample_rate:
                decay = np.exp(-time_s * (1.5 + harmonic))
                tone = np.sin(2 * np.pi * harmonic * pitch_hz * time_s + rng.uniform(0, 6.28))
                samples[start:] += attack * decay * tone / harmonic**1.5
    samples += 1e-4 * rng.standard_normal(n_samples)
    samples *= 0.5 / np.abs(samples).max()
    return Audio(np.tile(samples.astype(np.float32), (n_channels, 1)), sample_rate)


def clicks(
    rng: np.random.Generator, audio: Audio, per_second: float = 10.0, peak: float = 0.5
) -> tuple[Audio, list[tuple[int, int]]]:
    """Decaying bursts of 0.2 to 2 ms added to a recording, and where they are: [start, stop)."""
    degraded = audio.samples.copy()
    spans = []
    for start in np.sort(
        rng.integers(2000, audio.n_samples - 2000, round(per_second * audio.duration_s))
    ):
        width = int(rng.uniform(0.0002, 0.002) * audio.sample_rate) + 6
        burst = rng.standard_normal(width) * np.exp(-np.arange(width) / (width / 4))
        burst *= peak * rng.choice([-1.0, 1.0]) / np.abs(burst).max()
        degraded[:, start : start + width] += burst.astype(np.float32)
        spans.append((int(start), int(start) + width))
    return Audio(degraded, audio.sample_rate), spans


def snr_db(reference: NDArray[np.floating], estimate: NDArray[np.floating]) -> float:
    """Signal to error, dB."""
    error = np.asarray(estimate, np.float64) - reference
    return float(
        10 * np.log10(np.sum(np.square(reference, dtype=np.float64)) / (np.sum(error**2) + 1e-30))
    )


def stack(*channels: Samples) -> Samples:
    """Several (1 time) signals as the channels of one."""
    return np.concatenate(channels, axis=0)


def crackle(
    rng: np.random.Generator, audio: Audio, per_second: float = 300.0, snr_db: float = 15.0
) -> Audio:
    """Bumps of 0.05 to 0.4 ms added at random moments, most of them faint."""
    rate = audio.sample_rate
    bumps = np.zeros(audio.n_samples)
    for start in rng.integers(
        rate // 20, audio.n_samples - rate // 20, round(per_second * audio.duration_s)
    ):
        width = max(1, round(rng.uniform(0.00005, 0.0004) * rate))
        size = np.exp(rng.normal(0.0, 0.8)) * rng.choice([-1.0, 1.0])
        bumps[start : start + width] += size * np.hanning(width + 2)[1:-1]
    power = np.mean(np.square(audio.samples, dtype=np.float64)) / 10 ** (snr_db / 10)
    bumps *= np.sqrt(power / np.mean(bumps**2))
    return Audio(audio.samples + bumps.astype(np.float32), rate)
