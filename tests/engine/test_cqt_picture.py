import numpy as np
import pytest

from engine.audio import Audio, MemoryRecording
from engine.cqt_picture import BINS_PER_OCTAVE, CqtPicture
from engine.spectrogram import STEP_DB, TILE_FRAMES, TileKey, value_to_db
from tests.signals import sine

CQT = CqtPicture(44100)


def test_a_sine_has_its_own_level_in_the_bin_of_its_frequency():
    for n in (40, 124, 214):
        hz = float(CQT.bins_hz[n])
        recording = MemoryRecording(sine(hz, 4.0, amplitude=0.1, n_channels=2))
        frame = CQT.analyse(recording, TileKey(0, 1))[:, TILE_FRAMES // 2]
        assert int(frame.argmax()) == n
        assert value_to_db(float(frame.max())) == pytest.approx(-20.0, abs=2 * STEP_DB)


def test_bins_are_a_quarter_tone_apart_and_end_below_nyquist():
    assert CQT.bins_hz[0] == pytest.approx(21.53, abs=0.01)
    np.testing.assert_allclose(CQT.bins_hz[1:] / CQT.bins_hz[:-1], 2 ** (1 / 24))
    assert CQT.bins_hz[-1] < 22050


@pytest.mark.parametrize("bins", BINS_PER_OCTAVE)
def test_every_resolution_reads_the_level_of_a_sine_and_has_context_enough(bins):
    picture = CqtPicture(22050, bins)
    n = 4 * bins
    hz = float(picture.bins_hz[n])
    length_s = 2 * TILE_FRAMES * picture.hop_samples / 22050
    recording = MemoryRecording(sine(hz, length_s, 22050, amplitude=0.1))
    frame = picture.analyse(recording, TileKey(0, 0))[:, TILE_FRAMES // 2]
    assert int(frame.argmax()) == n
    assert value_to_db(float(frame.max())) == pytest.approx(-20.0, abs=2 * STEP_DB)
    assert picture.margin_samples / 22050 >= 0.65 * picture._transform.longest_window_s
    sketch = picture.sketch(recording, TileKey(0, 0), limit_s=10.0)
    assert sketch is not None
    assert abs(int(sketch[:, TILE_FRAMES // 2].argmax()) - n) <= max(1, bins // 24)


def test_a_click_lies_in_its_own_frame_at_high_frequencies():
    samples = np.zeros((1, 3 * 44100), np.float32)
    samples[0, TILE_FRAMES * 256 + 100 * 256 + 128] = 1.0
    values = CQT.analyse(MemoryRecording(Audio(samples, 44100)), TileKey(0, 1))
    assert int(values[-1].argmax()) == 100
    assert values[-1, 100] > 60
    assert not np.delete(values[-1], range(96, 105)).any()


def test_neighbouring_tiles_agree_with_one_analysis_of_both(rng):
    audio = sine(float(CQT.bins_hz[64]), 6.0, amplitude=0.3)
    first = CQT.analyse(MemoryRecording(audio), TileKey(0, 1))
    second = CQT.analyse(MemoryRecording(audio), TileKey(0, 2))
    assert abs(int(first[64, -1]) - int(second[64, 0])) <= 1


def test_a_sketch_shows_a_sine_where_the_exact_tile_does():
    hz = float(CQT.bins_hz[144])
    recording = MemoryRecording(sine(hz, 8.0, amplitude=0.1))
    sketch = CQT.sketch(recording, TileKey(2, 0), limit_s=10.0)
    assert sketch is not None
    frame = sketch[:, TILE_FRAMES // 2]
    assert abs(int(frame.argmax()) - 144) <= 1
    assert value_to_db(float(frame.max())) == pytest.approx(-20.0, abs=2.0)


@pytest.mark.parametrize("sample_rate", [8000, 22050, 48000, 96000, 192000])
def test_every_usual_rate_has_a_picture(sample_rate):
    picture = CqtPicture(sample_rate)
    hz = float(picture.bins_hz[60])
    recording = MemoryRecording(sine(hz, 3.0, sample_rate, amplitude=0.1))
    values = picture.analyse(recording, TileKey(0, 0))
    assert values.shape == (len(picture.bins_hz), TILE_FRAMES)
    assert abs(int(values[:, TILE_FRAMES // 2].argmax()) - 60) <= 1
    sketch = picture.sketch(recording, TileKey(1, 0), limit_s=10.0)
    assert sketch is not None
    assert sketch.shape == values.shape
