import numpy as np
import pytest

from engine.audio import Audio, MemoryRecording
from engine.dsp.noise_profile import estimate_noise, measure_noise
from engine.dsp.short_time import ShortTime
from engine.progress import Cancelled
from tests.signals import music, noise, sine

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


def test_noise_alone_is_estimated_within_two_decibels(rng: np.random.Generator):
    recording = MemoryRecording(noise(rng, 8.0, RATE, 0.01))
    assert abs(level_db(estimate_noise(recording, [GRID])[0], 0.01)) < 2.0


def test_noise_under_music_is_estimated_within_three_decibels(rng: np.random.Generator):
    mixed = music(rng, 8.0, RATE).samples + noise(rng, 8.0, RATE, 0.01).samples
    assert abs(level_db(estimate_noise(MemoryRecording(Audio(mixed, RATE)), [GRID])[0], 0.01)) < 3.0


def test_digital_silence_does_not_hide_the_noise(rng: np.random.Generator):
    samples = noise(rng, 12.0, RATE, 0.01).samples
    samples[:, : 4 * RATE] = 0.0
    recording = MemoryRecording(Audio(samples, RATE))
    assert abs(level_db(estimate_noise(recording, [GRID])[0], 0.01)) < 2.0


def test_silence_has_no_noise():
    silence = MemoryRecording(Audio(np.zeros((1, RATE), np.float32), RATE))
    assert estimate_noise(silence, [GRID])[0].max() < 1e-15


def test_estimating_stops_when_asked(rng: np.random.Generator):
    def stop(fraction: float, message: str = "") -> None:
        if fraction > 0.4:
            raise Cancelled

    with pytest.raises(Cancelled):
        estimate_noise(MemoryRecording(noise(rng, 20.0, RATE)), [GRID], stop)


def test_a_tone_that_never_stops_is_not_taken_for_noise(rng: np.random.Generator):
    samples = noise(rng, 8.0, RATE, 0.01).samples + sine(1000.0, 8.0, RATE, 0.3).samples
    power = estimate_noise(MemoryRecording(Audio(samples, RATE)), [GRID])[0]
    assert 10 * np.log10(power[95:106].max() / np.median(power)) < 6.0


def test_one_click_changes_what_is_measured_by_less_than_its_power(rng: np.random.Generator):
    marked = noise(rng, 1.0, RATE, 0.01)
    before = level_db(measure_noise(marked, GRID), 0.01)
    marked.samples[:, 9000] += 3.0
    after = level_db(measure_noise(marked, GRID), 0.01)
    plain = np.square(np.abs(GRID.inside(marked.samples)))[0].mean(axis=0)
    assert level_db(plain, 0.01) - before > 7.0
    assert after - before < 5.0


def test_profiles_of_several_grids_tell_the_same_noise(rng: np.random.Generator):
    grids = [ShortTime.of(RATE, 30, 8), ShortTime.of(RATE, 10, 6)]
    recording = MemoryRecording(noise(rng, 8.0, RATE, 0.01))
    for grid, power in zip(grids, estimate_noise(recording, grids), strict=True):
        density = power[20:-20].mean() / np.square(grid.window()).sum() / 0.01**2
        assert abs(10 * np.log10(density)) < 2.0
