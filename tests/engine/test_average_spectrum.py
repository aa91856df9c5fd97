import numpy as np
import pytest

from engine.audio import Audio, MemoryRecording
from engine.average_spectrum import LONGEST_WINDOW, LOWEST_DB, average_spectrum
from engine.progress import Cancelled
from tests.signals import noise, sine


def test_a_sine_has_its_own_level_and_channels_are_averaged():
    audio = sine(400 * 44100 / LONGEST_WINDOW, 2.0, amplitude=0.1, n_channels=2)
    audio.samples[1] = 0.0
    found = average_spectrum(MemoryRecording(audio), 0, 88_200)
    assert int(found.level_db.argmax()) == 400
    assert float(found.level_db[400]) == pytest.approx(-20.0 - 3.01, abs=0.05)
    assert found.bins_hz[400] == pytest.approx(400 * 44100 / LONGEST_WINDOW)
    assert found.bins_hz[-1] == 22050.0


def test_only_the_span_is_averaged(rng):
    audio = noise(rng, 3.0)
    audio.samples[:, 44_100:88_200] *= 0.01
    recording = MemoryRecording(audio)
    loud, quiet = (average_spectrum(recording, start, start + 44_100) for start in (0, 44_100))
    assert float((loud.level_db - quiet.level_db)[10:].mean()) == pytest.approx(40.0, abs=0.7)


def test_a_long_span_is_looked_at_in_places_that_agree_with_all_of_it(rng):
    samples = rng.standard_normal((1, 5_000_000), dtype=np.float32)
    samples[:, 2_500_000:] *= 0.1
    whole = average_spectrum(MemoryRecording(Audio(samples, 8000)), 0, 5_000_000)
    half = average_spectrum(MemoryRecording(Audio(samples, 8000)), 0, 2_500_000)
    difference_db = float(half.level_db[10:].mean() - whole.level_db[10:].mean())
    assert difference_db == pytest.approx(10 * np.log10(2 / 1.01), abs=0.1)


@pytest.mark.parametrize("n_samples", [1, 255, 256, 1000, 8191, 8192])
def test_a_short_span_has_a_short_window_and_lies_in_silence(rng, n_samples):
    recording = MemoryRecording(noise(rng, 1.0))
    found = average_spectrum(recording, 44_100 - n_samples, 44_100)
    assert len(found.level_db) == max(256, 1 << n_samples.bit_length() - 1) // 2 + 1
    assert found.level_db.max() > LOWEST_DB


def test_silence_is_told_and_the_work_can_be_stopped():
    recording = MemoryRecording(Audio(np.zeros((1, 100_000), np.float32), 44100))
    assert (average_spectrum(recording, 0, 100_000).level_db == LOWEST_DB).all()

    def stop(fraction, message=""):
        raise Cancelled

    with pytest.raises(Cancelled):
        average_spectrum(recording, 0, 100_000, stop)
