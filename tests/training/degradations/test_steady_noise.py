"""Steady noise: one level, whatever the music."""

import numpy as np
import pytest

from engine.audio import Audio
from training.degradations.shaping import COLOURS
from training.degradations.steady_noise import SteadyNoise


@pytest.mark.parametrize("colour", sorted(COLOURS))
@pytest.mark.parametrize("loudness", [0.0, 0.5])
def test_level_is_that_asked_for_however_loud_the_music_is(colour, loudness):
    clean = Audio(np.full((2, 20000), loudness, np.float32), 22050)
    noise = SteadyNoise(colour=colour, level_dbfs=-30.0).apply(clean).samples - loudness
    assert 10 * np.log10(np.mean(noise[1] ** 2)) == pytest.approx(-30.0, abs=0.02)
    assert abs(np.corrcoef(noise)[0, 1]) < 0.2
