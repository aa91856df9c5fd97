import numpy as np
import pytest
import torch
from torch import Tensor

from engine.errors import SettingsError
from engine.models.conditional_discriminator import ConditionalDiscriminator
from engine.models.discriminator import DiscriminatorConfig
from engine.models.objective import LEAST_SQUARES
from engine.models.patch_discriminator import PatchDiscriminator, PatchDiscriminatorConfig
from engine.models.waveform_autoencoder import WaveformAutoencoder, WaveformAutoencoderConfig
from training.adversarial_loss import GeneratorTerms, generator_loss


def noise(rng: np.random.Generator, *shape: int) -> Tensor:
    return torch.from_numpy(0.1 * rng.standard_normal(shape)).float()


def critic() -> ConditionalDiscriminator:
    return ConditionalDiscriminator(DiscriminatorConfig((4, 8), (9, 5), window=64)).eval()


def autoencoder() -> WaveformAutoencoder:
    return WaveformAutoencoder(WaveformAutoencoderConfig((4, 8), (9, 5))).eval()


def test_the_terms_add_up_with_their_weights(rng):
    clean, restored, degraded = (noise(rng, 2, 1, 100) for _ in range(3))
    terms = GeneratorTerms(adversarial=0.3, feature=0.7)
    loss = generator_loss(restored, clean, degraded, terms, critic(), autoencoder())
    expected = loss.distance + 0.3 * loss.adversarial + 0.7 * loss.feature
    assert loss.total.item() == pytest.approx(expected.item())
    assert loss.distance.item() == pytest.approx((restored - clean).square().mean().item())
    assert loss.adversarial > 0.1
    assert loss.feature > 0.0


def test_the_distance_can_be_absolute(rng):
    clean, restored = noise(rng, 2, 1, 100), noise(rng, 2, 1, 100)
    loss = generator_loss(restored, clean, clean, GeneratorTerms(distance="absolute"))
    assert loss.total.item() == pytest.approx((restored - clean).abs().mean().item())
    assert loss.adversarial == loss.feature == 0.0


def test_the_clean_samples_themselves_cost_the_critics_doubt_alone(rng):
    clean, degraded = noise(rng, 2, 1, 100), noise(rng, 2, 1, 100)
    terms = GeneratorTerms(adversarial=1.0, feature=1.0)
    loss = generator_loss(clean, clean, degraded, terms, critic(), autoencoder())
    assert loss.distance == loss.feature == 0.0
    assert torch.equal(loss.total, loss.adversarial)


def test_every_term_alone_sends_slopes_to_the_generator(rng):
    clean, degraded = noise(rng, 2, 1, 100), noise(rng, 2, 1, 100)
    networks = critic(), autoencoder()
    for adversarial, feature in ((1.0, 0.0), (0.0, 1.0)):
        restored = noise(rng, 2, 1, 100).requires_grad_()
        terms = GeneratorTerms(adversarial=adversarial, feature=feature)
        loss = generator_loss(restored, clean, degraded, terms, *networks)
        (slope,) = torch.autograd.grad(loss.total - loss.distance, restored)
        assert slope.abs().max() > 1e-8


def test_least_squares_over_patches_is_the_mean_of_the_scales(rng):
    judge = PatchDiscriminator(PatchDiscriminatorConfig((4, 8), 3))
    samples = noise(rng, 2, 1, 300)
    terms = GeneratorTerms(objective=LEAST_SQUARES)
    loss = generator_loss(samples, samples, samples, terms, judge)
    expected = torch.stack([(1.0 - scale).square().mean() for scale in judge.scales(samples)])
    assert loss.adversarial.item() == pytest.approx(expected.mean().item(), rel=1e-5)


def test_terms_that_mean_nothing_are_refused():
    with pytest.raises(SettingsError, match="distance = cubed must be one of squared, absolute"):
        GeneratorTerms(distance="cubed")
    with pytest.raises(SettingsError, match="adversarial = -1.0"):
        GeneratorTerms(adversarial=-1.0)
