import numpy as np
import pytest

from engine.audio import Audio, MemoryRecording
from engine.quiet import quietest
from engine.region import Region
from tests.signals import music, noise

RATE = 8000


@pytest.fixture
def side(rng):
    """Two seconds of noise with a click, four of music, three of fainter noise; silence between."""
    hiss = noise(rng, 2.0, RATE, 0.01).samples
    hiss[0, 5000] = 0.9
    loud = music(rng, 4.0, RATE).samples
    faint = noise(rng, 3.0, RATE, 0.004).samples
    gap = np.zeros((1, RATE), np.float32)
    joined = np.concatenate([hiss, loud, gap, faint], axis=1)
    return MemoryRecording(Audio(joined.astype(np.float32), RATE))


def test_the_quietest_noise_is_found_and_silence_is_none(side):
    found = quietest(side)
    assert found is not None
    assert found.start_s >= 7.0
    assert found.stop_s <= 10.0
    assert found.duration_s >= 2.5


def test_noise_is_never_looked_for_in_what_is_marked_as_music(side):
    found = quietest(side, (Region(6.5, 10.0),))
    assert found is not None
    assert found.stop_s <= 2.0
    assert found.duration_s >= 1.0


def test_a_click_does_not_keep_a_stretch_from_being_found(rng):
    hiss = noise(rng, 2.0, RATE, 0.01).samples
    hiss[0, 8000] = 0.9
    found = quietest(MemoryRecording(Audio(hiss, RATE)))
    assert found is not None


def test_there_is_none_where_all_is_music_or_it_is_too_short(side, rng):
    assert quietest(side, (Region(0.0, 10.0),)) is None
    assert quietest(MemoryRecording(noise(rng, 0.5, RATE))) is None
