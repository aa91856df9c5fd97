"""Clean music, decoded once; what was damaged since is decoded again."""

import json

import numpy as np
import pytest
import soundfile

from tests.signals import music
from training.recordings import decode

RATE = 8000


@pytest.mark.parametrize(
    ("suffix", "damage"),
    [
        (".npy", b""),
        (".npy", b"\x93NUMPY"),
        (".npy", b"\x93NUMPY\x01\x00\x10\x00{'descr': '<i2',\n"),
        (".npy", b"\x80\x04K\x01."),
        (".json", b""),
        (".json", b"\xff\xfe"),
        (".json", b"3"),
        (".json", b"[" * 100_000),
        (".json", json.dumps({"scale": "[[", "rms": 1.0, "sha256": "0"}).encode()),
        (".json", json.dumps({"scale": 1e308, "rms": 1.0, "sha256": "0"}).encode()),
        (".json", json.dumps({"scale": 1.0, "rms": -1.0, "sha256": "0"}).encode()),
    ],
)
def test_what_was_decoded_and_is_damaged_is_decoded_again(tmp_path, rng, suffix, damage):
    path, cache = tmp_path / "a.wav", tmp_path / "cache"
    soundfile.write(path, music(rng, 0.5, RATE).samples.T, RATE)
    first = decode(path, RATE, cache)
    expected, rms = first.read(0, 4000), first.rms
    (kept,) = cache.glob(f"*{suffix}")
    kept.unlink()
    kept.write_bytes(damage)
    again = decode(path, RATE, cache)
    assert np.array_equal(again.read(0, 4000), expected)
    assert again.rms == rms
