"""A stretch is heard as it is, a short one over and over, and a note in it is seen."""

import numpy as np
import pytest
import soundfile

from engine.errors import StorageError
from tests.signals import noise
from training.wizard.hear_stretch import LEAST_HEARD_S, HearStretchJob, picture_of, read_stretch
from training.wizard.plan import Stretch

RATE = 16000


@pytest.fixture
def transfer(tmp_path, rng):
    """Five seconds of noise in two channels."""
    samples = noise(rng, 5.0, RATE, 0.05, 2).samples
    soundfile.write(tmp_path / "a.wav", samples.T, RATE, subtype="FLOAT")
    return str(tmp_path / "a.wav"), samples


def test_a_long_stretch_is_played_as_it_is(transfer):
    path, samples = transfer
    audio = HearStretchJob(Stretch(path, 1.0, 4.0)).run()
    np.testing.assert_array_equal(audio.samples, samples[:, RATE : 4 * RATE])


def test_a_short_stretch_is_repeated_without_a_dent(transfer):
    path, _ = transfer
    audio = HearStretchJob(Stretch(path, 1.0, 1.6)).run()
    assert LEAST_HEARD_S <= audio.duration_s < LEAST_HEARD_S + 0.6
    middle = audio.samples[:, RATE // 10 : -RATE // 10]
    powers = np.square(middle[:, : middle.shape[1] // 400 * 400]).reshape(2, -1, 400).mean((0, 2))
    assert powers.min() / powers.mean() > 0.7
    assert powers.max() / powers.mean() < 1.4


def test_the_picture_is_a_png_of_that_stretch_alone(transfer):
    path, _ = transfer
    first, second = (picture_of(Stretch(path, at, at + 1.0)) for at in (0.0, 3.0))
    assert first.startswith(b"\x89PNG")
    assert first != second


def test_a_transfer_that_has_become_shorter_is_told(transfer):
    path, _ = transfer
    with pytest.raises(StorageError, match="a.wav is shorter than when it was searched"):
        read_stretch(Stretch(path, 6.0, 7.0))
