"""Excerpts that are worth learning from."""

from pathlib import Path

import numpy as np
import pytest

from engine.audio import Samples
from tests.signals import music, noise, sine
from training.recordings import CleanRecording
from training.segment_choice import (
    choose_diverse,
    choose_random,
    score_segments,
    usable_starts,
)

RATE = 16000
SIZE = RATE


def recorded(samples: Samples) -> CleanRecording:
    steps = np.rint(samples * 32767.0).astype(np.int16)
    rms = float(np.sqrt(np.mean(np.square(samples, dtype=np.float64))))
    return CleanRecording(Path("x.wav"), steps, 1.0 / 32767.0, rms, 44100)


@pytest.fixture
def piece(rng: np.random.Generator) -> CleanRecording:
    """40 s: a held tone, with notes from 12 to 16 s and silence from 20 to 24 s."""
    samples = sine(440.0, 40.0, RATE, 0.3).samples[0].copy()
    samples[12 * RATE : 16 * RATE] = music(rng, 4.0, RATE).samples[0]
    samples[20 * RATE : 24 * RATE] = 1e-5
    return recorded(samples)


def test_what_is_chosen_is_where_most_happens(piece: CleanRecording):
    chosen = choose_diverse(piece, RATE, SIZE, 3, -50.0)
    assert len(chosen) == 3
    assert all(12 * RATE - SIZE // 2 <= each.start <= 16 * RATE - SIZE // 2 for each in chosen)
    assert [each.score for each in chosen] == sorted((e.score for e in chosen), reverse=True)


def test_the_scores_are_not_all_the_same(piece: CleanRecording):
    scores = np.array([each.score for each in score_segments(piece, RATE, SIZE, -50.0)])
    assert len(scores) > 40
    assert np.ptp(scores) > 0.5
    assert np.unique(scores).size > 10


def test_another_recording_gets_another_choice(rng: np.random.Generator):
    """What is chosen follows from the sound: with its halves exchanged it moves with them."""
    lively, held = music(rng, 10.0, RATE).samples[0], sine(300.0, 10.0, RATE).samples[0]
    forwards = choose_diverse(recorded(np.concatenate([lively, held])), RATE, SIZE, 5, -50.0)
    backwards = choose_diverse(recorded(np.concatenate([held, lively])), RATE, SIZE, 5, -50.0)
    assert max(each.start for each in forwards) < 10 * RATE
    assert min(each.start for each in backwards) >= 10 * RATE - SIZE // 2


def test_silence_and_ends_are_never_chosen_and_excerpts_do_not_overlap(piece: CleanRecording):
    starts = sorted(each.start for each in choose_diverse(piece, RATE, SIZE, 100, -50.0))
    assert min(np.diff(starts)) >= SIZE
    assert starts[0] >= 4 * RATE
    assert starts[-1] + SIZE <= 32 * RATE
    silent = [start for start in starts if 20 * RATE - SIZE // 4 < start < 24 * RATE - SIZE]
    assert silent == []


def test_level_plays_no_part_but_for_silence(piece: CleanRecording):
    quiet = CleanRecording(piece.path, piece.steps, piece.scale / 10.0, piece.rms / 10.0, 44100)
    loud_starts, quiet_starts = (
        [each.start for each in choose_diverse(each, RATE, SIZE, 3, -60.0)]
        for each in (piece, quiet)
    )
    assert loud_starts == quiet_starts


def test_the_ends_of_short_recordings_are_left_out_in_part_only():
    assert usable_starts(100 * RATE, RATE, SIZE) == (6 * RATE, 87 * RATE)
    assert usable_starts(10 * RATE, RATE, SIZE) == (RATE, 7 * RATE)
    assert usable_starts(SIZE + 5, RATE, SIZE) == (0, 5)
    assert usable_starts(10, RATE, SIZE) == (0, 0)


def test_random_excerpts_are_anywhere_but_in_silence(piece: CleanRecording, rng):
    starts = [choose_random(piece, RATE, SIZE, -50.0, rng) for _ in range(200)]
    assert min(starts) >= 4 * RATE
    assert max(starts) <= 31 * RATE
    assert np.std(starts) > 5 * RATE
    assert not [start for start in starts if 20 * RATE < start < 23 * RATE]


def test_what_is_silent_or_too_short_has_no_segments(rng: np.random.Generator):
    assert score_segments(recorded(np.zeros(5 * RATE, np.float32)), RATE, SIZE, -50.0) == ()
    assert score_segments(recorded(np.zeros(10, np.float32)), RATE, SIZE, -50.0) == ()
    (only,) = score_segments(recorded(noise(rng, 1.0, RATE).samples[0]), RATE, SIZE, -50.0)
    assert (only.start, only.score) == (0, 1.0)
