"""The two files of a pair, the same bytes each time."""

import hashlib
from pathlib import Path

import numpy as np
import pytest
import soundfile

from engine.audio_file import open_audio
from tests.signals import noise
from training.pair_file import gain_to_fit, write_pair_file

RATE = 22050


def test_floats_are_kept_bit_for_bit_and_without_the_time_of_writing(tmp_path: Path, rng):
    samples = 3.0 * noise(rng, 0.5, RATE, 0.5).samples[0]
    digest = write_pair_file(samples, RATE, tmp_path / "a.wav")
    assert digest == hashlib.sha256(samples.tobytes()).hexdigest()
    with open_audio(tmp_path / "a.wav") as file:
        assert (file.sample_rate, file.format.subtype) == (RATE, "FLOAT")
        np.testing.assert_array_equal(file.read(0, file.n_samples).samples[0], samples)
    np.testing.assert_array_equal(soundfile.read(tmp_path / "a.wav", dtype="float32")[0], samples)
    assert b"PEAK" not in (tmp_path / "a.wav").read_bytes()


def test_flac_has_24_bits_of_them(tmp_path: Path, rng):
    samples = noise(rng, 0.5, RATE, 0.1).samples[0]
    digests = {write_pair_file(samples, RATE, tmp_path / name) for name in ("a.flac", "b.flac")}
    assert len(digests) == 1
    assert (tmp_path / "a.flac").read_bytes() == (tmp_path / "b.flac").read_bytes()
    stored = soundfile.read(tmp_path / "a.flac", dtype="float32")[0]
    assert np.abs(stored - samples).max() <= 0.5001 * 2.0**-23
    assert soundfile.info(tmp_path / "a.flac").subtype == "PCM_24"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.flac", "b.flac"]


def test_only_what_would_clip_is_taken_down():
    assert gain_to_fit(0.97, "flac") == 1.0
    assert gain_to_fit(1.96, "flac") == pytest.approx(0.5)
    assert gain_to_fit(1.96, "wav") == 1.0
    assert gain_to_fit(0.0, "flac") == 1.0


def test_a_folder_that_is_missing_is_an_error_of_the_system(tmp_path: Path):
    for name in ("a.wav", "a.flac"):
        with pytest.raises(OSError, match="nowhere"):
            write_pair_file(np.zeros(10, np.float32), RATE, tmp_path / "nowhere" / name)
