import numpy as np
import pytest

from engine.dsp.crackle_detector import find, find_crackle, shapes
from tests.signals import crackle, music, noise


def test_finds_are_in_order_and_share_no_sample(rng):
    degraded = crackle(rng, music(rng, 2.0), per_second=1000.0)
    spans = find(degraded.samples[0].astype(np.float64), 44100, 22).spans
    assert len(spans) > 500
    assert (spans[:, 1] > spans[:, 0]).all()
    assert (spans[1:, 0] > spans[:-1, 1]).all()


@pytest.mark.parametrize("width", [1, 4, 16])
def test_an_impulse_below_the_level_of_the_music_is_found(rng, width):
    wave = music(rng, 2.0).samples[0] + noise(rng, 2.0, level=1e-4).samples[0].astype(np.float64)
    at = np.arange(10000, 70000, 3000)
    for start in at:
        wave[start : start + width] += 0.003 * np.hanning(width + 2)[1:-1]
    assert wave.std() > 0.03
    spans = find(wave, 44100, 22).spans
    found = [((spans[:, 0] < start + width) & (spans[:, 1] > start)).any() for start in at]
    assert np.mean(found) > 0.9


def test_a_higher_limit_finds_a_subset(rng):
    wave = crackle(rng, music(rng, 2.0)).samples[0].astype(np.float64)
    few = {tuple(span) for span in find_crackle(wave, 44100, 3.0, 22).spans}
    many = {tuple(span) for span in find_crackle(wave, 44100, 0.0, 22).spans}
    assert 0 < len(few) < len(many)
    assert few <= many


def test_a_long_impulse_is_not_found_when_only_short_ones_are_looked_for(rng):
    wave = noise(rng, 2.0, level=0.002).samples[0].astype(np.float64)
    at = np.arange(10000, 70000, 3000)
    for start in at:
        wave[start : start + 18] += 0.004 * np.hanning(18)
    for longest, low, high in ((22, 0.9, 1.0), (2, 0.0, 0.6)):
        spans = find(wave, 44100, longest).spans
        found = [((spans[:, 0] < start + 12) & (spans[:, 1] > start + 6)).any() for start in at]
        assert low <= np.mean(found) <= high, longest


@pytest.mark.parametrize("sample_rate", [4000, 22050, 44100, 192000])
def test_no_shape_is_longer_than_allowed(sample_rate):
    for limit in (1, 3, round(0.0005 * sample_rate)):
        lengths = [len(shape) for shape in shapes(sample_rate, limit)]
        assert 1 in lengths
        assert max(lengths) <= max(1, limit)


def test_nothing_in_noise_alone_is_taken_for_crackle(rng):
    wave = noise(rng, 2.0, level=0.01).samples[0].astype(np.float64)
    assert len(find(wave, 44100, 22).spans) > 100
    assert len(find_crackle(wave, 44100, 0.6, 22).spans) == 0
