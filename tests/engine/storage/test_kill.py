"""A program killed while it restores, saves and exports; packaging/benchmarks/kill.py does more."""

import os
import random

import pytest

from benchmarks.kill import Nursery, kill_once, make_side

LINES = 58
"""How many the child writes when it is let alone."""
KILLS = 6


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes cannot be copied here")
def test_whatever_was_acknowledged_outlives_the_process(tmp_path):
    rng = random.Random(20260178)
    side = make_side(tmp_path, 1.0, 78)
    phases = []
    with Nursery(syncs=False) as nursery:
        for index in range(KILLS):
            line = 1 + LINES * index // KILLS + rng.randrange(LINES // KILLS)
            folder, delay_s = tmp_path / f"kill{index}", 0.01 * rng.random()
            told, wrong, _ = kill_once(nursery, folder, side, line, delay_s)
            assert wrong == [], told.lines
            phases.append(told.phase)
    assert len(set(phases)) > 2, phases
