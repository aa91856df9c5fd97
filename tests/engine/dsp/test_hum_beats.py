import numpy as np
import pytest

from engine.dsp.hum_beats import BEAT_S, Lowering, beat, sound
from tests.signals import noise, sine, snr_db


@pytest.mark.parametrize("sample_rate", [8000, 11025, 16000, 44100, 96000, 384000])
@pytest.mark.parametrize("hz", [45.0, 2800.0])
def test_down_and_up_again_gives_the_same_tone(sample_rate: int, hz: float):
    tone = sine(hz, 0.5, sample_rate).samples
    lowering = Lowering.of(sample_rate)
    again = lowering.lift(lowering.lower(tone), tone.shape[1])
    middle = slice(sample_rate // 10, -sample_rate // 10)
    assert again.shape == tone.shape
    assert snr_db(tone[:, middle], again[:, middle]) > 70.0


def test_what_lies_above_does_not_fold_down():
    lowering = Lowering.of(44100)
    low = lowering.lower(sine(8820.0 - 300.0, 0.5).samples)
    assert np.abs(low[:, 400:-400]).max() < 3e-5


def test_beats_of_a_harmonic_have_its_amplitude_and_phase():
    rate = 8000
    phase = 2 * np.pi * 50.0 * np.arange(6 * rate) / rate
    wave = (0.3 * np.cos(3 * phase + 1.0)).astype(np.float32)[None]
    beats = beat(wave, rate, phase, 4)
    assert beats.shape == (1, 4, round(6 / BEAT_S))
    np.testing.assert_allclose(beats[0, 2, 4:-4], 0.3 * np.exp(1j), atol=1e-4)
    assert np.abs(beats[0, [0, 1, 3], 4:-4]).max() < 1e-4
    assert snr_db(wave[:, rate:-rate], sound(beats, rate, phase)[:, rate:-rate]) > 60.0


def test_a_tone_three_hertz_off_leaves_no_beat():
    rate = 8000
    phase = 2 * np.pi * 50.0 * np.arange(6 * rate) / rate
    beats = beat(sine(147.0, 6.0, rate).samples, rate, phase, 3)
    assert np.abs(beats[0, 2, 4:-4]).max() < 1e-4


def test_few_samples_are_no_trouble(rng: np.random.Generator):
    for n_samples in (1, 2, 50):
        wave = noise(rng, n_samples / 44100).samples
        lowering = Lowering.of(44100)
        low = lowering.lower(wave)
        assert lowering.lift(low, n_samples).shape == wave.shape
        assert np.isfinite(beat(low, lowering.sample_rate, np.zeros(low.shape[1]), 2)).all()
