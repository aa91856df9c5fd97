import time

import numpy as np
import pytest
from scipy.signal import lfilter

from engine.dsp.replay_curves import CURVES
from engine.dsp.replay_filter import equaliser
from engine.dsp.stream_filter import CHUNK, StreamFilter
from tests.signals import noise

RATE = 96_000
PARTS = equaliser(CURVES["RIAA_500R-13.7"], CURVES["Columbia_300N-16"], RATE)


def test_it_computes_what_a_plain_recursion_does(rng: np.random.Generator):
    samples = noise(rng, 0.5, RATE, n_channels=2).samples
    expected = samples.astype(np.float64)
    for part in PARTS:
        expected = lfilter(part.gain * part.numerator, part.denominator, expected)
    filtered = StreamFilter(PARTS, 2).process(samples)
    assert np.abs(filtered - expected).max() < 1e-7 * np.abs(expected).max()


@pytest.mark.parametrize("block", [1, CHUNK - 1, CHUNK, 1000])
def test_blocks_of_any_length_give_the_same_samples(block: int, rng: np.random.Generator):
    samples = noise(rng, 0.02, RATE, n_channels=2).samples
    whole = StreamFilter(PARTS, 2).process(samples)
    stream = StreamFilter(PARTS, 2)
    pieces = [stream.process(samples[:, i : i + block]) for i in range(0, 1920, block)]
    np.testing.assert_allclose(np.concatenate(pieces, axis=1), whole, atol=1e-8)


def test_reset_forgets_what_came_before(rng: np.random.Generator):
    samples = noise(rng, 0.1, RATE).samples
    stream = StreamFilter(PARTS, 1)
    first = stream.process(samples)
    stream.reset()
    np.testing.assert_array_equal(stream.process(samples), first)


def test_silence_after_sound_ends_in_exact_silence(rng: np.random.Generator):
    stream = StreamFilter(PARTS, 1)
    stream.process(noise(rng, 0.1, RATE).samples)
    silence = np.zeros((1, RATE), np.float32)
    for _ in range(8):
        faded = stream.process(silence)
    assert not faded.any()


def test_no_filters_hand_the_block_back(rng: np.random.Generator):
    samples = noise(rng, 0.01).samples
    assert StreamFilter((), 1).process(samples) is samples


def test_it_takes_a_small_share_of_the_time_that_is_heard(rng: np.random.Generator):
    """Stereo at 96 kHz, blocks as a sound device asks for: less than 5 % of real time."""
    stream, block = StreamFilter(PARTS, 2), noise(rng, 1024 / RATE, RATE, n_channels=2).samples
    best_s = 1.0
    for _ in range(30):
        clock = time.perf_counter()
        stream.process(block)
        best_s = min(best_s, time.perf_counter() - clock)
    assert best_s < 0.05 * 1024 / RATE
