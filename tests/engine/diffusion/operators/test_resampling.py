import pytest
import torch

from engine.diffusion.operators.filters import kaiser_low_pass
from engine.diffusion.operators.resampling import Decimate, Resample
from tests.engine.diffusion.gaussian import white


def tone(frequency_hz: float, rate: int, n_samples: int) -> torch.Tensor:
    time_s = torch.arange(n_samples, dtype=torch.float64) / rate
    return torch.sin(2 * torch.pi * frequency_hz * time_s)[None, None]


@pytest.mark.parametrize(("old", "new"), [(44100, 22050), (44100, 16000), (22050, 44100), (7, 5)])
def test_a_tone_stays_in_its_place(old, new):
    n_samples = 9001
    frequency = 0.3 * min(old, new)
    resampled = Resample(old, new)(tone(frequency, old, n_samples))
    assert resampled.shape[-1] == -(-n_samples * new // old)
    expected = tone(frequency, new, resampled.shape[-1])
    inner = slice(300, -300)
    error = (resampled - expected)[..., inner]
    assert 20 * torch.log10(error.norm() / expected[..., inner].norm()) < -75.0


def test_what_the_new_rate_cannot_hold_is_taken_out():
    resampled = Resample(44100, 22050)(tone(12_000.0, 44100, 9000))[..., 300:-300]
    assert 20 * torch.log10(resampled.square().mean().sqrt()) < -75.0


@pytest.mark.parametrize(("old", "new"), [(44100, 22050), (44100, 16000)])
def test_projection_takes_the_pass_band_from_the_observed(old, new):
    operator = Resample(old, new)
    low = kaiser_low_pass(0.42 * new, old, 1001)
    clean, estimate = low(white(2, 9000, 1)), low(white(2, 9000, 2))
    observed = operator(clean)
    projected = operator.project(estimate, observed)
    inner = slice(400, -400)
    error = (operator(projected) - observed)[..., inner]
    assert 20 * torch.log10(error.norm() / observed[..., inner].norm()) < -60.0


def test_the_transpose_is_one():
    operator = Resample(3, 2)
    x, y = white(1, 100, 1), white(1, 67, 2)
    zero = torch.zeros_like(x)
    spread = operator.project(zero, y) / 1.5
    torch.testing.assert_close((operator(x) * y).sum(), (x * spread).sum())


def test_kept_samples_are_put_back_exactly():
    operator = Decimate(4)
    clean, estimate = white(2, 101, 1).float(), white(2, 101, 2).float()
    projected = operator.project(estimate, operator(clean))
    assert operator(clean).shape[-1] == 26
    assert torch.equal(operator(projected), operator(clean))
    assert torch.equal(projected[..., 1::4], estimate[..., 1::4])
