import numpy as np

from engine.dsp.click_detector import find, find_clicks
from tests.signals import clicks, music, noise


def test_finds_are_in_order_and_do_not_overlap(rng):
    degraded, _ = clicks(rng, music(rng, 2.0), per_second=30.0)
    spans = find(degraded.samples[0].astype(np.float64), 44100, 220).spans
    assert len(spans) > 30
    assert (spans[:, 1] > spans[:, 0]).all()
    assert (spans[1:, 0] >= spans[:-1, 1]).all()
    assert (spans[:, 1] - spans[:, 0]).max() <= 220


def test_edges_are_found_within_a_fifth_of_a_millisecond(rng):
    wave = noise(rng, 2.0, level=0.001).samples[0].astype(np.float64)
    wave[40000:40040] += 0.3 * rng.standard_normal(40)
    found = find_clicks(wave, 44100, 3.5, 220)
    assert len(found.spans) == 1
    assert abs(found.spans[0, 0] - 40000) <= 9
    assert abs(found.spans[0, 1] - 40040) <= 9


def test_clicks_side_by_side_are_not_lost_for_being_wide_together(rng):
    wave = noise(rng, 2.0, level=0.001).samples[0].astype(np.float64)
    for start in range(40000, 40600, 60):
        wave[start : start + 30] += 0.3 * rng.standard_normal(30)
    spans = find(wave, 44100, 220).spans
    assert (spans[:, 1] - spans[:, 0]).sum() >= 300


def test_a_higher_limit_finds_a_subset(rng):
    degraded, _ = clicks(rng, music(rng, 2.0), peak=0.05)
    wave = degraded.samples[0].astype(np.float64)
    few = {tuple(span) for span in find_clicks(wave, 44100, 8.0, 220).spans}
    many = {tuple(span) for span in find_clicks(wave, 44100, 0.0, 220).spans}
    assert few <= many


def test_a_click_is_found_at_other_sample_rates(rng):
    for sample_rate in (11025, 22050, 96000):
        wave = music(rng, 2.0, sample_rate).samples[0].astype(np.float64)
        wave += 0.002 * rng.standard_normal(len(wave))
        start, width = sample_rate, max(4, round(0.0007 * sample_rate))
        wave[start : start + width] += 0.4 * rng.standard_normal(width)
        spans = find_clicks(wave, sample_rate, 3.5, round(0.005 * sample_rate)).spans
        assert len(spans) == 1, sample_rate
        assert abs(spans[0, 0] - start) < 0.001 * sample_rate
