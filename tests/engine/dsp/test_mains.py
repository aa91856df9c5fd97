import numpy as np
import pytest

from engine.dsp import mains
from engine.dsp.hum_beats import beat
from tests.engine.dsp.hum_signals import hum, mains_over_time
from tests.signals import music, noise

RATE = 8000


def test_fifty_is_told_from_sixty_under_music(rng: np.random.Generator):
    search = mains.Search()
    for mains_hz in (50.0, 60.0, 47.3):
        steady = mains_over_time(10.0, RATE, mains_hz, 0.0)
        low = music(rng, 10.0, RATE).samples + hum(steady, RATE, 0.01)
        weights = mains.weigh_candidates(mains.score(low, RATE, search))
        assert mains.choose(weights, search) == pytest.approx(mains_hz, abs=0.15)


@pytest.mark.parametrize(("hz", "expected"), [(100.0, 50.0), (120.0, 60.0)])
def test_one_harmonic_alone_is_taken_for_one_of_common_mains(
    hz: float, expected: float, rng: np.random.Generator
):
    search = mains.Search()
    low = noise(rng, 8.0, RATE, 0.01).samples + hum(np.full(8 * RATE, hz), RATE, 0.05, 1)
    weights = mains.weigh_candidates(mains.score(low, RATE, search))
    assert mains.choose(weights, search) == pytest.approx(expected, abs=0.2)


def test_drift_is_followed_to_some_thousandths_of_a_hertz(rng: np.random.Generator):
    truth = mains_over_time(16.0, RATE)
    low = 0.5 * music(rng, 16.0, RATE).samples + hum(truth, RATE)
    search = mains.Search(49.5, 51.5)
    track = mains.find_track(mains.score(low, RATE, search), search)
    for _ in range(2):
        beats = beat(low, RATE, mains.track_to_phase(track, low.shape[1], RATE), 12)
        track = mains.refine_track(track, beats, range(1, 13))
    at = np.minimum((np.arange(len(track)) * mains.HOP_S * RATE).astype(int), len(truth) - 1)
    error_hz = track - truth[at]
    assert np.sqrt(np.mean(error_hz**2)) < 0.006
    assert np.abs(error_hz).max() < 0.025


def test_the_phase_advances_with_the_track():
    phase = mains.track_to_phase(np.full(5, 50.0), 2 * RATE, RATE)
    np.testing.assert_allclose(np.diff(phase), 2 * np.pi * 50.0 / RATE)


def test_a_path_prefers_steady_candidates():
    scores = np.zeros((20, 50))
    scores[:, 20] = 3.0
    scores[7, 40] = 12.0
    assert set(mains.find_path(scores)) == {20}


@pytest.mark.parametrize("n_low", [1, 30, 9000])
def test_a_track_of_little_or_nothing_is_finite(n_low: int):
    search = mains.Search(49.0, 51.0)
    low = np.zeros((1, n_low), np.float32)
    track = mains.find_track(mains.score(low, RATE, search), search)
    beats = beat(low, RATE, mains.track_to_phase(track, n_low, RATE), 3)
    track = mains.refine_track(track, beats, (1, 2, 3))
    assert len(track) == mains.n_frames(n_low, RATE)
    assert np.isfinite(track).all()
