import numpy as np
import pytest

from engine.audio import Audio, MemoryRecording
from engine.channels import CHANNELS, OneChannel, channel_of, picked, suffix_of
from engine.peaks import Peaks
from tests.signals import noise


@pytest.fixture
def stereo(rng):
    return MemoryRecording(noise(rng, 1.0, n_channels=2))


def test_sum_and_difference_give_left_and_right_back(stereo):
    mid, side = (channel_of(stereo, kind).read(100, 900).samples for kind in ("mid", "side"))
    left, right = (channel_of(stereo, kind).read(100, 900).samples for kind in ("left", "right"))
    np.testing.assert_allclose(mid + side, left, atol=1e-7)
    np.testing.assert_allclose(mid - side, right, atol=1e-7)
    np.testing.assert_array_equal(np.concatenate([left, right]), stereo.read(100, 900).samples)
    assert mid.dtype == side.dtype == np.float32


@pytest.mark.parametrize(("kind", "n_channels"), [("all", 2), ("magic", 2), ("mid", 1), ("mid", 3)])
def test_what_is_not_stereo_and_all_channels_are_the_recording_itself(rng, kind, n_channels):
    recording = MemoryRecording(noise(rng, 0.1, n_channels=n_channels))
    assert channel_of(recording, kind) is recording
    assert suffix_of(recording) == ""


def test_channels_of_one_recording_are_told_apart_and_found_again(stereo):
    every = {channel_of(stereo, kind) for _ in range(2) for kind in CHANNELS}
    assert len(every) == len({suffix_of(each) for each in every}) == 5
    assert OneChannel(stereo, "mid") != OneChannel(MemoryRecording(stereo.audio), "mid")


def test_a_channel_of_peaks_is_the_peaks_of_a_channel(stereo):
    whole = Peaks(stereo)
    whole.compute()
    right = channel_of(stereo, "right")
    apart = Peaks(right)
    apart.compute()
    shared = whole.channel(right, 1)
    for width in (7, 300):
        np.testing.assert_array_equal(
            shared.entry_columns(0, 44100, width), apart.entry_columns(0, 44100, width)
        )


def test_peaks_of_the_difference_see_what_those_of_the_channels_do_not():
    samples = np.full((2, 4096), 0.5, np.float32)
    samples[:, 1000] = 0.4, 0.6
    side = channel_of(MemoryRecording(Audio(samples, 8000)), "side")
    peaks = Peaks(side)
    peaks.compute()
    low, high = peaks.entry_columns(0, 4096, 32)[0].T
    assert (low.argmin(), low.min(), high.max()) == (7, pytest.approx(-0.1), 0.0)
    assert picked(samples, "side").shape == (1, 4096)
