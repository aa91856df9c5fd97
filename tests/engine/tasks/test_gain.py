import numpy as np
import pytest

from engine.tasks.gain import Gain
from tests.signals import noise


def test_gain_changes_the_level_by_what_it_says(rng: np.random.Generator):
    audio = noise(rng, 0.1)
    louder = Gain(gain_db=6.0).apply(audio, slice(0, audio.n_samples)).audio.samples
    np.testing.assert_allclose(louder, audio.samples * 1.995262, rtol=1e-6)


def test_no_gain_is_the_identity(rng: np.random.Generator):
    audio = noise(rng, 0.1)
    same = Gain().apply(audio, slice(0, audio.n_samples)).audio.samples
    np.testing.assert_array_equal(same, audio.samples)


def test_the_command_line_name_is_gain():
    assert Gain.name == "gain"
    assert [each.flag for each in Gain.params()] == ["--gain-db"]
    assert Gain.params()[0].default == pytest.approx(0.0)
