import math

import numpy as np
import pytest
import torch

from engine.models.conditional_discriminator import ConditionalDiscriminator
from engine.models.critic import Critic, critic_loss
from engine.models.discriminator import Discriminator, DiscriminatorConfig
from engine.models.objective import CROSS_ENTROPY, LEAST_SQUARES
from engine.models.patch_discriminator import PatchDiscriminator, PatchDiscriminatorConfig
from engine.models.waveform_blocks import DownBlock

SMALL = DiscriminatorConfig((4, 8), (9, 5), window=64, dropout=0.0, has_norm=True)
CRITICS: tuple[Critic, ...] = (
    Discriminator(SMALL),
    ConditionalDiscriminator(SMALL),
    PatchDiscriminator(PatchDiscriminatorConfig((4, 8), n_scales=3)),
)


def noise(rng: np.random.Generator, *shape: int) -> torch.Tensor:
    return torch.from_numpy(0.1 * rng.standard_normal(shape)).float()


@pytest.mark.parametrize("critic", CRITICS, ids=lambda each: each.name)
def test_every_critic_judges_by_scales(rng, critic):
    scales = critic.verdicts(noise(rng, 2, 1, 100), noise(rng, 2, 1, 100))
    assert len(scales) == (3 if critic.name == "patch_discriminator" else 1)
    assert all(scale.shape[0] == 2 for scale in scales)


@pytest.mark.parametrize("critic", CRITICS, ids=lambda each: each.name)
@pytest.mark.parametrize("objective", [CROSS_ENTROPY, LEAST_SQUARES])
def test_a_slope_reaches_the_critic_but_not_the_generator(rng, critic, objective):
    clean, degraded = noise(rng, 2, 1, 100), noise(rng, 2, 1, 100)
    fake = noise(rng, 2, 1, 100).requires_grad_()
    loss = critic_loss(critic.verdicts, clean, fake, degraded, objective)
    loss.backward()
    assert fake.grad is None
    assert any(each.grad is not None and each.grad.any() for each in critic.parameters())


def test_an_undecided_critic_pays_one_bit_for_both_halves(rng):
    critic = Discriminator(SMALL)
    torch.nn.init.zeros_(critic.judge.verdict.weight)
    torch.nn.init.zeros_(critic.judge.verdict.bias)
    samples = noise(rng, 3, 1, 64)
    loss = critic_loss(critic.verdicts, samples, samples, samples, CROSS_ENTROPY)
    assert loss.item() == pytest.approx(math.log(2))


def test_one_norm_sees_clean_and_fake_together(rng):
    critic = Discriminator(SMALL)
    block = next(each for each in critic.modules() if isinstance(each, DownBlock))
    assert isinstance(block.norm, torch.nn.BatchNorm1d)
    block.norm.momentum = 1.0
    clean, fake = noise(rng, 2, 1, 64) + 1.0, noise(rng, 2, 1, 64) - 1.0
    critic_loss(critic.verdicts, clean, fake, clean, CROSS_ENTROPY)
    together = block.convolution(torch.cat((clean, fake))).mean((0, 2))
    assert block.norm.running_mean is not None
    assert torch.allclose(block.norm.running_mean, together, atol=1e-5)
