"""The noise bank: which files, how they go on, and what is kept in memory."""

import numpy as np
import pytest
import soundfile

from engine.audio import Audio
from engine.errors import EngineError, SettingsError
from tests.signals import music
from training.degradations.noise_bank import NoiseBank
from training.degradations.noise_files import read_noise, stretch

RATE = 22050


@pytest.fixture
def folder(tmp_path, rng):
    for name, rate, level in (("a.wav", RATE, 0.1), ("deep/b.flac", 2 * RATE, 0.3)):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        samples = level * rng.standard_normal((3 * rate, 2)) + 0.2
        soundfile.write(tmp_path / name, samples, rate)
    (tmp_path / "notes.txt").write_text("no sound")
    return tmp_path


def added(bank, clean):
    return bank.apply(clean).samples - clean.samples


def test_noise_has_the_ratio_that_was_asked_for_and_no_mean(folder, rng):
    clean = music(rng, 2.0, RATE, 2)
    noise = added(NoiseBank(seed=1, path=folder, snr_db=5.0, tilt_db_per_octave=-2.0), clean)
    assert 10 * np.log10(np.mean(clean.samples**2) / np.mean(noise**2)) == pytest.approx(
        5.0, abs=0.01
    )
    assert abs(noise.mean()) < 1e-3 * noise.std()
    assert np.allclose(noise[0], noise[1], atol=1e-6)


def test_another_seed_takes_another_piece_and_in_time_every_file(folder, rng):
    clean = music(rng, 0.5, RATE)
    own = read_noise(folder / "a.wav", RATE)
    hits = []
    for seed in range(12):
        noise = added(NoiseBank(seed=seed, path=folder, snr_db=0.0), clean)[0]
        match = np.correlate(own, noise[2000:4000] / np.linalg.norm(noise[2000:4000]), "valid")
        hits.append(np.abs(match).max() / (own.std() * np.sqrt(2000)) > 0.9)
    assert 1 <= sum(hits) <= 11


def test_what_is_too_short_goes_on_in_whole_turns(rng):
    noise = rng.standard_normal(3000).astype(np.float32)
    long = stretch(noise, 12000, 1000.0, rng)
    assert np.array_equal(long[:10000], long[2000:])
    # no place is weaker than the rest, that of the fade included
    power = np.convolve(np.square(long), np.ones(100) / 100, "valid")
    assert power.min() > 0.4


def test_a_noise_shorter_than_a_turn_goes_on_all_the_same(rng):
    long = stretch(rng.standard_normal(50).astype(np.float32), 400, 1000.0, rng)
    assert long.shape == (400,)
    assert np.isfinite(long).all()


def test_one_file_will_do_and_tilt_and_low_cut_colour_it(folder, rng):
    clean = music(rng, 4.0, RATE)
    plain, coloured = (
        added(NoiseBank(seed=4, path=folder / "a.wav", snr_db=0.0, **settings), clean)[0]
        for settings in ({}, {"tilt_db_per_octave": 3.0, "low_cut_hz": 300.0})
    )
    change = []
    for low, high in ((50, 100), (1000, 2000), (4000, 8000)):
        band = slice(4 * low, 4 * high)
        spectra = [np.abs(np.fft.rfft(each.astype(np.float64)))[band] for each in (plain, coloured)]
        change.append(20 * np.log10(np.linalg.norm(spectra[1]) / np.linalg.norm(spectra[0])))
    assert change[2] - change[1] == pytest.approx(6.0, abs=0.5)
    assert change[1] - change[0] > 35.0


@pytest.mark.parametrize("name", ["missing", "empty", "silent.wav", "broken.wav", None])
def test_what_holds_no_noise_is_refused_in_one_sentence(name, tmp_path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "broken.wav").write_bytes(b"RIFF....WAVE")
    soundfile.write(tmp_path / "silent.wav", np.zeros(4000), 8000)
    bank = NoiseBank(path=tmp_path / name if name else None)
    with pytest.raises(EngineError) as refused:
        bank.apply(Audio(np.ones((1, 500), np.float32), 8000))
    assert "\n" not in str(refused.value)


def test_a_file_that_changes_is_read_anew(tmp_path, rng):
    clean = music(rng, 0.3, RATE)
    path = tmp_path / "noise.wav"
    bank = NoiseBank(path=path)
    soundfile.write(path, rng.standard_normal(9000) * 0.1, RATE)
    first = added(bank, clean)
    soundfile.write(path, rng.standard_normal(9100) * 0.1, RATE)
    assert not np.array_equal(first, added(bank, clean))


def test_settings_error_names_the_setting():
    with pytest.raises(SettingsError, match="path is not set"):
        NoiseBank().apply(Audio(np.ones((1, 500), np.float32), 8000))
