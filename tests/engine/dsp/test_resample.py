"""Resampling against what is known: sines, music there and back, blocks, edges, silence."""

from fractions import Fraction

import numpy as np
import pytest

from engine.audio import Audio, MemoryRecording
from engine.dsp import resample as module
from engine.dsp.resample import PASSBAND, resample
from tests.signals import music, noise, sine, snr_db

RATE = 44100
SLOWER = Fraction(8000, 7826)


def resampled(audio: Audio, ratio: Fraction) -> Audio:
    recording = MemoryRecording(audio)
    blocks = list(resample(recording, ratio, round(audio.n_samples * ratio)))
    assert {block.dtype for block in blocks} == {np.dtype(np.float32)}
    return Audio(np.concatenate(blocks, axis=1), audio.sample_rate)


def ideal(frequency_hz: float, ratio: Fraction, n_samples: int) -> np.ndarray:
    time = np.arange(n_samples) / float(ratio)
    return 0.5 * np.sin(2 * np.pi * frequency_hz / RATE * time)[None]


@pytest.mark.parametrize("ratio", [SLOWER, 1 / SLOWER, Fraction(71290, 76593), Fraction(1, 2)])
@pytest.mark.parametrize("frequency_hz", [100.0, 5000.0, 10000.0, 18000.0])
def test_a_sine_is_the_sine_of_the_new_pitch_sample_by_sample(frequency_hz, ratio):
    if frequency_hz > PASSBAND * RATE / 2 * ratio:
        return
    after = resampled(sine(frequency_hz, 1.0), ratio).samples
    expected = ideal(frequency_hz, ratio, after.shape[1])
    assert snr_db(expected[:, 500:-500], after[:, 500:-500]) > 130.0


@pytest.mark.parametrize("frequency_hz", [440.0, 5000.0, 18000.0])
def test_the_ends_are_those_of_a_sound_that_goes_on(frequency_hz):
    after = resampled(sine(frequency_hz, 0.5), SLOWER).samples
    expected = ideal(frequency_hz, SLOWER, after.shape[1])
    ms50 = RATE // 20
    assert snr_db(expected[:, :ms50], after[:, :ms50]) > 100.0
    assert snr_db(expected[:, -ms50:], after[:, -ms50:]) > 100.0


def test_what_the_new_rate_cannot_hold_is_gone():
    kept = resampled(sine(0.94 * RATE / 4, 0.5), Fraction(1, 2)).samples[0, 500:-500]
    gone = resampled(sine(1.001 * RATE / 4, 0.5), Fraction(1, 2)).samples[0, 500:-500]
    assert np.std(kept) == pytest.approx(0.5 / np.sqrt(2), rel=1e-3)
    assert 20 * np.log10(np.std(gone)) < -110.0


def test_blocks_make_no_difference(rng, monkeypatch):
    audio = noise(rng, 0.7, RATE, n_channels=2)
    whole = resampled(audio, SLOWER).samples
    monkeypatch.setattr(module, "BLOCK_SAMPLES", 1009)
    assert np.abs(resampled(audio, SLOWER).samples - whole).max() < 1e-6


def test_positions_stay_exact_after_hours():
    start = 96000 * 3600 * 4
    at, phase = module._positions(start, start + 2, SLOWER)
    exact = start * 2 / SLOWER
    assert at[0] == exact.numerator // exact.denominator
    assert phase[0] == pytest.approx(float(exact % 1), abs=1e-12)


@pytest.mark.parametrize("n_samples", [1, 2, 17, 300])
def test_a_few_samples_are_no_trouble(n_samples, rng):
    after = resampled(noise(rng, n_samples / RATE, RATE), SLOWER)
    assert after.n_samples == round(n_samples * SLOWER)
    assert np.isfinite(after.samples).all()
    assert np.abs(after.samples).max() < 1.0


def test_silence_stays_silent():
    silence = Audio(np.zeros((1, 5000), np.float32), RATE)
    assert not resampled(silence, SLOWER).samples.any()


def test_there_and_back_is_where_it_began(rng):
    audio = music(rng, 2.0)
    there = resampled(audio, SLOWER)
    back = resampled(there, 1 / SLOWER).samples
    assert back.shape == audio.samples.shape
    ms50 = RATE // 20
    for span in (slice(None), slice(0, ms50), slice(-ms50, None)):
        assert snr_db(audio.samples[:, span], back[:, span]) > 85.0
