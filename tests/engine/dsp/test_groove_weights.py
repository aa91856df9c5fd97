"""The best mix of two walls against what theory says, and whose noise is whose."""

import numpy as np
import pytest

from engine.audio import Audio, MemoryRecording
from engine.dsp import groove_weights as module
from engine.dsp.groove_levels import MODES, groove_levels
from engine.dsp.groove_match import Match, Matched
from engine.dsp.groove_weights import best_mix, measure_weights
from tests.engine.groove_sides import RATE, Side, side, surface
from tests.signals import snr_db


def mixed(made: Side) -> np.ndarray:
    matched = Matched(made.recording, Match())
    return np.concatenate(list(best_mix(matched, measure_weights(matched))), axis=1)


@pytest.mark.parametrize("worse_db", [0.0, 6.0, 10.0, 15.0])
def test_the_weight_is_the_one_of_least_noise(rng, worse_db):
    worn = 10 ** (worse_db / 20)
    made = side(rng, (0.005, 0.005 * worn))
    noise = measure_weights(Matched(made.recording, Match())).noise
    assert noise.weight == pytest.approx(worn**2 / (1 + worn**2), abs=0.03)
    saved_db = 10 * np.log10(noise.of_mix(0.5) / noise.of_mix(noise.weight))
    expected_db = 10 * np.log10((1 + worn**2) ** 2 / (4 * worn**2))
    assert saved_db == pytest.approx(expected_db, abs=0.5 if worse_db < 12.0 else 1.5)


def test_noise_that_changes_walls_is_followed(rng):
    made = side(rng, (0.003, 0.003), seconds=6.0)
    worn = 0.015 * (np.arange(made.walls.n_samples) // (RATE * 3 // 2) % 2)
    walls = made.walls.samples.copy()
    walls[0] += worn * surface(rng, len(worn), 1.0)
    walls[1] += (0.015 - worn) * surface(rng, len(worn), 1.0)
    changed = Side(made.music, Audio(walls, RATE))
    gained = snr_db(made.music, mixed(changed)) - snr_db(made.music, changed.plain_sum)
    assert gained > 4.5


def test_noise_in_different_bands_is_followed(rng):
    made = side(rng, (0.003, 0.003))
    walls = made.walls.samples.copy()
    n_samples = walls.shape[1]
    hz = np.fft.rfftfreq(n_samples, 1 / RATE)
    for row, band in zip(walls, (hz < 1500, hz >= 1500), strict=True):
        spectrum = np.fft.rfft(rng.standard_normal(n_samples)) * band
        extra = np.fft.irfft(spectrum, n_samples)
        row += (0.02 * extra / np.std(extra)).astype(np.float32)
    changed = Side(made.music, Audio(walls, RATE))
    gained = snr_db(made.music, mixed(changed)) - snr_db(made.music, changed.plain_sum)
    assert gained > 7.0


def test_blocks_join_without_a_seam(rng, monkeypatch):
    made = side(rng, (0.005, 0.02), seconds=3.0)
    matched = Matched(made.recording, Match())
    monkeypatch.setattr(module, "BLOCK_S", 100.0)
    weights = measure_weights(matched)
    whole = np.concatenate(list(best_mix(matched, weights)), axis=1)
    monkeypatch.setattr(module, "BLOCK_S", 0.4)
    blocks = list(best_mix(matched, weights))
    assert len(blocks) == 8
    assert np.abs(np.concatenate(blocks, axis=1) - whole).max() < 1e-6


def test_levels_tell_the_noise_of_each_mode_under_music_that_never_pauses(rng):
    levels = groove_levels(side(rng, (0.002, 0.01)).recording)
    assert tuple(levels) == MODES
    expected = {
        "lateral": np.hypot(0.002, 0.01) / 2,
        "vertical": np.hypot(0.002, 0.01) / 2,
        "left": 0.002,
        "right": 0.01,
    }
    for mode, noise in expected.items():
        assert levels[mode] == pytest.approx(20 * np.log10(noise), abs=1.5), mode
    assert levels["weighted"] < levels["left"] + 0.5
    assert levels["quieter-wall"] < levels["left"] + 0.5


def test_levels_of_silence_are_told_as_silence():
    silence = MemoryRecording(Audio(np.zeros((2, RATE), np.float32), RATE))
    assert set(groove_levels(silence).values()) == {-200.0}
