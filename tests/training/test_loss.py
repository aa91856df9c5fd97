import math

import pytest
import torch
from torch import Tensor

from training.loss import stages_loss, weighted_sdr_loss


def noise(*shape: int, seed: int = 1) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def test_a_perfect_restoration_loses_minus_one():
    clean, degraded = noise(3, 1, 1000), noise(3, 1, 1000, seed=2)
    torch.testing.assert_close(weighted_sdr_loss(degraded, clean, clean), -torch.ones(3))


def test_the_weighted_sdr_is_that_of_its_formula():
    clean = torch.tensor([[[3.0, 0.0]]])
    degraded = torch.tensor([[[3.0, 4.0]]])
    restored = torch.tensor([[[3.0, 3.0]]])
    # music: cos 45 degrees, energy 9; noise: (0, 4) against (0, 1), cos 1, energy 16
    expected = -9 / 25 * math.sqrt(0.5) - 16 / 25
    assert float(weighted_sdr_loss(degraded, clean, restored)) == pytest.approx(expected, abs=1e-6)


def test_the_noise_tells_the_level_of_the_music():
    clean, hiss = noise(1, 1, 20_000), noise(1, 1, 20_000, seed=2)
    degraded = clean + 0.3 * hiss
    losses = [float(weighted_sdr_loss(degraded, clean, gain * clean)) for gain in (0.5, 1.0, 1.5)]
    assert losses[1] == pytest.approx(-1.0, abs=1e-5)
    assert min(losses[0], losses[2]) > -0.98


@pytest.mark.parametrize("silent", ["clean", "degraded", "restored", "all"])
def test_silence_gives_a_finite_loss_and_gradient(silent: str):
    signals = {
        name: torch.zeros(2, 1, 100) if silent in (name, "all") else noise(2, 1, 100, seed=seed)
        for seed, name in enumerate(("degraded", "clean", "restored"))
    }
    signals["restored"].requires_grad_()
    loss = weighted_sdr_loss(signals["degraded"], signals["clean"], signals["restored"])
    loss.sum().backward()
    gradient = signals["restored"].grad
    assert torch.isfinite(loss).all()
    assert gradient is not None
    assert torch.isfinite(gradient).all()
    if silent == "all":
        assert torch.equal(loss, torch.zeros(2))


def test_every_example_has_a_loss_of_its_own():
    clean, degraded, restored = (noise(3, 2, 500, seed=seed) for seed in range(3))
    together = weighted_sdr_loss(degraded, clean, restored)
    alone = weighted_sdr_loss(degraded[1:2], clean[1:2], restored[1:2])
    assert together.shape == (3,)
    torch.testing.assert_close(together[1:2], alone)


def test_half_precision_is_summed_in_single_precision():
    clean, degraded, restored = (noise(1, 1, 200_000, seed=seed) for seed in range(3))
    single = weighted_sdr_loss(degraded, clean, restored)
    half = weighted_sdr_loss(degraded.half(), clean.half(), restored.half())
    assert half.dtype == torch.float32
    torch.testing.assert_close(half, single, atol=1e-3, rtol=0)


def test_the_errors_of_all_stages_are_added():
    clean = torch.complex(torch.zeros(2, 1, 3, 4), torch.ones(2, 1, 3, 4))
    second, first = clean + 0.5, clean + 2.0j
    # half of the numbers are real parts, half imaginary ones
    torch.testing.assert_close(stages_loss((second, first), clean), torch.full((2,), 1.25))
    torch.testing.assert_close(stages_loss((second,), clean), torch.full((2,), 0.25))
