"""Clicks of single walls, told from the music and laid at the right wall."""

import numpy as np
import pytest

from engine.dsp.groove_clicks import OVERLAP, look_for_clicks, split_clicks
from engine.dsp.short_time import ShortTime
from tests.engine.groove_sides import RATE, side
from tests.signals import snr_db

GRID = ShortTime.of(RATE, 5, OVERLAP)


@pytest.mark.parametrize("wall", [0, 1])
def test_a_click_is_taken_out_by_way_of_the_other_wall(rng, wall):
    made = side(rng, (0.002, 0.002), seconds=2.0)
    walls = made.walls.samples.copy()
    for at in range(5000, 85000, 8000):
        walls[wall, at : at + 40] += (0.3 * rng.standard_normal(40)).astype(np.float32)
    middle, difference = walls.mean(axis=0), walls[0] - walls[1]
    evidence = look_for_clicks(middle, difference, RATE, GRID)
    clean, rest = split_clicks(middle, difference, evidence, evidence.usual)
    assert evidence.share[5020] == pytest.approx(0.5 - wall, abs=0.1)
    assert snr_db(made.music, clean[None]) - snr_db(made.music, middle[None]) > 12.0
    assert np.abs(rest[5005:5035]).max() < 0.05


def test_walls_without_clicks_are_left_alone(rng):
    made = side(rng, (0.005, 0.01), seconds=2.0)
    left, right = made.walls.samples
    middle, difference = 0.5 * (left + right), left - right
    evidence = look_for_clicks(middle, difference, RATE, GRID)
    clean, rest = split_clicks(middle, difference, evidence, evidence.usual)
    assert snr_db(middle, clean) > 40.0
    assert snr_db(difference, rest) > 20.0


def test_walls_alike_keep_every_bit(rng):
    middle = side(rng, (0.0, 0.0), seconds=0.5).walls.samples[0]
    nothing = np.zeros_like(middle)
    evidence = look_for_clicks(middle, nothing, RATE, GRID)
    clean, rest = split_clicks(middle, nothing, evidence, evidence.usual)
    np.testing.assert_array_equal(clean, middle)
    assert not rest.any()
