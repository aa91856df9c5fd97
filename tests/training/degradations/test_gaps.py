"""Gaps: where they lie, how long they are."""

import numpy as np
import pytest

from engine.audio import Audio
from engine.errors import SettingsError
from training.degradations.gaps import Gaps

RATE = 10000
CLEAN = Audio(np.ones((2, 2 * RATE), np.float32), RATE)


def test_gaps_are_as_long_and_as_many_as_was_asked_for_and_apart():
    for seed in range(20):
        gaps = Gaps(seed=seed, count=4, length_ms=30.0)
        lost = gaps.apply(CLEAN).samples == 0.0
        assert np.array_equal(lost[0], lost[1])
        edges = np.flatnonzero(np.diff(lost[0].astype(int), prepend=0, append=0))
        covered = [(int(a), int(b)) for a, b in edges.reshape(-1, 2)]
        assert sum(stop - start for start, stop in covered) == 4 * 300
        assert tuple(gaps.spans(2 * RATE, RATE)) == tuple(sorted(gaps.spans(2 * RATE, RATE)))


def test_sound_is_left_between_gaps_that_are_too_long():
    lost = Gaps(count=8, length_ms=2000.0).apply(CLEAN).samples[0] == 0.0
    assert lost.mean() == pytest.approx(0.5, abs=0.01)


def test_a_gap_lies_where_it_is_wanted():
    lost = np.flatnonzero(Gaps(start_s=0.5, length_ms=100.0).apply(CLEAN).samples[0] == 0.0)
    assert (lost[0], lost[-1], len(lost)) == (5000, 5999, 1000)


def test_a_gap_ends_with_the_recording():
    lost = np.flatnonzero(Gaps(start_s=1.95, length_ms=100.0).apply(CLEAN).samples[0] == 0.0)
    assert (lost[0], lost[-1]) == (19500, 19999)


def test_a_gap_behind_the_end_is_refused():
    with pytest.raises(SettingsError, match=r"start_s = 3 lies behind the end .* lasts 2.000 s"):
        Gaps(start_s=3.0).apply(CLEAN)
