import numpy as np

from engine.dsp.crackle_detector import find
from engine.dsp.crackle_evidence import MEASUREMENTS, log_odds, measure
from tests.signals import crackle, music, noise


def test_every_measurement_is_finite(rng):
    wave = crackle(rng, music(rng, 2.0)).samples[0].astype(np.float64)
    evidence = measure(find(wave, 44100, 22))
    assert evidence.shape[1] == len(MEASUREMENTS)
    assert np.isfinite(evidence).all()


def test_the_level_of_the_recording_changes_no_odds(rng):
    wave = music(rng, 2.0).samples[0] + noise(rng, 2.0, level=0.01).samples[0]
    wave = crackle(rng, music(rng, 2.0)).samples[0].astype(np.float64) + wave
    loud, quiet = find(wave, 44100, 22), find(0.1 * wave, 44100, 22)
    assert abs(len(loud.spans) - len(quiet.spans)) < 0.02 * len(loud.spans)
    assert abs(np.median(log_odds(loud)) - np.median(log_odds(quiet))) < 0.1


def test_company_makes_a_faint_impulse_likelier(rng):
    wave = noise(rng, 2.0, level=0.002).samples[0].astype(np.float64)
    bump = np.hanning(10)
    wave[44100:44110] += 0.01 * bump
    crowd = wave.copy()
    for start in range(26000, 62000, 200):
        crowd[start : start + 10] += 0.02 * bump

    def odds_at(samples: np.ndarray) -> float:
        finds = find(samples, 44100, 22)
        here = (finds.spans[:, 0] < 44110) & (finds.spans[:, 1] > 44100)
        return float(log_odds(finds)[here].max())

    assert odds_at(crowd) - odds_at(wave) > 1.0


def test_no_finds_have_no_odds():
    assert log_odds(find(np.zeros(20000), 44100, 22)).shape == (0,)
