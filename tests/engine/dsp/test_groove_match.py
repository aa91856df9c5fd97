"""Level, time and polarity of two walls, measured under noise and made good."""

import numpy as np
import pytest

from engine.audio import Audio, MemoryRecording
from engine.dsp.groove_match import Match, Matched, measure_match
from tests.engine.groove_sides import RATE, later, side
from tests.signals import noise


@pytest.mark.parametrize(
    ("gain_db", "delay_us"), [(0.0, 0.0), (1.0, 15.0), (-1.0, -20.0), (3.0, 120.0), (0.5, -700.0)]
)
def test_gain_and_delay_are_found_under_the_noise_of_a_worn_wall(rng, gain_db, delay_us):
    gain = 10 ** (gain_db / 20)
    made = side(rng, (0.005, 0.02), gain=gain, delay_s=1e-6 * delay_us)
    found = measure_match(made.recording)
    assert 20 * np.log10(found.gain) == pytest.approx(gain_db, abs=0.1)
    assert 1e6 * found.delay_s == pytest.approx(delay_us, abs=1.5)
    assert found.likeness > 0.9


def test_walls_that_move_against_each_other_are_known(rng):
    found = measure_match(side(rng, (0.005, 0.01), gain=-0.9, delay_s=1e-5).recording)
    assert found.gain == pytest.approx(-0.9, rel=0.01)
    assert 1e6 * found.delay_s == pytest.approx(10.0, abs=1.0)


@pytest.mark.parametrize("level", [0.0, 0.1])
def test_walls_with_nothing_in_common_are_left_as_they_are(rng, level):
    found = measure_match(MemoryRecording(noise(rng, 1.0, RATE, level, n_channels=2)))
    assert (found.gain, found.delay_s) == (1.0, 0.0)


@pytest.mark.parametrize("gain", [1.5, -0.7])
@pytest.mark.parametrize("delay_us", [37.0, -400.0])
def test_matched_walls_cancel(rng, gain, delay_us):
    made = side(rng, (0.0, 0.0), gain=gain, delay_s=1e-6 * delay_us)
    middle, difference = Matched(made.recording, Match(gain, 1e-6 * delay_us)).read(2000, 170000)
    assert 20 * np.log10(np.std(difference) / np.std(middle)) < -90.0


def test_the_music_is_when_it_is_in_the_plain_sum(rng):
    made = side(rng, (0.0, 0.0), delay_s=40e-6)
    middle, _ = Matched(made.recording, Match(1.0, 40e-6)).read(2000, 170000)
    expected = later(made.music[0].astype(np.float64), 20e-6)[2000:170000]
    assert np.std(middle - expected) / np.std(expected) < 1e-4


def test_blocks_and_what_lies_outside_make_no_difference(rng):
    matched = Matched(side(rng, (0.01, 0.01)).recording, Match(1.1, 15e-6))
    whole = np.stack(matched.read(-100, 5000))
    parts = [np.stack(matched.read(start, start + 1020)) for start in range(-100, 5000, 1020)]
    assert np.abs(np.concatenate(parts, axis=1) - whole).max() < 1e-6


def test_matching_nothing_keeps_every_bit(rng):
    audio = noise(rng, 0.1, RATE, n_channels=2)
    middle, difference = Matched(MemoryRecording(audio), Match()).read(0, audio.n_samples)
    left, right = audio.samples
    np.testing.assert_array_equal(difference, left - right)
    np.testing.assert_array_equal(middle, np.float32(0.5) * (left + right))


def test_a_recording_of_one_sample_is_matched():
    assert measure_match(MemoryRecording(Audio(np.ones((2, 1), np.float32), RATE))) == Match()
