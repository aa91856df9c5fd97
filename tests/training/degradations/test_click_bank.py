import numpy as np
import pytest

from engine.audio import Audio
from engine.errors import SettingsError
from tests.signals import music
from tests.training.banks import RATE, small_bank
from training.degradations.click_bank import ClickBankDamage
from training.harvest import save_bank


@pytest.fixture(scope="module")
def bank(tmp_path_factory):
    path = tmp_path_factory.mktemp("bank") / "bank.npz"
    save_bank(path, small_bank())
    return path


def added(damage, clean):
    return (damage.apply(clean).samples - clean.samples)[0]


def test_clicks_have_the_rate_and_the_size_that_were_asked_for(bank, rng):
    clean = Audio(0.1 * np.ones((1, 10 * RATE), np.float32), RATE)
    damage = ClickBankDamage(
        seed=2, path=bank, per_second=8.0, level_db=-6.0, spread_db=0.0, clusters=0.0
    )
    clicks = np.abs(added(damage, clean))
    starts = np.flatnonzero(np.diff((clicks > 0.02).astype(int)) == 1)
    assert 50 <= np.count_nonzero(np.diff(starts) > 40) <= 110
    assert clicks.max() == pytest.approx(0.05, rel=0.25)


def test_sizes_follow_the_music_just_there(bank):
    clean = Audio(np.zeros((1, 4 * RATE), np.float32), RATE)
    clean.samples[0, : 2 * RATE] = 0.2
    clean.samples[0, 2 * RATE :] = 0.02
    damage = ClickBankDamage(seed=1, path=bank, per_second=20.0, level_db=0.0, spread_db=0.0)
    clicks = np.abs(added(damage, clean))
    ratio = clicks[: 2 * RATE - 2000].max() / clicks[2 * RATE + 2000 :].max()
    assert ratio == pytest.approx(10.0, rel=0.3)


@pytest.mark.parametrize("kind", ["chebyshev", "fir"])
def test_behind_a_band_limit_clicks_ring_and_have_no_treble(bank, kind, rng):
    clean = music(rng, 1.0, RATE)
    plain = ClickBankDamage(seed=5, path=bank, level_db=0.0)
    limited = ClickBankDamage(seed=5, path=bank, level_db=0.0, band_limit=kind, cutoff_hz=3000.0)
    clicks = [added(each, clean).astype(np.float64) for each in (plain, limited)]
    high = np.fft.rfftfreq(clean.n_samples, 1.0 / RATE) > 4500.0
    treble = [np.sum(np.abs(np.fft.rfft(each)[high]) ** 2) for each in clicks]
    assert treble[1] < 0.02 * treble[0]
    wide = [np.count_nonzero(np.abs(each) > 0.02 * np.abs(each).max()) for each in clicks]
    assert wide[1] > 1.1 * wide[0]


def test_without_a_bank_it_says_so(rng):
    with pytest.raises(SettingsError, match="name a bank of clicks"):
        ClickBankDamage().apply(music(rng, 0.2, RATE))
