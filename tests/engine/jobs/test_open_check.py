import numpy as np
import pytest

from engine.audio import Audio, MemoryRecording
from engine.jobs.open_check import OpenCheckJob
from engine.progress import Cancelled
from tests.signals import music

RATE = 44100


def check(samples):
    return OpenCheckJob(MemoryRecording(Audio(samples.astype(np.float32), RATE))).run()


def test_clean_music_has_nothing_to_say(rng):
    found = check(music(rng, 2.0, RATE, 2).samples)
    assert found.n_clipped == 0
    assert found.first_clipped_s is None
    assert max(found.offset_db) < -60.0


def test_clipped_samples_are_counted_and_the_first_is_told(rng):
    samples = music(rng, 2.0, RATE, 2).samples
    samples[:, : RATE // 2] = 0.0
    level = 0.6 * np.abs(samples[0]).max()
    clipped = samples.copy()
    clipped[0] = np.clip(samples[0], -level, level)
    is_clipped = np.abs(samples[0]) > level
    found = check(clipped)
    assert found.n_clipped == pytest.approx(np.count_nonzero(is_clipped), rel=0.1)
    assert found.first_clipped_s == pytest.approx(np.argmax(is_clipped) / RATE, abs=0.05)


def test_the_offset_of_each_channel_is_its_mean(rng):
    samples = music(rng, 1.0, RATE, 2).samples
    samples -= samples.mean(axis=1, keepdims=True)
    samples[1] += 0.01
    left, right = check(samples).offset_db
    assert left < -90.0
    assert right == pytest.approx(-40.0, abs=0.1)


def test_it_stops_when_asked_to(rng):
    def stop(fraction, message=""):
        raise Cancelled

    with pytest.raises(Cancelled):
        OpenCheckJob(MemoryRecording(music(rng, 0.5, RATE, 1))).run(stop)
