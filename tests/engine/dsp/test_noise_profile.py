import numpy as np
import pytest

from engine.audio import Audio, MemoryRecording
from engine.dsp.noise_profile import estimate_noise, measure_noise
from engine.dsp.short_time import ShortTime
from engine.progress import Cancelled
from tests.signals import music, noise

RATE = 22050
GRID = ShortTime.of(RATE, 20, 5)


def level_db(power: np.ndarray, level: float, n_channels: int = 1) -> float:
    """Mean level of a profile over that of white noise with a standard deviation."""
    expected = n_channels * level**2 * float(np.square(GRID.window()).sum())
    return float(10 * np.log10(power[20:-20].mean() / expected))


@pytest.mark.parametrize("n_channels", [1, 2])
def test_marked_noise_is_measured_within_half_a_decibel(n_channels: int, rng: np.random.Generator):
    power = measure_noise(noise(rng, 1.0, RATE, 0.01, n_channels), GRID)
    assert power.shape == (GRID.n_bins,)
    assert abs(level_db(power, 0.01, n_channels)) < 0.5


def test_half_a_frame_of_noise_is_measured_within_two_decibels(rng: np.random.Generator):
    assert abs(level_db(measure_noise(noise(rng, 0.05, RATE, 0.01), GRID), 0.01)) < 2.0


def test_noise_alone_is_estimated_within_a_decibel(rng: np.random.Generator):
    recording = MemoryRecording(noise(rng, 8.0, RATE, 0.01))
    assert abs(level_db(estimate_noise(recording, GRID), 0.01)) < 1.0


def test_noise_under_music_is_estimated_within_three_decibels(rng: np.random.Generator):
    mixed = music(rng, 8.0, RATE).samples + noise(rng, 8.0, RATE, 0.01).samples
    assert abs(level_db(estimate_noise(MemoryRecording(Audio(mixed, RATE)), GRID), 0.01)) < 3.0


def test_digital_silence_does_not_hide_the_noise(rng: np.random.Generator):
    samples = noise(rng, 12.0, RATE, 0.01).samples
    samples[:, : 4 * RATE] = 0.0
    recording = MemoryRecording(Audio(samples, RATE))
    assert abs(level_db(estimate_noise(recording, GRID), 0.01)) < 1.0


def test_silence_has_no_noise():
    silence = MemoryRecording(Audio(np.zeros((1, RATE), np.float32), RATE))
    assert estimate_noise(silence, GRID).max() < 1e-15


def test_estimating_stops_when_asked(rng: np.random.Generator):
    def stop(fraction: float, message: str = "") -> None:
        if fraction > 0.4:
            raise Cancelled

    with pytest.raises(Cancelled):
        estimate_noise(MemoryRecording(noise(rng, 20.0, RATE)), GRID, stop)
