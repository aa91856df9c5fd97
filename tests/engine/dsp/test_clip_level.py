import numpy as np
import pytest
from numpy.typing import NDArray

from engine.audio import Audio, MemoryRecording
from engine.dsp.clip_level import Levels, find_clipped, find_levels
from tests.signals import music, noise, sine

RATE = 44100


def levels_of(samples: NDArray[np.floating], sample_rate: int = RATE) -> tuple[Levels, ...]:
    return find_levels(MemoryRecording(Audio(samples.astype(np.float32), sample_rate)))


def test_each_polarity_of_each_channel_has_its_own_level(rng: np.random.Generator):
    clean = music(rng, 2.0, n_channels=2).samples
    clipped = clean.clip([[-0.2], [-1.0]], [[0.15], [0.1]]).astype(np.float32)
    left, right = levels_of(clipped)
    assert [level.low for level in left[0]] == [np.float32(0.15)]
    assert [level.low for level in left[1]] == [np.float32(0.2)]
    assert [level.low for level in right[0]] == [np.float32(0.1)]
    assert right[1] == ()


@pytest.mark.parametrize("hz", [20.0, 50.0, 440.0, 3000.0])
@pytest.mark.parametrize("sample_rate", [8000, 44100, 384000])
@pytest.mark.parametrize("bits", [8, 16, 24])
def test_the_round_top_of_a_tone_is_no_clipping(hz: float, sample_rate: int, bits: int):
    tone = sine(hz, 0.5, sample_rate, amplitude=0.9).samples
    steps = np.float32(2.0 ** (bits - 1))
    assert levels_of(np.round(tone * steps) / steps, sample_rate) == (((), ()),)


def test_music_brought_to_full_scale_has_no_clip_level(rng: np.random.Generator):
    for audio in (music(rng, 2.0), noise(rng, 2.0)):
        full = audio.samples / np.abs(audio.samples).max()
        assert levels_of(full) == (((), ()),)
        assert levels_of(np.round(full * 32767) / np.float32(32768)) == (((), ()),)


@pytest.mark.parametrize("level", [0.0, 1e-5, 0.5, 1.0])
def test_a_constant_is_not_clipped(level: float):
    assert levels_of(np.full((1, RATE), level, np.float32)) == (((), ()),)


@pytest.mark.parametrize("sample_rate", [8000, 96000, 384000])
def test_clipping_is_found_at_every_rate(sample_rate: int):
    tone = np.clip(sine(220.0, 0.5, sample_rate, amplitude=0.9).samples, -0.7, 0.7)
    ((up, down),) = levels_of(tone, sample_rate)
    assert up[0].low == down[0].low == np.float32(0.7)


def test_dither_after_clipping_widens_the_level(rng: np.random.Generator):
    clipped = np.clip(music(rng, 2.0).samples, -0.15, 0.15)
    dithered = clipped + 2e-5 * rng.uniform(-1, 1, clipped.shape).astype(np.float32)
    audio = Audio(dithered, RATE)
    found = find_clipped(audio, find_levels(MemoryRecording(audio)))
    really = np.abs(clipped) >= np.float32(0.15)
    assert np.mean(found[really]) > 0.95
    assert np.mean(found[~really]) < 0.002


def test_levels_before_and_after_a_change_of_gain_are_both_found(rng: np.random.Generator):
    clipped = np.clip(music(rng, 4.0).samples, -0.15, 0.15)
    clipped[:, 2 * RATE :] *= np.float32(0.8)
    audio = Audio(clipped, RATE)
    found = find_clipped(audio, find_levels(MemoryRecording(audio)))
    really = np.abs(clipped) >= np.where(np.arange(4 * RATE) < 2 * RATE, 0.15, 0.12) - 1e-6
    assert np.mean(found[really]) > 0.99
    assert not found[~really].any()


def test_one_flat_peak_at_full_scale_is_enough():
    tone = sine(440.0, 1.0, amplitude=0.5).samples
    tone[0, :200] *= 2.4
    ((up, down),) = levels_of(np.clip(tone, -1.0, 1.0))
    assert [level.low for level in up] == [1.0]
    assert [level.low for level in down] == [1.0]
