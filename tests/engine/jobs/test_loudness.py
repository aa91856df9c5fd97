import pytest

from engine.audio import Audio, MemoryRecording
from engine.jobs.loudness import Loudness, LoudnessJob
from tests.signals import sine

RATE = 44100


class Counted:
    """A recording that counts what is read of it."""

    def __init__(self, audio):
        self.inner, self.n_read = MemoryRecording(audio), 0
        self.sample_rate, self.n_channels = audio.sample_rate, audio.n_channels
        self.n_samples = audio.n_samples

    def read(self, start, stop):
        self.n_read += stop - start
        return self.inner.read(start, stop)


def quieter(audio, gain):
    return Audio(gain * audio.samples, audio.sample_rate)


@pytest.mark.parametrize(
    ("gain", "gains_db"), [(0.5, (-6.02, 0.0)), (2.0, (0.0, -6.02)), (1.0, (0.0, 0.0))]
)
def test_the_louder_of_the_two_is_turned_down_to_the_other(gain, gains_db):
    original = sine(997.0, 2.0, RATE, 0.25)
    result = MemoryRecording(quieter(original, gain))
    job = LoudnessJob("Loudness", MemoryRecording(original), result, 0, 2 * RATE)
    loudness = job.run()
    assert loudness.original_lufs == pytest.approx(-15.05, abs=0.1)
    assert loudness.gains_db == pytest.approx(gains_db, abs=0.02)


def test_where_there_is_too_little_sound_nothing_is_matched():
    silence = MemoryRecording(quieter(sine(997.0, 1.0, RATE), 0.0))
    loud = MemoryRecording(sine(997.0, 1.0, RATE))
    loudness = LoudnessJob("Loudness", loud, silence, 0, RATE).run()
    assert loudness.result_lufs is None
    assert loudness.gains_db == (0.0, 0.0)


def test_an_original_that_is_the_same_is_read_once():
    original, result = (Counted(sine(997.0, 1.0, RATE)) for _ in range(2))
    first: Loudness = LoudnessJob("Loudness", original, result, 0, RATE).run()
    again = LoudnessJob("Loudness", original, result, 0, RATE, first).run()
    assert (original.n_read, result.n_read) == (RATE, 2 * RATE)
    assert again.original_lufs == first.original_lufs
    LoudnessJob("Loudness", original, result, 0, RATE // 2, first).run()
    assert original.n_read == RATE + RATE // 2
