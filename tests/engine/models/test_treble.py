import numpy as np
import pytest
import torch

from engine.errors import ModelError
from engine.models.treble import Treble, TrebleConfig
from tests.signals import music

TINY = TrebleConfig(512, 128, channels=(4, 8), time_dilations=(1,), bin_dilations=(2,))
RATE = 44100


@pytest.fixture
def network() -> Treble:
    torch.manual_seed(78)
    return Treble(TINY).eval()


@pytest.fixture
def degraded(rng):
    samples = music(rng, 1.0).samples
    spectrum = np.fft.rfft(samples)
    spectrum[:, np.fft.rfftfreq(samples.shape[1], 1 / RATE) > 4000.0] = 0.0
    return torch.from_numpy(np.fft.irfft(spectrum, samples.shape[1]).astype(np.float32))[None]


def power_db(samples, low_hz: float, high_hz: float) -> float:
    wave = samples[0, 0].numpy() * np.hanning(samples.shape[-1])
    power = np.abs(np.fft.rfft(wave)) ** 2
    hz = np.fft.rfftfreq(len(wave), 1 / RATE)
    return float(10 * np.log10(power[(hz >= low_hz) & (hz < high_hz)].sum() + 1e-20))


def test_what_lies_below_the_cutoff_it_was_told_stays(network, degraded):
    with torch.inference_mode():
        change = network.told(4000.0 / RATE)(degraded) - degraded
    assert power_db(change, 4500.0, 20_000.0) > power_db(change, 0.0, 3500.0) + 30.0
    assert power_db(change, 0.0, 3500.0) < power_db(degraded, 0.0, 3500.0) - 60.0


def test_bins_above_the_cutoff_come_out_at_the_levels_foretold(network, degraded):
    cutoff = torch.tensor([4000.0 / RATE])
    with torch.inference_mode():
        levels = network.levels(network.transform.forward(degraded)[:, 0])
        foretold = network.foretold(levels, cutoff)
        restored = network.told(4000.0 / RATE)(degraded)
        made = network.levels(network.transform.forward(restored)[:, 0])[:, : network.n_bins]
    inside = network.rise(cutoff)[0, :, 0] == 1.0
    error = (made - foretold.levels)[0, inside]
    assert error.mean().abs() < 0.3
    assert error.std() < 0.6
    assert ((foretold.own >= 0.0) & (foretold.own <= 1.0)).all()


def test_settings_that_do_not_fit_are_refused():
    with pytest.raises(ModelError, match="n_fft = 1000 must be a multiple of 128"):
        TrebleConfig(n_fft=1000, hop_length=250)
    with pytest.raises(ModelError, match="must be as many"):
        TrebleConfig(time_dilations=(1, 2))
