import numpy as np
import pytest

from engine.audio import Audio, MemoryRecording
from engine.snap import nearest_of, zero_crossing
from tests.signals import sine


def test_a_cut_moves_to_the_nearest_crossing():
    recording = MemoryRecording(sine(100.0, 1.0, sample_rate=48000))
    for wanted, nearest in ((0.2013, 0.2), (0.2031, 0.205), (0.2049, 0.205)):
        assert zero_crossing(recording, wanted) == pytest.approx(nearest, abs=2 / 48000)


def test_beyond_its_reach_it_stays():
    recording = MemoryRecording(Audio(np.ones((1, 48000), np.float32), 48000))
    assert zero_crossing(recording, 0.25) == 0.25
    slow = MemoryRecording(sine(5.0, 1.0, sample_rate=48000))
    assert zero_crossing(slow, 0.05) == 0.05


@pytest.mark.parametrize("at_s", [0.0, 1.0, 5.0])
def test_at_the_ends_it_stays_in_the_recording(at_s: float):
    recording = MemoryRecording(sine(100.0, 1.0, sample_rate=48000))
    assert zero_crossing(recording, at_s) == pytest.approx(at_s, abs=0.0101)


def test_the_nearest_of_some_times_within_reach():
    assert nearest_of([1.0, 2.0], 1.4, 0.5) == 1.0
    assert nearest_of([1.0, 2.0], 1.6, 0.1) == 1.6
    assert nearest_of([], 1.6, 0.1) == 1.6
