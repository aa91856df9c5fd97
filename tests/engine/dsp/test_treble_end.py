import numpy as np
import pytest
from scipy.signal import butter, firwin, lfilter, sosfilt

from engine.audio import Audio, MemoryRecording
from engine.dsp.treble_end import find_treble_end

RATE = 44100


@pytest.fixture
def music(rng):
    """Noise (time) that falls off by 12 dB an octave above 300 Hz, as music does."""
    noise = rng.standard_normal(4 * RATE)
    pole = np.exp(-2 * np.pi * 300.0 / RATE)
    return 0.1 * lfilter([(1 - pole) ** 2], np.poly([pole, pole]), noise)


def recording(samples) -> MemoryRecording:
    return MemoryRecording(Audio(samples[None].astype(np.float32), RATE))


@pytest.mark.parametrize("cutoff_hz", [3000.0, 4000.0, 5000.0])
def test_the_cutoff_of_steep_and_gentle_filters_is_found_within_a_fifth(music, cutoff_hz):
    steep = np.convolve(music, firwin(401, cutoff_hz, fs=RATE), "same")
    gentle = sosfilt(butter(4, cutoff_hz, fs=RATE, output="sos"), music)
    for samples, most in ((steep, 0.1), (gentle, 0.2)):
        end = find_treble_end(recording(samples))
        assert end is not None
        assert end.is_filtered
        assert abs(end.cutoff_hz / cutoff_hz - 1.0) < most


def test_music_that_was_not_filtered_tells_of_no_filter(music):
    end = find_treble_end(recording(music))
    assert end is not None
    assert not end.is_filtered


def test_the_level_of_a_recording_does_not_matter(music):
    filtered = np.convolve(music, firwin(401, 4000.0, fs=RATE), "same")
    loud, faint = (find_treble_end(recording(gain * filtered)) for gain in (1.0, 0.01))
    assert loud is not None
    assert faint is not None
    assert faint.cutoff_hz == pytest.approx(loud.cutoff_hz, rel=0.03)


def test_silence_and_very_low_sample_rates_tell_of_nothing(music):
    assert find_treble_end(recording(np.zeros(RATE))) is None
    assert find_treble_end(MemoryRecording(Audio(music[None].astype(np.float32), 2000))) is None
