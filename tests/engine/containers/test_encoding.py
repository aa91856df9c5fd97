"""Samples as bytes and back."""

import numpy as np
import pytest

from engine.containers import Encoding

ENCODINGS = [
    Encoding(8),
    Encoding(8, unsigned=True),
    *(Encoding(bits, big_endian=big) for bits in (16, 24, 32) for big in (False, True)),
    *(Encoding(bits, is_float=True, big_endian=big) for bits in (32, 64) for big in (False, True)),
]


@pytest.mark.parametrize("encoding", ENCODINGS, ids=str)
def test_decoding_gives_back_what_was_encoded_at_any_length(rng, encoding):
    for n_channels, n_samples in ((1, 0), (1, 1), (2, 1), (1, 2), (3, 5), (2, 1000)):
        if encoding.is_float:
            native = rng.standard_normal((n_channels, n_samples)).astype(encoding.dtype)
        else:
            shape = (n_channels, n_samples)
            native = rng.integers(encoding.low, encoding.high, shape, endpoint=True)
            native = native.astype(np.int32)
            native.flat[: 2 * n_samples : 2] = encoding.low
        stored = encoding.encode(native)
        assert len(stored) == native.size * encoding.width
        decoded = encoding.decode(stored, n_channels)
        np.testing.assert_array_equal(decoded, native)
        assert decoded.dtype == encoding.dtype
