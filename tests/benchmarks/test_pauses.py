"""Pauses are found where a side has its own noise alone, and noise and music told apart there."""

import numpy as np

from benchmarks import pauses, real_sides

RATE = 22050


def side(rng, run_in_s=3.0, music_s=6.0):
    """A run-in of noise at -50 dBFS, then tones of one height above the same noise."""
    n_noise, n_music = round(run_in_s * RATE), round(music_s * RATE)
    noise = 10 ** (-50 / 20) * rng.standard_normal(n_noise + n_music)
    at_s = np.arange(n_music) / RATE
    music = sum(0.05 * np.sin(2 * np.pi * hz * at_s) for hz in pauses.CENTRES_HZ)
    return np.concatenate([np.zeros(n_noise), music]), noise


def test_the_run_in_is_the_pause(rng):
    music, noise = side(rng)
    found = pauses.find_pauses(pauses.levels_of(music + noise, RATE))
    assert found == [(0, 11)]  # the filter rings a little before the music


def test_a_fade_out_and_digital_silence_are_no_pause():
    fading = -20.0 - 12.0 * np.arange(40) * pauses.BLOCK_S
    levels = np.concatenate([np.full(60, -20.0), fading, np.full(20, -120.0)])
    assert pauses.find_pauses(levels) == []
    assert pauses.find_pauses(np.full(8, -120.0)) == []


def test_between_phrases_the_quietest_counts_where_there_is_no_run_in():
    levels = np.full(200, -20.0)
    levels[60:66], levels[100:106], levels[140:143] = -45.0, -38.0, -60.0
    assert pauses.find_pauses(levels) == [(60, 66)]


def test_noise_that_goes_is_no_change_of_the_music(rng):
    music, noise = side(rng)
    judged = real_sides.judge(music + noise, music + 0.1 * noise, RATE)
    assert judged.pauses_s == ((0.0, 2.75),)
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
    assert told == (0, 5)
    stop = round(told[1] * pauses.BLOCK_S * RATE)
    after = music + np.concatenate([np.zeros(stop), 0.1 * noise[stop:]])
    judged = real_sides.judge(before, after, RATE, told)
    assert judged.pauses_s == ((1.25, 2.75),)
    assert abs(judged.down_db - 20.0) < 0.01
    assert real_sides.marked(music[-RATE:], RATE) is None
