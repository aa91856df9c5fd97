import numpy as np

from engine.audio import Audio, MemoryRecording
from engine.dsp.hum import estimate_hum, find_hum, settle, steadiness
from engine.dsp.hum_profile import Hum
from tests.engine.dsp.hum_signals import hum, mains_over_time
from tests.signals import music, snr_db

RATE = 8000


def test_steady_beats_are_told_from_turning_ones(rng: np.random.Generator):
    beats = np.ones((1, 2, 100), complex)
    beats[0, 1] = rng.standard_normal(100) + 1j * rng.standard_normal(100)
    steady = np.median(steadiness(beats), axis=2)[0]
    assert steady[0] > 0.999
    assert steady[1] < 0.5


def test_a_loud_note_does_not_move_what_has_settled():
    beats = np.full((1, 3, 160), 0.1 + 0.0j)
    beats[0, 1, 60:80] += 1.0
    np.testing.assert_allclose(np.abs(settle(beats, (1, 2, 3))), 0.1, atol=0.002)


def test_a_turn_that_all_harmonics_share_is_followed():
    turn = 0.1 * np.sin(np.arange(200) / 20.0)
    harmonics = np.arange(1, 9)[:, None]
    beats = (0.1 * np.exp(1j * harmonics * turn))[None]
    assert np.abs(settle(beats, range(1, 9)) - beats)[:, :, 8:-8].max() < 0.01


def test_a_level_that_all_harmonics_share_is_followed():
    level = 10 ** (0.1 * np.sin(np.arange(240) / 13.0))
    beats = np.tile(0.1 * level, (1, 8, 1)).astype(complex)
    error = np.abs(settle(beats, range(1, 9)) - beats)[:, :, 8:-8]
    assert np.sqrt(np.mean(error**2)) < 0.003


def test_the_hum_of_a_stretch_is_estimated_within_three_percent(rng: np.random.Generator):
    wave = hum(mains_over_time(16.0, RATE), RATE)
    degraded = Audio(wave + 0.5 * music(rng, 16.0, RATE).samples, RATE)
    profile = find_hum(MemoryRecording(degraded), 0.0, 0)
    assert profile.present == tuple(range(1, 13))
    np.testing.assert_allclose(profile.usual[0][:12], 0.03, rtol=0.1)
    assert snr_db(wave, estimate_hum(degraded, profile)) > 30.0


def test_digital_silence_has_no_hum(rng: np.random.Generator):
    wave = hum(mains_over_time(9.0, RATE), RATE)
    wave[:, 30000:40000] = 0.0
    estimated = estimate_hum(Audio(wave, RATE), Hum(50.3, ((0.03,) * 12,)))
    assert not estimated[:, 30000:40000].any()
    assert np.abs(estimated[:, :20000]).max() > 0.1
