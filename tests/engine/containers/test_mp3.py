import io

import numpy as np
import pytest
import soundfile

from engine.containers.mp3 import has_mp3_frames
from tests.signals import noise


@pytest.mark.parametrize("sample_rate", [44100, 32000, 22050, 8000])
def test_frames_of_every_version_are_known(rng: np.random.Generator, sample_rate: int):
    memory = io.BytesIO()
    samples = noise(rng, 0.5, sample_rate).samples.T
    soundfile.write(memory, samples, sample_rate, format="MP3")
    assert has_mp3_frames(b"padding" + memory.getvalue())


def test_noise_and_a_single_stray_header_are_no_stream(rng: np.random.Generator):
    assert not has_mp3_frames(b"")
    assert not has_mp3_frames(b"\xff\xfb\x90\x00" + bytes(2000))
    assert not has_mp3_frames(bytes(3000))
