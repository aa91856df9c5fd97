"""What is measured of a side is what it was made of."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.errors import SettingsError
from tests.signals import noise, sine
from tests.training.wizard.sides import LEAD_S, RATE, SEGMENT, known_side
from training.wizard.plan import Noise
from training.wizard.side_facts import (
    BANDS_HZ,
    SideAudio,
    measure_side,
    music_powers,
    noise_powers,
    read_side,
    to_db,
)


def test_a_quiet_side_is_measured_as_it_was_made(tmp_path: Path):
    known = known_side(tmp_path, snr_db=12.0, clicks=0.0)
    side = read_side(known.plan, known.path, RATE)
    assert side.noise_s == pytest.approx(LEAD_S)
    facts = measure_side(side, SEGMENT / RATE)
    true = noise_powers([known.noise], RATE)
    loud = to_db(true) > to_db(true).max() - 24.0
    assert np.abs(to_db(facts.noise) - to_db(true))[loud].max() < 2.0
    power = float(np.mean(np.square(known.noise)))
    true_db = [
        10.0 * np.log10(np.mean(np.square(each)) / power)
        for each in np.array_split(known.music, 10)
    ]
    assert float(np.median(facts.snr_db)) == pytest.approx(float(np.median(true_db)), abs=1.5)
    assert facts.clicks_per_second < 0.2
    assert facts.hum_db < -20.0


def test_clicks_of_the_music_are_not_taken_for_clicks_of_the_noise(tmp_path: Path):
    known = known_side(tmp_path, clicks=10.0)
    facts = measure_side(read_side(known.plan, known.path, RATE), SEGMENT / RATE)
    assert 2.0 < facts.clicks_per_second < 10.0
    assert facts.noise_clicks_per_second < 0.3
    assert facts.clicks_db < 0.3
    assert -16.0 < float(np.median(facts.click_sizes_db)) < 0.0


def test_bands_add_up_to_the_power(rng: np.random.Generator):
    samples = noise(rng, 4.0, 44100, level=0.1).samples[0]
    inside = float(noise_powers([samples], 44100).sum())
    share = (BANDS_HZ[-1] - BANDS_HZ[0]) / 22050.0
    assert 10 * np.log10(inside / (0.01 * share)) == pytest.approx(0.5, abs=0.6)
    tone = music_powers([sine(1000.0, 1.0).samples[0]], 44100)
    assert tone[np.argmin(np.abs(BANDS_HZ - 1000.0))] == pytest.approx(0.125, rel=0.02)


def test_hum_is_told_from_noise(rng: np.random.Generator):
    hiss = noise(rng, 3.0, RATE, level=0.1).samples[0]
    hum = sine(50.0, 3.0, RATE, amplitude=0.1).samples[0]
    side = read_side_of(hiss + hum, noise(rng, 4.0, RATE).samples[0])
    # a sine of 0.1 has half the power of noise of 0.1
    assert measure_side(side, 2.0).hum_db == pytest.approx(-3.0, abs=1.0)
    assert measure_side(replace(side, noise=(hiss,)), 2.0).hum_db < -20.0


def read_side_of(noise_samples, music_samples):
    return SideAudio((noise_samples,), (music_samples,), RATE)


def test_a_side_of_which_no_noise_is_ticked_is_refused(tmp_path: Path):
    known = known_side(tmp_path, clicks=0.0)
    (stretch,) = known.plan.noise.stretches
    plan = known.plan.changed(noise=Noise(stretches=(replace(stretch, is_taken=False),)))
    with pytest.raises(SettingsError, match="no noise of .*side.wav is ticked"):
        read_side(plan, known.path, RATE)
    short = known.plan.changed(noise=Noise(stretches=(replace(stretch, stop_s=0.1),)))
    with pytest.raises(SettingsError, match="tick some on the page"):
        read_side(short, known.path, RATE)
