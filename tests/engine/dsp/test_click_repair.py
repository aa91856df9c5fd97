import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

from engine.dsp.ar import interpolate_gap
from engine.dsp.click_repair import repair, repair_clicks
from engine.dsp.whitening import Grid
from tests.signals import clicks, music, snr_db

Wave = NDArray[np.float64]


def damaged(rng: np.random.Generator) -> tuple[Wave, Wave, NDArray[np.int64]]:
    clean = music(rng, 2.0)
    degraded, spans = clicks(rng, clean, per_second=5.0)
    where = np.array([span for i, span in enumerate(spans) if not i or span[0] > spans[i - 1][1]])
    return clean.samples[0].astype(np.float64), degraded.samples[0].astype(np.float64), where


def test_without_passes_it_is_plain_interpolation(rng):
    clean, degraded, _ = damaged(rng)
    grid = Grid(order=32, window=2048, hop=1000)
    models = grid.models(clean)
    spans = np.array([[20000, 20030], [30000, 30007]])
    restored = repair(degraded, degraded, spans, models, grid.hop)
    for start, stop in spans:
        expected = interpolate_gap(degraded, start, stop, models[(start + stop) // 2 // 1000])
        np.testing.assert_allclose(restored[start:stop], expected, atol=1e-5)


def test_samples_outside_the_spans_are_exact(rng):
    _, degraded, spans = damaged(rng)
    restored = repair_clicks(degraded, degraded, spans, 44100)
    outside = np.ones(len(degraded), bool)
    for start, stop in spans:
        outside[start:stop] = False
    np.testing.assert_array_equal(restored[outside], degraded[outside])


def test_weighing_the_damage_beats_throwing_it_away_by_3_db(rng):
    clean = lfilter([1.0], [1.0, -1.8, 0.95], rng.standard_normal(40000))
    spans = np.arange(500, 39000, 500)[:, None] + np.array([0, 60])
    degraded = clean.copy()
    for start, stop in spans:
        decay = np.exp(-np.arange(60) / 10)
        degraded[start:stop] += 30.0 * decay * rng.standard_normal(60)
    models = np.tile([1.0, -1.8, 0.95], (40, 1))
    plain = repair(degraded, degraded, spans, models, 1000)
    weighed = repair(degraded, degraded, spans, models, 1000, np.ones(40000), passes=2)
    assert snr_db(clean, weighed) - snr_db(clean, plain) > 3.0


def test_a_span_at_an_end_is_left_alone(rng):
    wave = rng.standard_normal(5000)
    grid = Grid(order=32, window=2048, hop=1000)
    spans = np.array([[3, 9], [4995, 4999]])
    np.testing.assert_array_equal(repair(wave, wave, spans, grid.models(wave), grid.hop), wave)
