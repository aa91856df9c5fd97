import numpy as np

from engine.dsp.click_detector import find
from engine.dsp.click_evidence import MEASUREMENTS, log_odds, measure
from tests.signals import clicks, music, noise


def burst(rng: np.random.Generator, width: int, tail: int = 0) -> np.ndarray:
    """Hiss with a burst at 1 s, after which the hiss is loud for a while."""
    wave = noise(rng, 2.0, level=0.002).samples[0].astype(np.float64)
    wave[44100 : 44100 + width] += 0.3 * rng.standard_normal(width)
    decay = np.exp(-np.arange(tail) / max(1, tail / 4))
    wave[44100 : 44100 + tail] += 0.05 * decay * rng.standard_normal(tail)
    return np.asarray(wave)


def test_every_measurement_is_finite(rng):
    degraded, _ = clicks(rng, music(rng, 2.0), per_second=40.0)
    evidence = measure(find(degraded.samples[0].astype(np.float64), 44100, 220))
    assert evidence.shape[1] == len(MEASUREMENTS)
    assert np.isfinite(evidence).all()


def test_a_lone_burst_is_surer_than_one_with_a_tail(rng):
    lone = log_odds(find(burst(rng, 40), 44100, 220)).max()
    tailed = log_odds(find(burst(rng, 40, tail=4410), 44100, 220)).max(initial=-20.0)
    assert lone > 8.0
    assert lone - tailed > 5.0


def test_company_makes_a_faint_click_likelier(rng):
    wave = noise(rng, 2.0, level=0.002).samples[0].astype(np.float64)
    wave[44100:44120] += 0.02 * rng.standard_normal(20)
    crowd = wave.copy()
    for start in range(30000, 60000, 5000):
        crowd[start : start + 30] += 0.3 * rng.standard_normal(30)

    def odds_at(samples: np.ndarray) -> float:
        finds = find(samples, 44100, 220)
        here = (finds.spans[:, 0] < 44120) & (finds.spans[:, 1] > 44100)
        return float(log_odds(finds)[here].max())

    assert odds_at(crowd) - odds_at(wave) > 2.0


def test_no_finds_have_no_odds():
    assert log_odds(find(np.zeros(20000), 44100, 220)).shape == (0,)
