import numpy as np
import pytest
import torch
from scipy.special import exp1

from engine.dsp.spectral_gain import log_spectral_gain
from engine.models.spectral_rule import (
    _followed,
    _followed_in_numpy,
    exponential_integral,
    spectral_gain,
)


def test_the_exponential_integral_is_scipys_within_two_percent_where_it_counts():
    x = np.geomspace(1e-6, 40.0, 400)
    found = exponential_integral(torch.from_numpy(x)).numpy()
    assert np.abs(found / exp1(x) - 1.0)[x < 10.0].max() < 0.02
    assert found[x >= 10.0].max() < 1e-5


def test_the_first_frame_alone_gets_the_gain_of_the_classical_rule():
    spectrum = torch.linspace(0.3, 4.0, 50)[None, :, None].to(torch.complex64)
    found = spectral_gain(spectrum, torch.ones(1, 50), memory=0.98)[0, :, 0].numpy()
    posterior = np.square(np.linspace(0.3, 4.0, 50)).astype(np.float32)
    prior = (0.98 + 0.02 * np.maximum(posterior - 1.0, 0.0)).astype(np.float32)
    assert found == pytest.approx(log_spectral_gain(prior, posterior), abs=5e-3)


def test_noise_goes_down_and_a_tone_above_it_stays():
    generator = torch.Generator().manual_seed(2)
    spectrum = torch.randn(1, 40, 200, generator=generator, dtype=torch.complex64)
    spectrum[:, 7] += 20.0
    gain = spectral_gain(spectrum, torch.ones(1, 40), memory=0.98)
    assert float(gain[:, 7].min()) > 0.94
    assert float(gain[:, 7].mean()) > 0.99
    assert 20.0 * torch.log10(gain[:, 10:].square().mean().sqrt()) < -14.0
    assert torch.equal(gain, spectral_gain(spectrum.flip(-1), torch.ones(1, 40), 0.98).flip(-1))


def test_without_noise_nothing_is_done():
    spectrum = torch.ones(1, 8, 5, dtype=torch.complex64)
    assert float(spectral_gain(spectrum, torch.zeros(1, 8), 0.9).min()) > 0.999


def test_numpy_follows_as_tensors_do(rng):
    frames = np.float32(10.0) ** rng.uniform(-7, 6, (40, 2, 1, 50)).astype(np.float32)
    looked_up = _followed_in_numpy(frames.copy(), 0.98)
    computed = _followed(torch.from_numpy(frames), 0.98).numpy()
    assert 20.0 * np.abs(np.log10(looked_up / computed)).max() < 0.1


def test_what_is_not_a_number_stays_in_its_bin():
    spectrum = torch.ones(1, 8, 5, dtype=torch.complex64)
    spectrum[0, 3, 2] = np.nan
    gain = spectral_gain(spectrum, torch.ones(1, 8), 0.9)
    assert gain[0, 3].isnan().any()
    assert gain[0, torch.arange(8) != 3].isfinite().all()
