import numpy as np
import pytest

from engine.audio import Audio, MemoryRecording
from engine.jobs.survey import PLACE_S, PLACES, SurveyJob, _places
from tests.signals import clicks, noise, sine

RATE = 22050


def test_noise_bandwidth_and_clicks_are_what_was_put_in(rng: np.random.Generator):
    hiss = noise(rng, 12.0, RATE, level=0.003, n_channels=2)
    tone = sine(3000.0, 12.0, RATE, amplitude=0.1, n_channels=2)
    struck, spans = clicks(rng, tone, per_second=4.0, peak=0.6)
    survey = SurveyJob(MemoryRecording(Audio(struck.samples + hiss.samples, RATE))).run()
    assert survey.clicks_per_s == pytest.approx(len(spans) / 12.0, abs=0.5)
    assert survey.noise_dbfs == pytest.approx(20 * np.log10(0.003), abs=1.5)
    assert (survey.n_clipped, survey.first_clipped_s) == (0, None)


def test_the_bandwidth_is_how_high_partials_reach_whatever_crackles(rng: np.random.Generator):
    hiss = noise(rng, 8.0, RATE, level=0.003)
    hz = 500.0 * 1.06 ** np.arange(31)  # up to 2872 Hz
    tones = sum(sine(float(each), 8.0, RATE, amplitude=0.01).samples for each in hz)
    struck, _ = clicks(rng, Audio(hiss.samples + tones, RATE), per_second=10.0)
    survey = SurveyJob(MemoryRecording(struck)).run()
    assert survey.bandwidth_hz == pytest.approx(hz[-1], rel=0.13)
    surface, _ = clicks(rng, hiss, per_second=10.0)
    assert SurveyJob(MemoryRecording(surface)).run().bandwidth_hz == 0.0


def test_clipping_is_told(rng: np.random.Generator):
    wave = np.clip(sine(400.0, 3.0, RATE, amplitude=1.2).samples, -0.9, 0.9)
    survey = SurveyJob(MemoryRecording(Audio(wave, RATE))).run()
    assert survey.n_clipped > RATE // 2
    assert survey.first_clipped_s is not None
    assert survey.first_clipped_s < 0.01


def test_silence_has_nothing():
    survey = SurveyJob(MemoryRecording(Audio(np.zeros((1, RATE), np.float32), RATE))).run()
    assert (survey.clicks_per_s, survey.bandwidth_hz, survey.n_clipped) == (0.0, 0.0, 0)


def test_a_long_recording_is_looked_at_in_places_from_end_to_end():
    length = round(PLACE_S * RATE)
    n_samples = 600 * RATE
    places = _places(n_samples, length)
    assert len(places) == PLACES
    assert (places[0][0], places[-1][1]) == (0, n_samples)
    assert all(stop - start == length for start, stop in places)
