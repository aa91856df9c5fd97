import numpy as np
import pytest

from engine.audio import Audio, MemoryRecording
from engine.spectrogram import (
    FLOOR_DB,
    STEP_DB,
    TILE_FRAMES,
    WINDOWS,
    StftPicture,
    TileKey,
    analyse_tiles,
    hop_of,
    level_for,
    value_to_db,
)
from tests.signals import noise, sine

STFT = StftPicture(44100, 512)


def test_a_sine_has_its_own_level_in_the_bin_of_its_frequency():
    bin_hz = 44100 / 512
    recording = MemoryRecording(sine(20 * bin_hz, 1.0, amplitude=0.1, n_channels=2))
    values = STFT.analyse(recording, TileKey(0, 0))
    assert values.shape == (257, TILE_FRAMES)
    frame = values[:, TILE_FRAMES // 2]
    assert int(frame.argmax()) == 20
    assert value_to_db(float(frame.max())) == pytest.approx(-20.0, abs=STEP_DB)


@pytest.mark.parametrize(("shape", "leak_db"), [
    ("hann", -89.0), ("blackman-harris", -115.0), ("kaiser", -89.0), ("gaussian", -79.0),
])  # fmt: skip
def test_every_window_reads_the_level_of_a_sine_and_leaks_as_its_shape_does(shape, leak_db):
    picture = StftPicture(44100, 512, shape)
    recording = MemoryRecording(sine(20 * 44100 / 512, 1.0, amplitude=0.1))
    frame = picture.analyse(recording, TileKey(0, 0))[:, TILE_FRAMES // 2]
    assert int(frame.argmax()) == 20
    assert value_to_db(float(frame.max())) == pytest.approx(-20.0, abs=STEP_DB)
    between = MemoryRecording(sine(20.5 * 44100 / 512, 1.0, amplitude=0.1))
    frame = picture.analyse(between, TileKey(0, 0))[:, TILE_FRAMES // 2]
    assert value_to_db(float(frame[41:].max())) <= leak_db


def test_names_tell_windows_apart_and_the_usual_one_keeps_its_own():
    names = {StftPicture(44100, n_fft, shape).name for n_fft in (512, 1024) for shape in WINDOWS}
    assert len(names) == 2 * len(WINDOWS)
    assert StftPicture(44100, 2048).name == "stft-2048"


def test_the_level_is_the_mean_power_over_the_channels():
    audio = sine(20 * 44100 / 512, 1.0, amplitude=0.5, n_channels=2)
    audio.samples[1] = 0.0
    values = STFT.analyse(MemoryRecording(audio), TileKey(0, 0))
    assert value_to_db(float(values[20, 100])) == pytest.approx(-6.02 - 3.01, abs=STEP_DB)


def test_silence_has_value_zero():
    recording = MemoryRecording(Audio(np.zeros((1, 44100), np.float32), 44100))
    assert not STFT.analyse(recording, TileKey(0, 0)).any()
    assert value_to_db(0) == FLOOR_DB


def test_frames_of_neighbouring_tiles_follow_one_another_at_every_level(rng):
    audio = noise(rng, 3.0)
    for level in (-3, -1, 0):
        hop = hop_of(STFT, level)
        shifted = MemoryRecording(Audio(audio.samples[:, TILE_FRAMES * hop :], 44100))
        second = STFT.analyse(MemoryRecording(audio), TileKey(level, 1))
        first_of_shifted = STFT.analyse(shifted, TileKey(level, 0))
        # the first frames see what lies before the tile
        np.testing.assert_array_equal(second[:, 64:], first_of_shifted[:, 64:])


@pytest.mark.parametrize(
    ("samples_per_pixel", "level"), [(1.0, -3), (16.0, -3), (17.0, -2), (3000.0, 5)]
)
def test_frames_are_drawn_at_least_a_pixel_wide(samples_per_pixel, level):
    assert level_for(STFT, samples_per_pixel) == level
    assert hop_of(STFT, level) >= samples_per_pixel


def test_a_sketch_is_given_up_where_reading_is_slow():
    recording = MemoryRecording(sine(440.0, 60.0))
    assert STFT.sketch(recording, TileKey(5, 0), limit_s=0.0) is None


def test_tiles_analysed_together_equal_single_ones_and_read_once(rng):
    class Counting(MemoryRecording):
        n_reads = 0

        def read(self, start, stop):
            Counting.n_reads += 1
            return super().read(start, stop)

    recording = Counting(noise(rng, 3.0))
    keys = [TileKey(0, 1), TileKey(0, 2), TileKey(0, 4)]
    together = analyse_tiles(STFT, recording, keys)
    assert Counting.n_reads == 1
    for key, values in zip(keys, together, strict=True):
        np.testing.assert_array_equal(values, STFT.analyse(recording, key))
