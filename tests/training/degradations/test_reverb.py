"""Reverb: each setting changes what it is named after, and that alone is what is measured."""

import numpy as np
import pytest
from scipy.signal import butter, sosfilt

from engine.audio import Audio
from training.degradations.reverb import Reverb

RATE = 22050


def response(n_channels=1, **settings):
    """Wet sound that an impulse leaves, with enough time to die away."""
    samples = np.zeros((n_channels, 5 * RATE), np.float32)
    samples[:, 0] = 1.0
    wet = Reverb(**({"pre_delay_ms": 0.0} | settings)).apply(Audio(samples, RATE)).samples - samples
    return wet.astype(np.float64)


def decay_s(wave):
    """Time for 60 dB from the slope between -5 and -25 dB of the energy that is still to come."""
    rest = np.cumsum(np.square(wave)[::-1])[::-1]
    level = 10 * np.log10(rest / rest[0] + 1e-30)
    first, last = np.argmax(level < -5.0), np.argmax(level < -25.0)
    return 3.0 * (last - first) / RATE


def band(wave, low_hz, high_hz):
    return sosfilt(butter(4, [low_hz, high_hz], "bandpass", fs=RATE, output="sos"), wave)


@pytest.mark.parametrize("reverberance", [0.0, 50.0, 80.0])
def test_reverberance_is_the_time_that_sound_takes_to_die(reverberance):
    reverb = Reverb(reverberance=reverberance, hf_damping=0.0, room_scale=0.0)
    wave = response(reverberance=reverberance, hf_damping=0.0, room_scale=0.0)[0]
    assert decay_s(wave) == pytest.approx(reverb.decay_s, rel=0.1)


def test_damping_shortens_the_treble_and_leaves_the_bass():
    bright, dull = (response(hf_damping=damping, room_scale=0.0)[0] for damping in (0.0, 100.0))
    treble = [decay_s(band(wave, 5000, 9000)) for wave in (bright, dull)]
    bass = [decay_s(band(wave, 100, 300)) for wave in (bright, dull)]
    assert treble[1] < 0.5 * treble[0]
    assert bass[1] == pytest.approx(bass[0], rel=0.15)


def test_in_a_large_room_sound_builds_up_later():
    half_s = []
    for scale in (0.0, 50.0, 100.0):
        energy = np.cumsum(np.square(response(room_scale=scale, reverberance=60.0)[0]))
        half_s.append(np.argmax(energy > 0.5 * energy[-1]) / RATE)
    assert half_s[1] > half_s[0] + 0.02
    assert half_s[2] > half_s[1] + 0.01


def test_stereo_depth_makes_channels_unlike():
    alike = [
        np.corrcoef(response(2, stereo_depth=depth, reverberance=70.0))[0, 1]
        for depth in (0.0, 50.0, 100.0)
    ]
    assert alike == pytest.approx([1.0, 0.5, 0.0], abs=0.12)


def test_delay_is_the_time_before_the_first_wet_sample():
    for delay_ms in (0.0, 40.0, 200.0):
        wave = response(pre_delay_ms=delay_ms, room_scale=0.0)[0]
        first = np.argmax(np.abs(wave) > 1e-3 * np.abs(wave).max()) / RATE
        assert first == pytest.approx(delay_ms / 1000, abs=0.001)


def test_wet_gain_is_the_energy_of_wet_to_dry():
    for gain_db in (-30.0, -10.0, 10.0):
        energy = np.sum(np.square(response(wet_gain_db=gain_db, reverberance=30.0)[0]))
        assert 10 * np.log10(energy) == pytest.approx(gain_db, abs=0.05)


def test_the_dry_sound_stays(rng):
    clean = Audio(rng.standard_normal((1, RATE)).astype(np.float32), RATE)
    degraded = Reverb(wet_gain_db=-30.0).apply(clean)
    assert np.corrcoef(degraded.samples[0], clean.samples[0])[0, 1] > 0.999
