"""Metrics against closed forms, and against the scorer that lies beside the repository."""

import json
import subprocess
import sys

import numpy as np
import pytest
import soundfile

from engine.errors import SettingsError
from tests.signals import music, sine
from training.metrics import (
    LogMelStatistics,
    frechet_log_mel,
    log_mel_l1,
    log_spectral_distance,
    multi_resolution_stft,
    segmental_snr_db,
    si_sdr_db,
    snr_db,
    snr_within_db,
)

RATE = 44100
TWO_SIDED = {
    "snr": snr_db,
    "si_sdr": si_sdr_db,
    "segmental": lambda x, y: segmental_snr_db(x, y, RATE),
    "lsd": log_spectral_distance,
    "mel": lambda x, y: log_mel_l1(x, y, RATE),
    "multi": multi_resolution_stft,
}


@pytest.fixture
def clean(rng):
    return music(rng, 1.5, RATE).samples[0]


@pytest.fixture
def noise(rng, clean):
    """Noise without mean and without any likeness to the music, 20 dB below it."""
    noise = rng.standard_normal(len(clean))
    x = clean - clean.mean(dtype=np.float64)
    noise -= noise.mean()
    noise -= (noise @ x) / (x @ x) * x
    return noise * np.sqrt(np.sum(np.square(clean, dtype=np.float64)) / (noise @ noise) / 100.0)


def test_noise_twenty_db_below_gives_an_snr_of_twenty(clean, noise):
    assert snr_db(clean, clean + noise) == pytest.approx(20.0, abs=1e-6)


def test_the_level_of_what_is_restored_matters_to_snr_and_not_to_si_sdr(clean, noise):
    restored = clean + noise
    assert snr_db(clean, 0.5 * clean) == pytest.approx(20.0 * np.log10(2.0), abs=1e-6)
    assert si_sdr_db(clean, 0.5 * restored) == pytest.approx(si_sdr_db(clean, restored), abs=1e-6)
    assert si_sdr_db(clean, restored + 0.1) == pytest.approx(si_sdr_db(clean, restored), abs=1e-6)


def test_frames_of_segmental_snr_are_held_to_their_range(clean):
    assert segmental_snr_db(clean, clean, RATE) == pytest.approx(35.0)
    assert segmental_snr_db(clean, -9.0 * clean, RATE) == pytest.approx(-10.0)
    steady = sine(1000.0, 1.0).samples[0].astype(np.float64)
    assert segmental_snr_db(steady, 0.9 * steady, RATE) == pytest.approx(20.0, abs=1e-6)


def test_twice_the_amplitude_is_an_lsd_of_log_four_in_the_base_asked_for(rng):
    loud = rng.standard_normal(RATE)
    at_ten = log_spectral_distance(loud, 2.0 * loud)
    assert at_ten == pytest.approx(np.log10(4.0), rel=1e-3)
    assert log_spectral_distance(loud, 2.0 * loud, base=np.e) == pytest.approx(
        at_ten * np.log(10.0), rel=1e-12
    )
    assert log_mel_l1(loud, 2.0 * loud, RATE) == pytest.approx(np.log10(4.0), rel=1e-3)


def test_lsd_above_a_frequency_sees_no_change_below_it(clean):
    hum = 0.1 * sine(200.0, 1.5).samples[0]
    everywhere = log_spectral_distance(clean, clean + hum)
    above = log_spectral_distance(clean, clean + hum, sample_rate=RATE, above_hz=4000.0)
    assert above < 0.05 * everywhere
    with pytest.raises(SettingsError, match="above_hz = 30000 is above 22050 Hz"):
        log_spectral_distance(clean, clean, above_hz=30000.0)


def test_snr_within_spans_looks_nowhere_else(clean):
    restored = clean.copy()
    restored[1000:2000] = 0.0
    restored[5000:] = 7.0
    assert snr_within_db(clean, restored, [slice(1000, 2000)]) == pytest.approx(0.0, abs=1e-6)
    assert snr_within_db(clean, restored, [slice(2000, 2500), slice(3000, 4000)]) > 120.0
    with pytest.raises(SettingsError, match="no sample lies in the spans"):
        snr_within_db(clean, restored, [])


def test_the_multi_resolution_distance_of_silence_from_noise_is_one_and_its_log_level(rng):
    noise = 0.1 * rng.standard_normal(RATE)
    silent = multi_resolution_stft(noise, np.zeros_like(noise))
    half = multi_resolution_stft(noise, 0.5 * noise)
    assert half == pytest.approx(0.5 + np.log(2.0), rel=1e-3)
    assert silent > 1.0 + 5.0


def test_equal_statistics_are_no_distance_apart_and_a_shift_counts_squared(rng):
    one, same, louder = (LogMelStatistics(RATE) for _ in range(3))
    samples = rng.standard_normal(RATE)
    one.add(samples)
    same.add(samples)
    louder.add(10.0 * samples)
    assert frechet_log_mel(one, same) == pytest.approx(0.0, abs=1e-6)
    # each of 80 bands is 20 dB up, which is 2 in log10 of power
    assert frechet_log_mel(one, louder) == pytest.approx(80 * 4.0, rel=1e-3)
    with pytest.raises(SettingsError, match="a set without recordings"):
        frechet_log_mel(one, LogMelStatistics(RATE))
    with pytest.raises(SettingsError, match="44100 and 22050 Hz"):
        frechet_log_mel(one, LogMelStatistics(22050))


@pytest.mark.parametrize("name", TWO_SIDED)
@pytest.mark.parametrize("length", [1, 100, 3000])
def test_silence_gives_a_number(name, length):
    silence, faint = np.zeros(length), np.full(length, 1e-9)
    for clean, restored in ((silence, silence), (silence, faint), (faint, silence)):
        assert np.isfinite(TWO_SIDED[name](clean, restored))


@pytest.mark.parametrize("name", TWO_SIDED)
def test_what_is_no_number_or_of_another_length_is_refused_in_a_sentence(name, clean):
    broken = clean.copy()
    broken[7] = np.nan
    with pytest.raises(SettingsError, match="the restored recording has samples that are not"):
        TWO_SIDED[name](clean, broken)
    with pytest.raises(SettingsError, match="has 66150 samples and the restored one 66149"):
        TWO_SIDED[name](clean, clean[1:])


def test_the_scorer_says_the_same(shared_data, tmp_path, clean, noise, rng):
    pairs = {"noisy": clean + noise, "dull": 0.7 * clean, "odd": rng.standard_normal(len(clean))}
    for name, restored in pairs.items():
        for folder, samples in (("clean", clean), ("restored", restored)):
            (tmp_path / folder).mkdir(exist_ok=True)
            path = tmp_path / folder / f"{name}.wav"
            soundfile.write(path, samples.astype(np.float64), RATE, subtype="DOUBLE")
    report = tmp_path / "report.json"
    scorer = shared_data.parent / "tools" / "score.py"
    words = [sys.executable, scorer, tmp_path / "clean", tmp_path / "restored", "--json", report]
    subprocess.run(words, check=True, capture_output=True)
    files = json.loads(report.read_text(encoding="utf-8"))["files"]
    assert set(files) == set(pairs)
    for name, restored in pairs.items():
        told = files[name]
        assert snr_db(clean, restored) == pytest.approx(told["snr"], abs=1e-6)
        assert si_sdr_db(clean, restored) == pytest.approx(told["si_sdr"], abs=1e-6)
        assert log_spectral_distance(clean, restored) == pytest.approx(told["lsd"], abs=1e-9)
        high = log_spectral_distance(clean, restored, sample_rate=RATE, above_hz=4000.0)
        assert high == pytest.approx(told["hf_lsd"], abs=1e-9)
