"""Faded noise: found beside dense music where it fades, and not where a needle is lifted."""

import numpy as np
import pytest

from engine.audio import Audio, MemoryRecording
from engine.dsp.faded_noise import steadiness_db
from engine.dsp.noise_stretches import LIKELY, find_noise_stretches

RATE = 22050
NOISE = 0.003
HALL_DBFS = 20 * np.log10(3.5 * NOISE)
MUSIC_S, STEADY_S, FADE_S = 8.0, 1.6, 3.0


def dense(rng: np.random.Generator) -> np.ndarray:
    """Chords in a hall that never goes quiet, and is heard alone between them, 11 dB above."""
    at = np.arange(round(MUSIC_S * RATE)) / RATE
    hall = 3.5 * NOISE * rng.standard_normal(len(at))
    chords = sum(
        np.sin(2 * np.pi * hz * k * at) / k for hz in (262.0, 330.0, 392.0) for k in range(1, 12)
    )
    music = hall + 0.03 * chords * (at % 2.0 > 1.0)
    music[-RATE // 10 :] *= np.linspace(1.0, 0.0, RATE // 10)
    return music


def ending(rng: np.random.Generator, drop_db: np.ndarray) -> np.ndarray:
    """Noise that is steady, and then goes down."""
    steady = np.zeros(round(STEADY_S * RATE))
    noise = NOISE * rng.standard_normal(len(steady) + len(drop_db))
    return noise * 10 ** (-np.concatenate([steady, drop_db]) / 20)


FADE = np.linspace(0.0, 60.0, round(FADE_S * RATE))
LIFT = np.full(round(FADE_S * RATE), 40.0)


def found(samples: np.ndarray):
    return find_noise_stretches(MemoryRecording(Audio(samples[None].astype(np.float32), RATE)))


@pytest.mark.parametrize("is_reversed", [False, True], ids=["out", "in"])
def test_steady_noise_is_found_before_a_fade(is_reversed, rng: np.random.Generator):
    samples = np.concatenate([dense(rng), ending(rng, FADE)])
    stretches = found(samples[::-1] if is_reversed else samples)
    origin = "lead-in" if is_reversed else "lead-out"
    (only,) = (each for each in stretches if each.level_dbfs < HALL_DBFS - 7.0)
    assert only.sure >= LIKELY
    assert only.origin == origin
    assert only.level_dbfs == pytest.approx(20 * np.log10(NOISE), abs=1.5)
    span = (only.start_s, only.stop_s)
    if is_reversed:
        span = tuple(len(samples) / RATE - each for each in reversed(span))
    assert span[0] > MUSIC_S
    assert span[1] < MUSIC_S + STEADY_S + 0.5


@pytest.mark.parametrize("drop_db", [LIFT, np.zeros(0)], ids=["lifted", "cut"])
def test_what_does_not_fade_may_be_a_needle_in_the_air(drop_db, rng: np.random.Generator):
    taken = found(np.concatenate([dense(rng), ending(rng, drop_db)]))
    assert all(each.level_dbfs > HALL_DBFS - 7.0 for each in taken)


def test_a_fade_of_the_music_itself_is_never_steady(rng: np.random.Generator):
    hall = 3.5 * NOISE * rng.standard_normal(4 * RATE) * 10 ** (-np.linspace(0, 70, 4 * RATE) / 20)
    taken = found(np.concatenate([dense(rng), hall]))
    assert all(each.level_dbfs > HALL_DBFS - 7.0 for each in taken)


def test_far_below_the_music_there_is_no_groove():
    levels_db = np.repeat([-40.0, -70.0], [20, 12])
    levels_db = np.concatenate([levels_db, -70.0 - np.linspace(0, 40, 24)])
    is_plain = np.arange(len(levels_db)) >= 20
    for reference_db, is_there in ((-60.0, True), (-50.0, False)):
        far = steadiness_db(
            (levels_db, levels_db), (reference_db, reference_db), is_plain, (0.0, 20.0)
        )
        assert np.isfinite(far).any() == is_there
        assert not np.isfinite(far[:20]).any()


def test_without_music_nothing_is_beside_it():
    levels_db = np.zeros(9)
    far = steadiness_db((levels_db, levels_db), (0.0, 0.0), levels_db == 0.0, (np.inf, np.inf))
    assert np.isinf(far).all()
