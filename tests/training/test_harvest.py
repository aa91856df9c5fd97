import numpy as np
import pytest

from engine.errors import SettingsError
from tests.signals import noise
from training.harvest import harvest, load_bank, save_bank

RATE = 44100
PLACES = (10000, 25000, 40000, 55000)


@pytest.fixture(scope="module")
def surface():
    """Hiss with four clicks of 40 samples that swing and fade."""
    generator = np.random.default_rng(4)
    hiss = noise(generator, 1.5, RATE, 0.005).samples[0].astype(np.float64)
    time = np.arange(40)
    click = 0.4 * np.cos(2 * np.pi * time / 12) * np.exp(-time / 12)
    struck = hiss.copy()
    for place, sign in zip(PLACES, (1, -1, 1, -1), strict=True):
        struck[place : place + 40] += sign * click
    return hiss, struck, click


def test_clicks_are_cut_out_without_the_hiss_and_the_hiss_stays_without_them(surface):
    hiss, struck, click = surface
    bank, (quiet,) = harvest([struck], RATE)
    assert len(bank) == len(PLACES)
    for number in range(len(bank)):
        wave = bank.wave(number)
        assert np.abs(wave).max() == pytest.approx(1.0)
        at = int(np.argmax(wave))
        shape = click[: len(wave) - at] / click[0]
        assert np.abs(wave[at : at + len(shape)] - shape).max() < 0.1
    assert np.abs(quiet - hiss).max() < 0.05
    assert bank.rates[0] == pytest.approx(len(PLACES) / 1.5)


def test_what_is_measured_is_what_is_there(surface):
    _, struck, _ = surface
    bank, _ = harvest([np.random.default_rng(1).normal(0.0, 0.01, RATE), struck], RATE)
    assert set(bank.source.tolist()) == {1}
    assert np.all((bank.width_ms > 0.5) & (bank.width_ms < 1.2))
    assert np.all(np.abs(bank.height_db - 20 * np.log10(0.4 / 0.005)) < 3.0)
    assert np.all((bank.centre_hz > 2000.0) & (bank.centre_hz < 6000.0))


def test_a_bank_comes_back_from_its_file(surface, tmp_path):
    bank, _ = harvest([surface[1]], RATE)
    save_bank(tmp_path / "bank.npz", bank)
    again = load_bank(tmp_path / "bank.npz")
    assert len(again) == len(bank)
    np.testing.assert_allclose(again.waves, bank.waves, atol=2e-5)
    np.testing.assert_array_equal(again.starts, bank.starts)
    np.testing.assert_array_equal(again.height_db, bank.height_db)


def test_what_is_no_bank_is_refused_in_a_sentence(tmp_path, surface):
    with pytest.raises(SettingsError, match="path is not set"):
        load_bank(None)
    with pytest.raises(SettingsError, match="cannot be read"):
        load_bank(tmp_path / "none.npz")
    (tmp_path / "text.npz").write_text("no archive")
    np.savez(tmp_path / "other.npz", waves=np.zeros(3))
    np.savez(tmp_path / "objects.npz", waves=np.array([{}], object))
    empty, _ = harvest([surface[0][:8000]], RATE)
    save_bank(tmp_path / "empty.npz", empty)
    for name in ("text", "other", "objects", "empty"):
        with pytest.raises(SettingsError, match=f"{name}.npz is no bank of clicks"):
            load_bank(tmp_path / f"{name}.npz")
