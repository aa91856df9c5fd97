import numpy as np
import pytest

from engine.audio import Audio, MemoryRecording
from engine.dsp.groove_levels import MODES, groove_levels
from engine.dsp.groove_mixes import measure_mixes
from engine.region import Region
from engine.tasks.groove import Groove
from tests.engine.groove_sides import RATE, side


@pytest.fixture(scope="module")
def recording():
    return side(np.random.default_rng(7), (0.01, 0.02), 3.0).recording


@pytest.fixture(scope="module")
def mixes(recording):
    return measure_mixes(recording, None)


@pytest.mark.parametrize("mode", MODES)
def test_a_stretch_is_what_the_task_makes_of_it(recording, mixes, mode):
    task = Groove(mode=mode).fit(recording)
    whole = np.concatenate(list(task.blocks(recording)), axis=1)
    start, stop = round(1.1 * RATE), round(1.6 * RATE)
    found = mixes.read(mode, start, stop)
    error = np.sqrt(np.mean((found - whole[:, start:stop]) ** 2) / np.mean(whole**2))
    assert error < 0.02


def test_without_marked_noise_the_levels_are_those_of_quiet_moments(recording, mixes):
    assert not mixes.on_noise
    assert mixes.levels_dbfs == pytest.approx(dict(groove_levels(recording)))


def test_on_marked_noise_the_level_is_that_of_the_stretch(rng):
    noise = 0.01 * rng.standard_normal((2, 2 * RATE)).astype(np.float32)
    mixes = measure_mixes(MemoryRecording(Audio(noise, RATE)), Region(0.5, 1.5))
    assert mixes.on_noise
    assert mixes.levels_dbfs["left"] == pytest.approx(-40.0, abs=0.3)
    assert mixes.levels_dbfs["lateral"] == pytest.approx(-43.0, abs=0.3)
    assert mixes.levels_dbfs["vertical"] == pytest.approx(-43.0, abs=0.3)
