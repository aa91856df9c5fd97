import numpy as np
import pytest

from engine.audio import Audio, MemoryRecording
from engine.dsp.turn_period import find_turn
from tests.signals import clicks

RATE = 44100


def steady(rng, seconds):
    """A chord over noise: no rhythm that could be taken for turns."""
    time_s = np.arange(round(seconds * RATE)) / RATE
    chord = sum(np.sin(2 * np.pi * hz * time_s) for hz in (220.0, 277.2, 329.6, 1108.7))
    samples = 0.1 * chord + 0.01 * rng.standard_normal(len(time_s))
    return Audio(samples[None].astype(np.float32), RATE)


def turning(rng, rpm, seconds, level=0.5):
    """A chord with chance clicks, and one click a turn that is two samples wide."""
    clean = steady(rng, seconds)
    samples = clicks(rng, clean, per_second=3.0)[0].samples
    at = np.arange(0.13, seconds, 60.0 / rpm)
    for moment in (at * RATE).astype(int):
        samples[:, moment : moment + 2] += level * np.abs(clean.samples).max()
    return MemoryRecording(Audio(samples, RATE))


@pytest.mark.parametrize("rpm", [71.29, 78.26, 90.0])
def test_the_turn_is_found_to_a_few_parts_in_ten_thousand(rng, rpm):
    recording = turning(rng, rpm, 15.0)
    turn = find_turn(recording, 0, recording.n_samples)
    assert turn is not None
    assert turn.rpm == pytest.approx(rpm, rel=4e-4)
    assert turn.n_turns >= 10


def test_where_clicks_come_by_chance_there_is_no_turn(rng):
    samples = clicks(rng, steady(rng, 15.0), per_second=5.0)[0]
    recording = MemoryRecording(samples)
    assert find_turn(recording, 0, recording.n_samples) is None


def test_three_turns_are_too_few(rng):
    recording = turning(rng, 78.26, 3.0)
    assert find_turn(recording, 0, recording.n_samples) is None


def test_silence_has_no_turn():
    recording = MemoryRecording(Audio(np.zeros((1, 15 * RATE), np.float32), RATE))
    assert find_turn(recording, 0, recording.n_samples) is None
