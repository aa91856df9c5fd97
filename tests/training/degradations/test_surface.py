"""Surface noise: level, spectrum, what returns with each turn, variety."""

import time

import numpy as np
import pytest

from engine.audio import Audio
from tests.signals import music, noise
from training.degradations.surface import Surface

RATE = 44100


def level_db(samples, low_hz, high_hz, sample_rate=RATE):
    """Density of a band in dB."""
    power = np.abs(np.fft.rfft(samples.astype(np.float64))) ** 2
    bin_of = len(samples) / sample_rate
    return 10 * np.log10(power[round(low_hz * bin_of) : round(high_hz * bin_of)].mean())


def hiss(seed=3, **settings):
    """Noise without anything sudden or deep, in which the spectrum can be measured."""
    quiet = {"crackle": 0.0, "crackle_db": -6.0, "clicks_per_second": 0.0, "scratches": 0}
    still = {"pops_per_second": 0.0, "with_rumble": False, "bumps_db": 0.0, "turn_db": 0.0}
    return Surface(seed=seed, **(quiet | still | settings))


def test_noise_has_the_ratio_that_was_asked_for(rng):
    clean = music(rng, 2.0)
    noise_of = Surface(seed=5, snr_db=7.0).apply(clean).samples - clean.samples
    ratio = 10 * np.log10(np.mean(clean.samples**2) / np.mean(noise_of**2))
    assert ratio == pytest.approx(7.0, abs=0.01)


@pytest.mark.parametrize("tilt", [-3.0, 3.0])
def test_tilt_turns_the_spectrum_by_so_many_decibels_an_octave(tilt):
    flat = hiss(groove="even").noise(4 * RATE, RATE)
    tilted = hiss(groove="even", tilt_db_per_octave=tilt).noise(4 * RATE, RATE)
    change = [level_db(tilted, f, 2 * f) - level_db(flat, f, 2 * f) for f in (500, 2000)]
    assert change[1] - change[0] == pytest.approx(2 * tilt, abs=0.5)


def test_hiss_ends_above_its_corner():
    noise_of = hiss(groove="even", corner_hz=4000.0).noise(4 * RATE, RATE)
    below, above = level_db(noise_of, 1000, 2000), level_db(noise_of, 15000, 18000)
    assert above < below - 3.5


def test_a_scratch_comes_back_with_each_turn():
    settings = {"scratches": 3, "click_db": 28.0, "rpm": "78.26", "seed": 11}
    sounding = hiss(**settings).noise(8 * RATE, RATE)
    with_none = hiss(**(settings | {"scratches": 0})).noise(8 * RATE, RATE)
    envelope = np.abs(sounding - with_none).reshape(-1, 441).max(axis=1)
    envelope = envelope - envelope.mean()
    turn = round(60 / 78.26 * RATE / 441)
    lags = [float(envelope[lag:] @ envelope[:-lag]) for lag in range(20, turn + 20)]
    assert 20 + int(np.argmax(lags)) == pytest.approx(turn, abs=1)


def test_level_follows_the_turns():
    noise_of = hiss(turn_db=5.0, rpm="80", seed=2).noise(12 * RATE, RATE)
    turn = 60 * RATE // 80
    power = np.square(noise_of[: 16 * turn]).reshape(16, 25, -1).mean(axis=2)
    profile = 10 * np.log10(power)
    between, within = profile.mean(axis=0).std(), profile.std(axis=0).mean()
    assert between > 2.0
    assert within < 2.0


def test_rumble_and_hum_come_when_they_are_wanted():
    quiet, rumbling = (
        hiss(with_rumble=on, rumble_db=8.0, groove="cylinder").noise(4 * RATE, RATE)
        for on in (False, True)
    )
    assert level_db(rumbling, 15, 30) > level_db(quiet, 15, 30) + 20
    humming = hiss(with_hum=True, hum_db=-2.0, groove="cylinder").noise(4 * RATE, RATE)
    assert level_db(humming, 45, 65) > level_db(quiet, 45, 65) + 15


def test_draws_differ_more_than_the_grooves_they_start_from(rng):
    drawn = [Surface.draw(rng).noise(RATE, RATE) for _ in range(40)]
    slopes = [level_db(each, 6000, 8000) - level_db(each, 500, 1000) for each in drawn]
    tails = [float(np.mean((each / each.std()) ** 4)) for each in drawn]
    low, high = np.percentile(slopes, [10, 90])
    assert high - low > 12.0
    assert np.percentile(tails, 20) < 10.0
    assert np.percentile(tails, 80) > 25.0


def test_it_costs_little(rng):
    clean = Audio(noise(rng, 1.0).samples[:, :1].repeat(65536, axis=1), RATE)
    drawn = [Surface.draw(rng) for _ in range(15)]
    reference = []
    spent = []
    for each in drawn:
        begin = time.process_time()
        np.fft.rfft(np.fft.rfft(clean.samples[0].astype(np.float64)).real)
        reference.append(time.process_time() - begin)
        begin = time.process_time()
        each.apply(clean)
        spent.append(time.process_time() - begin)
    assert np.median(spent) < 40 * np.median(reference)


def test_what_is_sudden_may_end_where_the_hiss_ends():
    loud = {"click_db": 28.0, "clicks_per_second": 6.0, "crackle": 1.0, "crackle_db": 16.0}
    free, limited = (
        hiss(corner_hz=2500.0, **(loud | {"is_limited": told})).noise(4 * RATE, RATE)
        for told in (False, True)
    )
    assert level_db(limited, 300, 600) == pytest.approx(level_db(free, 300, 600), abs=0.5)
    assert level_db(limited, 7000, 9000) < level_db(free, 7000, 9000) - 6.0
