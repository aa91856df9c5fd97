"""Pauses are found where a side has its own noise alone, and noise and music told apart there."""

import numpy as np
import pytest

from benchmarks import pauses, real_sides

RATE = 22050


def side(rng, run_in_s=3.0, music_s=6.0):
    """A run-in of noise at -50 dBFS, then tones of one height above the same noise."""
    n_noise, n_music = round(run_in_s * RATE), round(music_s * RATE)
    noise = 10 ** (-50 / 20) * rng.standard_normal(n_noise + n_music)
    at_s = np.arange(n_music) / RATE
    music = sum(0.05 * np.sin(2 * np.pi * hz * at_s) for hz in pauses.CENTRES_HZ)
    return np.concatenate([np.zeros(n_noise), music]), noise


def steps(rng, levels_db):
    """White noise whose level is another in each quarter of a second."""
    amplitudes = 10.0 ** (np.repeat(levels_db, round(pauses.BLOCK_S * RATE)) / 20.0)
    return amplitudes * rng.standard_normal(len(amplitudes))


def test_the_run_in_is_the_pause_but_for_the_cut_of_the_file(rng):
    music, noise = side(rng)
    found = pauses.find_pauses(music + noise, RATE)
    assert found == [(1, 11)]  # the filter rings a little before the music


def test_a_fade_out_and_digital_silence_are_no_pause(rng):
    fading = -20.0 - 12.0 * np.arange(40) * pauses.BLOCK_S
    levels_db = np.concatenate([np.full(60, -20.0), fading, np.full(20, -160.0)])
    assert pauses.find_pauses(steps(rng, levels_db), RATE) == []
    assert pauses.find_pauses(np.zeros(8 * RATE), RATE) == []


def test_between_phrases_the_quietest_counts_where_there_is_no_run_in(rng):
    levels_db = np.full(200, -20.0)
    levels_db[60:66], levels_db[100:106], levels_db[140:143] = -45.0, -38.0, -60.0
    assert pauses.find_pauses(steps(rng, levels_db), RATE) == [(60, 66)]


@pytest.mark.parametrize(("chord_dbfs", "is_pause"), [(-55.0, False), (-80.0, True)])
def test_a_chord_that_rings_under_the_noise_is_music(rng, chord_dbfs, is_pause):
    levels_db = np.full(60, -20.0)
    levels_db[40:] = -45.0
    wave = steps(rng, levels_db)
    at_s = np.arange(len(wave)) / RATE
    for hz in (396.0, 528.0, 660.0):
        wave += 10.0 ** (chord_dbfs / 20.0) * np.sin(2 * np.pi * hz * at_s)
    assert bool(pauses.find_pauses(wave, RATE)) is is_pause


def test_noise_that_goes_is_no_change_of_the_music(rng):
    music, noise = side(rng)
    judged = real_sides.judge(music + noise, music + 0.1 * noise, RATE)
    assert judged.pauses_s == ((0.25, 2.75),)
    assert abs(judged.down_db - 20.0) < 0.01
    assert abs(judged.down_in_band_db - 20.0) < 0.01
    assert len(judged.change_db) == 12
    assert abs(judged.largest[1]) < 0.02
    assert real_sides.missed("side", judged) == []


def test_music_that_goes_with_the_noise_is_told_where_it_is_missing(rng):
    music, noise = side(rng)
    duller = music.copy()
    at_s = np.arange(round(6.0 * RATE)) / RATE
    duller[-len(at_s) :] -= 0.025 * np.sin(2 * np.pi * 1000.0 * at_s)
    judged = real_sides.judge(music + noise, duller + 0.5 * noise, RATE)
    hz, change = judged.largest
    assert hz == 1000
    assert abs(change + 6.02) < 0.05
    assert len(real_sides.missed("side", judged)) == 3


def test_a_third_octave_without_music_above_the_noise_is_not_judged(rng):
    _, noise = side(rng)
    at_s = np.arange(round(6.0 * RATE)) / RATE
    music = np.zeros(len(noise))
    music[-len(at_s) :] = 0.1 * np.sin(2 * np.pi * 1000.0 * at_s)
    judged = real_sides.judge(music + noise, music + noise, RATE)
    assert list(judged.change_db) == [1000]
    assert len(judged.unjudged_hz) == 11


def test_the_half_of_the_pause_that_is_marked_is_not_judged(rng):
    music, noise = side(rng)
    before = music + noise
    told = real_sides.marked(before, RATE)
    assert told == (1, 6)
    stop = round(told[1] * pauses.BLOCK_S * RATE)
    after = music + np.concatenate([np.zeros(stop), 0.1 * noise[stop:]])
    judged = real_sides.judge(before, after, RATE, told)
    assert judged.pauses_s == ((1.5, 2.75),)
    assert abs(judged.down_db - 20.0) < 0.01
    assert real_sides.marked(music[-RATE:], RATE) is None
